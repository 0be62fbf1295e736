import type { Actor } from '../../../rl/policy/actor';
import { chooseWithMargin } from '../../../rl/policy/chooseWithMargin';
import type { Baseline } from '../../baseline';
import type { HealEnv } from '../healEnv';

/** What an episode was like: the env's `info` at its end. */
export type EpisodeInfo = Readonly<Record<string, number>>;

/** Seeds in a row. */
export interface SeedRange {
  first: number;
  count: number;
}

export function playRule(env: HealEnv, rule: Baseline<HealEnv>, seeds: SeedRange): EpisodeInfo[] {
  return eachSeed(seeds, (seed) => {
    env.reset(seed);
    rule.reset(seed);
    while (!env.step(rule.decide(env)).truncated);
    return env.info();
  });
}

/** Who wants to know more of what a policy does than how the episodes end. */
export interface Witness {
  /** Before each decision. */
  observed?(observation: Float32Array): void;
  /** After an action that was carried out: how likely the policy had made it, and whether it helped. */
  judged?(probability: number, helped: boolean): void;
}

/** Plays as the live loop decides: an action has to be above doing nothing by `idleMargin` logits. */
export function playPolicy(
  env: HealEnv,
  actor: Actor,
  idleMargin: number,
  seeds: SeedRange,
  witness: Witness = {},
): EpisodeInfo[] {
  const { rewardTerms, terms } = env;
  const actions = rewardTerms.indexOf('actions');
  const harmful = rewardTerms.indexOf('harmful');
  const unneeded = rewardTerms.indexOf('unneeded');
  return eachSeed(seeds, (seed) => {
    env.reset(seed);
    for (let over = false; !over; ) {
      witness.observed?.(env.observation);
      const { probabilities } = actor.decide(env.observation);
      const action = chooseWithMargin(probabilities, idleMargin);
      over = env.step(action).truncated;
      const isCarriedOut = terms[actions] !== 0;
      if (isCarriedOut)
        witness.judged?.(probabilities[action] ?? 0, terms[harmful] === 0 && terms[unneeded] === 0);
    }
    return env.info();
  });
}

function eachSeed<T>({ first, count }: SeedRange, play: (seed: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => play(first + index));
}
