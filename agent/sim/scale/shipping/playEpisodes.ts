import type { Actor } from '../../../rl/policy/actor';
import { runScaleBaseline, type ScaleBaseline } from '../baselines/baseline';
import type { ScaleEnv } from '../scaleEnv';
import { chooseScaling } from '../scalingChoice';
import { isRightByHindsight } from './hindsight';

/** What an episode was like: the env's `info` at its end. */
export type EpisodeInfo = Readonly<Record<string, number>>;

/** Seeds in a row. */
export interface SeedRange {
  first: number;
  count: number;
}

export function playRule(env: ScaleEnv, rule: ScaleBaseline, seeds: SeedRange): EpisodeInfo[] {
  return eachSeed(seeds, (seed) => runScaleBaseline(env, rule, seed));
}

/** Who wants to know more of what a policy does than how the episodes end. */
export interface Witness {
  /** Before each decision. */
  observed?(observation: Float32Array): void;
  /** Of a decision to change something: the probability of its direction, and whether hindsight agrees. */
  judged?(confidence: number, right: boolean): void;
}

/** @param idleMargin see `chooseScaling` */
export function playPolicy(
  env: ScaleEnv,
  actor: Actor,
  idleMargin: number,
  seeds: SeedRange,
  witness: Witness = {},
): EpisodeInfo[] {
  const { podChanges } = env;
  return eachSeed(seeds, (seed) => {
    env.reset(seed);
    for (let over = false; !over; ) {
      witness.observed?.(env.observation);
      const { probabilities } = actor.decide(env.observation);
      const { action, change, confidence } = chooseScaling(probabilities, podChanges, idleMargin);
      if (change !== 0)
        witness.judged?.(confidence, isRightByHindsight(env.model, change, env.violationPrice));
      over = env.step(action).truncated;
    }
    return env.info();
  });
}

function eachSeed<T>({ first, count }: SeedRange, play: (seed: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => play(first + index));
}
