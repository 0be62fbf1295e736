import type { Actor } from '../../../rl/policy/actor';
import { chooseWithMargin } from '../../../rl/policy/chooseWithMargin';
import type { EvidenceStepsSettings } from '../../../tasks/canary/pace/evidenceSteps';
import { evidenceStepsWeight } from '../../../tasks/canary/pace/evidenceSteps';
import { SEED_STEPS } from '../../../tasks/canary/pace/fixedSteps';
import { type CanaryEnv, UP } from '../canaryEnv';

/** What a release was like: the env's `info` at its end. */
export type EpisodeInfo = Readonly<Record<string, number>>;

/** Seeds in a row. */
export interface SeedRange {
  first: number;
  count: number;
}

/** Decides once, in the env. */
type Player = (env: CanaryEnv) => ReturnType<CanaryEnv['step']>;

/** The pace of the rule under the tests. */
export function byEvidence(settings: EvidenceStepsSettings): Player {
  return (env) => env.routeTo(evidenceStepsWeight(env, settings));
}

/** The table of seed 003 under the tests, which alone promote. */
export const byTheClock: Player = (env) => {
  let until = 0;
  const due = SEED_STEPS.find(({ seconds }) => {
    until += seconds;
    return env.sinceStartSeconds < until;
  });
  return env.routeTo(Math.max(env.weight, due?.weight ?? 1));
};

/** Who wants to know more of what a policy does than how the releases end. */
export interface Witness {
  /** Before each decision. */
  observed?(observation: Float32Array): void;
  /** After a raise that the evidence let through: how likely it was, and whether the canary did no harm then. */
  judged?(probability: number, harmless: boolean): void;
}

/** As the live loop decides: a change has to be likelier than to hold by `idleMargin` in the logarithm. */
export function byPolicy(actor: Actor, idleMargin: number, witness: Witness = {}): Player {
  return (env) => {
    witness.observed?.(env.observation);
    const { probabilities } = actor.decide(env.observation);
    const action = chooseWithMargin(probabilities, idleMargin);
    const before = env.weight;
    const result = env.step(action);
    if (action === UP && env.weight > before) witness.judged?.(probabilities[UP] ?? 0, !env.scenario.bad);
    return result;
  };
}

export function playReleases(env: CanaryEnv, play: Player, { first, count }: SeedRange): EpisodeInfo[] {
  return Array.from({ length: count }, (_, index) => {
    env.reset(first + index);
    while (!play(env).terminated);
    return env.info();
  });
}
