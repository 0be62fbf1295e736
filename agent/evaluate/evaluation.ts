import { setImmediate } from 'node:timers/promises';
import { type Env, FIRST_HELD_OUT_SEED } from '../rl/env/env';
import { hasRewardTerms } from '../rl/env/rewardTerms';
import type { EvaluationSummary, Interval } from '../rl/policy/policyModel';
import { Random } from '../sim/random';
import type { Arm } from './arm';
import { interquartileInterval } from './statistics';

const BOOTSTRAP_SEED = 1;

export interface EpisodeResult {
  seed: number;
  return: number;
  length: number;
  /** What the steps were worth by the env's outer objective, whatever its reward is; null where it has none. */
  objective: number | null;
  info: Readonly<Record<string, number>>;
}

export interface ArmResult {
  name: string;
  episodes: readonly EpisodeResult[];
  /** Of the returns. */
  score: Interval;
  /** Mean of each number that the env tells about an episode. */
  info: Readonly<Record<string, number>>;
}

export interface EvaluationOptions<E extends Env> {
  createEnv(): E;
  arms: readonly Arm<E>[];
  /** All arms play the same ones. */
  seeds: readonly number[];
  onProgress?(done: number, total: number): void;
  /** @throws its reason */
  signal?: AbortSignal;
}

/** Lets every arm play the same episodes. Between two of them the process may do other things. */
export async function evaluateArms<E extends Env>(options: EvaluationOptions<E>): Promise<ArmResult[]> {
  const { arms, seeds, onProgress, signal } = options;
  const env = options.createEnv();
  const results: ArmResult[] = [];
  for (const arm of arms) {
    const episodes: EpisodeResult[] = [];
    for (const seed of seeds) {
      signal?.throwIfAborted();
      episodes.push(playEpisode(env, arm, seed));
      onProgress?.(results.length * seeds.length + episodes.length, arms.length * seeds.length);
      await setImmediate();
    }
    results.push(summariseArm(arm.name, episodes));
  }
  return results;
}

export function playEpisode<E extends Env>(env: E, arm: Arm<E>, seed: number): EpisodeResult {
  env.reset(seed);
  const step = arm.begin(env, new Random(seed));
  const judged = hasRewardTerms(env) ? env : null;
  let sum = 0;
  let length = 0;
  let objective = 0;
  for (;;) {
    const { reward, terminated, truncated } = step();
    sum += reward;
    length += 1;
    if (judged) objective += judged.objective;
    if (terminated || truncated) {
      return { seed, return: sum, length, objective: judged && objective, info: env.info() };
    }
  }
}

/** The seeds of an evaluation: `count` from the held-out ones. */
export function heldOutSeeds(count: number, skip = 0): number[] {
  return Array.from({ length: count }, (_, index) => FIRST_HELD_OUT_SEED + skip + index);
}

/** What a policy's provenance keeps of an evaluation whose first arm it was. */
export function summaryOf([ours, ...baselines]: readonly ArmResult[]): EvaluationSummary | null {
  if (!ours) return null;
  return {
    episodes: ours.episodes.length,
    score: ours.score,
    baselines: baselines.map(({ name, score }) => ({ name, ...score })),
  };
}

/** One arm beside another, episode by episode: they have played the same ones. */
export interface PairedComparison {
  /** Interquartile mean of our return minus theirs. Its interval says more than those of the two arms. */
  difference: Interval;
  /** Share of the episodes in which ours is greater; equal ones count half. */
  better: number;
}

export function comparePaired(ours: ArmResult, theirs: ArmResult): PairedComparison {
  const differences = ours.episodes.map(
    (episode, index) => episode.return - (theirs.episodes[index]?.return ?? Number.NaN),
  );
  const wins = differences.map((difference) => (difference > 0 ? 1 : difference === 0 ? 0.5 : 0));
  return {
    difference: interquartileInterval([differences], BOOTSTRAP_SEED),
    better: wins.reduce<number>((sum, win) => sum + win, 0) / wins.length,
  };
}

function summariseArm(name: string, episodes: readonly EpisodeResult[]): ArmResult {
  const score = interquartileInterval([episodes.map((episode) => episode.return)], BOOTSTRAP_SEED);
  return { name, episodes, score, info: meanInfo(episodes) };
}

/** An episode that does not tell a number (the recovery time of one without a fault) does not count for its mean. */
function meanInfo(episodes: readonly EpisodeResult[]): Record<string, number> {
  const names = new Set(episodes.flatMap(({ info }) => Object.keys(info)));
  return Object.fromEntries(
    [...names].map((name) => {
      const values = episodes.flatMap(({ info }) => info[name] ?? []);
      return [name, values.reduce((sum, value) => sum + value, 0) / values.length];
    }),
  );
}
