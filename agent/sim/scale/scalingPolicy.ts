import type { Actor } from '../../rl/policy/actor';
import { chooseScaling, type ScalingChoice } from './scalingChoice';

/**
 * What a policy wants, as it decides in simulation and live: with the margin that it carries.
 *
 * @param podChanges by action, those of the policy's observation spec
 * @throws as `Actor.decide`
 */
export function decideScaling(
  actor: Actor,
  podChanges: readonly number[],
  observation: ArrayLike<number>,
): ScalingChoice {
  const { probabilities } = actor.decide(observation);
  return chooseScaling(probabilities, podChanges, actor.model.calibration?.idleMargin ?? 0);
}
