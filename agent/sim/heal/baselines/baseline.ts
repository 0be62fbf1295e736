import type { HealEnv } from '../healEnv';

/** A rule that heals; it may keep state within an episode. All but the oracle look at `view` and `memory` alone. */
export interface HealBaseline {
  readonly name: string;
  /** @param seed of the episode that begins */
  reset(seed: number): void;
  /** @returns an index of the action space */
  decide(env: HealEnv): number;
}

/** Plays one episode. @returns the env's info at its end, with its `return` and its `objective` */
export function runBaseline(env: HealEnv, baseline: HealBaseline, seed: number): Record<string, number> {
  env.reset(seed);
  baseline.reset(seed);
  let sum = 0;
  let objective = 0;
  for (;;) {
    const { reward, truncated } = env.step(baseline.decide(env));
    sum += reward;
    objective += env.objective;
    if (truncated) return { ...env.info(), return: sum, objective };
  }
}
