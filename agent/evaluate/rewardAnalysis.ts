import { setImmediate } from 'node:timers/promises';
import type { RewardTermsEnv } from '../rl/env/rewardTerms';
import { Random } from '../sim/random';
import type { Arm } from './arm';

/** How a reward that is a weighted sum of terms behaves, seen through arms that play differently. */
export interface RewardAnalysis {
  terms: readonly TermAnalysis[];
  arms: readonly ArmReward[];
  /**
   * Kendall's τ between reward and objective over all pairs of arms: 1 where the reward always prefers what the
   * objective prefers, −1 where never.
   */
  agreement: number;
}

export interface TermAnalysis {
  name: string;
  weight: number;
  /** Per step, over all arms. */
  mean: number;
  /** Of |weight · term|, over all terms, 0…1. */
  share: number;
  /** Of the term with the objective, step by step, over all arms; 0 where one of them does not vary. */
  correlation: number;
  /** The arm that the reward prefers when this weight alone is multiplied. */
  preferred: readonly { factor: number; arm: string }[];
}

export interface ArmReward {
  name: string;
  /** Per step. */
  reward: number;
  objective: number;
  terms: readonly number[];
}

/** By which each weight is multiplied, to see when another arm would be preferred. */
export const WEIGHT_FACTORS = [0, 0.5, 1, 2, 4] as const;

export interface RewardAnalysisOptions<E extends RewardTermsEnv> {
  createEnv(): E;
  /** One for each reward term of the env. */
  weights: readonly number[];
  /** At least one. */
  arms: readonly Arm<E>[];
  seeds: readonly number[];
  onProgress?(done: number, total: number): void;
  /** @throws its reason */
  signal?: AbortSignal;
}

/** The weights that an env multiplies its terms with itself, or null where it does not tell. */
export function ownRewardWeights(env: RewardTermsEnv): readonly number[] | null {
  return 'rewardWeights' in env && env.rewardWeights instanceof Float32Array ? [...env.rewardWeights] : null;
}

export async function analyseReward<E extends RewardTermsEnv>(
  options: RewardAnalysisOptions<E>,
): Promise<RewardAnalysis> {
  const { weights, arms, seeds, onProgress, signal } = options;
  const env = options.createEnv();
  const overall = new TermStatistics(env, weights);
  const rewards: ArmReward[] = [];
  for (const arm of arms) {
    const own = new TermStatistics(env, weights);
    for (const [index, seed] of seeds.entries()) {
      signal?.throwIfAborted();
      env.reset(seed);
      const step = arm.begin(env, new Random(seed));
      for (let over = false; !over; ) {
        const { terminated, truncated } = step();
        over = terminated || truncated;
        own.add();
        overall.add();
      }
      onProgress?.(rewards.length * seeds.length + index + 1, arms.length * seeds.length);
      await setImmediate();
    }
    rewards.push(own.armReward(arm.name));
  }
  const terms = overall.terms().map((term, index) => ({
    ...term,
    preferred: WEIGHT_FACTORS.map((factor) => ({
      factor,
      arm: preferredArm(rewards, scaled(weights, index, factor)),
    })),
  }));
  return { terms, arms: rewards, agreement: kendallTau(rewards) };
}

/** Adds up the terms of an env step by step. */
class TermStatistics {
  readonly #env: RewardTermsEnv;
  readonly #weights: readonly number[];
  readonly #correlations: readonly Correlation[];
  readonly #magnitudes: number[];
  #objective = 0;
  #steps = 0;

  constructor(env: RewardTermsEnv, weights: readonly number[]) {
    if (weights.length !== env.rewardTerms.length) {
      throw new RangeError(`${weights.length} weights for ${env.rewardTerms.length} reward terms`);
    }
    this.#env = env;
    this.#weights = weights;
    this.#correlations = env.rewardTerms.map(() => new Correlation());
    this.#magnitudes = env.rewardTerms.map(() => 0);
  }

  /** The env's last step. */
  add(): void {
    const { terms, objective } = this.#env;
    this.#objective += objective;
    this.#steps += 1;
    terms.forEach((term, index) => {
      this.#magnitudes[index] = (this.#magnitudes[index] ?? 0) + Math.abs(term * (this.#weights[index] ?? 0));
      this.#correlations[index]?.add(term, objective);
    });
  }

  armReward(name: string): ArmReward {
    const terms = this.#correlations.map(({ mean }) => mean);
    return { name, reward: weighted(this.#weights, terms), objective: this.#objective / this.#steps, terms };
  }

  terms(): Omit<TermAnalysis, 'preferred'>[] {
    const total = this.#magnitudes.reduce((sum, value) => sum + value, 0);
    return this.#env.rewardTerms.map((name, index) => ({
      name,
      weight: this.#weights[index] ?? 0,
      mean: this.#correlations[index]?.mean ?? 0,
      share: total > 0 ? (this.#magnitudes[index] ?? 0) / total : 0,
      correlation: this.#correlations[index]?.value ?? 0,
    }));
  }
}

function preferredArm(arms: readonly ArmReward[], weights: readonly number[]): string {
  const [first, ...others] = arms;
  if (!first) return '';
  return others.reduce(
    (best, arm) => (weighted(weights, arm.terms) > weighted(weights, best.terms) ? arm : best),
    first,
  ).name;
}

function scaled(weights: readonly number[], index: number, factor: number): number[] {
  return weights.map((weight, other) => (other === index ? weight * factor : weight));
}

function weighted(weights: readonly number[], terms: readonly number[]): number {
  return terms.reduce((sum, term, index) => sum + term * (weights[index] ?? 0), 0);
}

/** τ-a: pairs that agree minus pairs that do not, of all pairs; ties are neither. */
function kendallTau(arms: readonly ArmReward[]): number {
  let score = 0;
  let pairs = 0;
  arms.forEach((a, index) => {
    for (const b of arms.slice(index + 1)) {
      pairs += 1;
      score += Math.sign((a.reward - b.reward) * (a.objective - b.objective));
    }
  });
  return pairs > 0 ? score / pairs : 0;
}

/** Pearson's correlation, added up in one pass (Welford). */
class Correlation {
  mean = 0;
  #otherMean = 0;
  #count = 0;
  #variance = 0;
  #otherVariance = 0;
  #covariance = 0;

  add(value: number, other: number): void {
    this.#count += 1;
    const step = value - this.mean;
    const otherStep = other - this.#otherMean;
    this.mean += step / this.#count;
    this.#otherMean += otherStep / this.#count;
    this.#variance += step * (value - this.mean);
    this.#otherVariance += otherStep * (other - this.#otherMean);
    this.#covariance += step * (other - this.#otherMean);
  }

  get value(): number {
    const spread = Math.sqrt(this.#variance * this.#otherVariance);
    return spread > 0 ? this.#covariance / spread : 0;
  }
}
