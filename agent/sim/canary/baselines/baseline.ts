import type { CanaryEnv } from '../canaryEnv';

/** A rule that releases; it may keep state within an episode, and looks only at what a controller may know. */
export interface CanaryBaseline {
  readonly name: string;
  /** @param seed of the episode that begins */
  reset(seed: number): void;
  /** @returns an index of the action space */
  decide(env: CanaryEnv): number;
}

/** Plays one episode. @returns the env's info at its end, with its `return` and its `objective` */
export function runBaseline(env: CanaryEnv, baseline: CanaryBaseline, seed: number): Record<string, number> {
  env.reset(seed);
  baseline.reset(seed);
  let sum = 0;
  let objective = 0;
  for (;;) {
    const { reward, terminated } = env.step(baseline.decide(env));
    sum += reward;
    objective += env.objective;
    if (terminated) return { ...env.info(), return: sum, objective };
  }
}
