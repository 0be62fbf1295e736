import type { Actor } from '../../rl/policy/actor';
import { chooseWithMargin } from '../../rl/policy/chooseWithMargin';
import { calibratedConfidence } from '../../rl/policy/confidenceCalibration';
import type { HealEnv } from '../../sim/heal/healEnv';
import { IDLE_MARGIN_LOGITS } from '../../tasks/heal/policies/learned';
import type { Arm } from '../arm';

/** An arm that says how sure it is. */
export interface ConfidentArm extends Arm<HealEnv> {
  /** In the action that it took last, 0…1: as it is told with a proposal, calibrated where the policy carries that. */
  readonly confidence: number;
}

/** A policy as it decides in the live loop: an action has to stand out from doing nothing by a margin. */
export function learnedArm(name: string, actor: Actor): ConfidentArm {
  const { calibration } = actor.model;
  const idleMargin = calibration?.idleMargin ?? IDLE_MARGIN_LOGITS;
  let confidence = 1;
  return {
    name,
    get confidence() {
      return confidence;
    },
    begin: (env) => () => {
      const { probabilities } = actor.decide(env.observation);
      const action = chooseWithMargin(probabilities, idleMargin);
      const probability = probabilities[action] ?? 0;
      confidence = calibration ? calibratedConfidence(calibration, probability) : probability;
      return env.step(action);
    },
  };
}
