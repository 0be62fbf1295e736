import type { Actor } from '../../rl/policy/actor';
import { chooseWithMargin } from '../../rl/policy/chooseWithMargin';
import { type CanaryEnv, HOLD, UP } from '../../sim/canary/canaryEnv';
import { evidenceStepsSettings, evidenceStepsWeight } from '../../tasks/canary/pace/evidenceSteps';
import type { Arm } from '../arm';

/** What the guard asks of a raise by default (guard.minConfidence). */
const MIN_CONFIDENCE = 0.7;

/**
 * A policy as it decides in the live loop: a change has to stand out from holding by the margin that it carries, and
 * in place of a raise that it is unsure of the rule decides whether there is one.
 */
export function learnedPace(name: string, actor: Actor): Arm<CanaryEnv> {
  const idleMargin = actor.model.calibration?.idleMargin ?? 0;
  const settings = evidenceStepsSettings();
  return {
    name,
    begin: (env) => () => {
      const { probabilities } = actor.decide(env.observation);
      const action = chooseWithMargin(probabilities, idleMargin);
      const isUnsure = action === UP && (probabilities[UP] as number) < MIN_CONFIDENCE;
      if (!isUnsure) return env.step(action);
      return env.step(evidenceStepsWeight(env, settings) > env.weight ? UP : HOLD);
    },
  };
}

/** A policy that ends releases itself, with nothing beside it. */
export function unguardedRelease(name: string, actor: Actor): Arm<CanaryEnv> {
  return { name, begin: (env) => () => env.step(actor.decide(env.observation).action) };
}
