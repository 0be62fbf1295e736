import type { DiscreteSpace, Env, StepResult } from '../rl/env/env';
import { Random } from './random';

/** A rule that plays an env; it may keep state within an episode, and looks only at what a controller may know. */
export interface Baseline<E> {
  readonly name: string;
  /** @param seed of the episode that begins */
  reset(seed: number): void;
  /** @returns what it wants of the env next: an index of the action space, where its task does not say otherwise */
  decide(env: E): number;
}

/**
 * Plays one episode. @param act does in the env what the rule wants, a step where absent. @returns the env's info at its
 * end, with its `return` and the sum of its `objective`
 */
export function runBaseline<E extends Env & { readonly objective: number }>(
  env: E,
  baseline: Baseline<E>,
  seed: number,
  act: (env: E, wanted: number) => StepResult = stepBy,
): Record<string, number> {
  env.reset(seed);
  baseline.reset(seed);
  let sum = 0;
  let objective = 0;
  for (;;) {
    const { reward, terminated, truncated } = act(env, baseline.decide(env));
    sum += reward;
    objective += env.objective;
    if (terminated || truncated) return { ...env.info(), return: sum, objective };
  }
}

/** Takes every action as often as any other; by other random numbers than those of the episode. */
export function randomActions(): Baseline<{ readonly actionSpace: DiscreteSpace }> {
  let random = new Random(0);
  return {
    name: 'random',
    reset(seed) {
      random = new Random(seed ^ 0x5eed);
    },
    decide: ({ actionSpace }) => random.below(actionSpace.labels.length),
  };
}

function stepBy(env: Env, action: number): StepResult {
  return env.step(action);
}
