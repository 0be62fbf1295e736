import type { Env, StepResult } from '../rl/env/env';
import { randomAction } from '../rl/env/randomAction';
import type { Actor } from '../rl/policy/actor';
import { chooseWithMargin } from '../rl/policy/chooseWithMargin';
import type { Random } from '../sim/random';
import { chooseScaling } from '../sim/scale/scalingChoice';

/**
 * Somebody who can play the episodes of an env: a learned policy, a rule, or chance. A rule may need to know more of
 * the env than its observation.
 */
export interface Arm<E extends Env = Env> {
  readonly name: string;
  /** Called after the env's reset; what it returns plays one step of the episode. */
  begin(env: E, random: Random): () => StepResult;
}

/** A learned policy, greedily; one that carries a margin acts only where it is that much above doing nothing. */
export function policyArm(name: string, actor: Actor): Arm {
  const { calibration } = actor.model;
  return {
    name,
    begin: (env) => {
      const podChanges = podChangesOf(env);
      return () => {
        const { action, probabilities } = actor.decide(env.observation);
        if (!calibration) return env.step(action);
        const { idleMargin } = calibration;
        return env.step(
          podChanges
            ? chooseScaling(probabilities, podChanges, idleMargin).action
            : chooseWithMargin(probabilities, idleMargin),
        );
      };
    },
  };
}

/** By action, of an env that scales; null for another one. */
function podChangesOf(env: Env & { podChanges?: readonly number[] }): readonly number[] | null {
  return env.podChanges ?? null;
}

/** Takes every action of a discrete space as often as any other, or draws each number of a box within its bounds. */
export function randomArm(): Arm {
  return {
    name: 'random',
    begin: (env, random) => () => env.step(randomAction(env.actionSpace, random)),
  };
}

/** Always the same action of a discrete space, named by its label. @throws RangeError where there is none */
export function constantArm(name: string, label: string): Arm {
  return {
    name,
    begin: (env) => {
      const action = env.actionSpace.kind === 'discrete' ? env.actionSpace.labels.indexOf(label) : -1;
      if (action < 0) throw new RangeError(`${env.spec} has no action "${label}"`);
      return () => env.step(action);
    },
  };
}
