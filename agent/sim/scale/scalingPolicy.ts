import type { Actor } from '../../rl/policy/actor';
import { calibratedConfidence } from '../../rl/policy/confidenceCalibration';
import { chooseScaling, type ScalingChoice } from './scalingChoice';

/**
 * What a policy wants, as it decides in simulation and live: with the margin that it carries, and as sure of a change
 * as it was found to be right.
 *
 * @param podChanges by action, those of the policy's observation spec
 * @throws as `Actor.decide`
 */
export function decideScaling(
  actor: Actor,
  podChanges: readonly number[],
  observation: ArrayLike<number>,
): ScalingChoice {
  const { calibration } = actor.model;
  const { probabilities } = actor.decide(observation);
  const choice = chooseScaling(probabilities, podChanges, calibration?.idleMargin ?? 0);
  if (!calibration || choice.change === 0) return choice;
  return { ...choice, confidence: calibratedConfidence(calibration, choice.confidence) };
}
