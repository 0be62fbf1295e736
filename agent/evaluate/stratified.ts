import type { Interval } from '../rl/policy/policyModel';
import { Random } from '../sim/random';
import { interquartileMean, quantile } from './statistics';

/** One episode in a statistic: where it stands in the design, what it adds, and over what the sum is divided. */
export interface Sample {
  /** Which training of a policy played it, from 0. */
  run: number;
  /** Which block of seeds it belongs to, from 0. */
  block: number;
  /** What it is drawn from: its kind of fault. */
  stratum: number;
  value: number;
  /** 1 for a mean; what the other arm has in the same episode for a ratio. */
  weight: number;
}

/**
 * How blocks become one number. `interquartile`: the mean of the middle half of the blocks' own figures, for times,
 * which outliers move. `pooled`: all values over all weights, for shares of rare events, of which an interquartile mean
 * would throw away just the blocks in which they happened.
 */
export type Aggregate = 'interquartile' | 'pooled';

/** As in `interquartileInterval`. */
const RESAMPLES = 2000;
const TAIL = 0.025;
const BOOTSTRAP_SEED = 1;

/**
 * A statistic over blocks of seeds with a 95 % interval by stratified bootstrap (Agarwal et al. 2021,
 * arXiv:2108.13264, with kinds of faults as the tasks and blocks as the runs): each resample puts together as many
 * blocks as there are, for each training and each stratum from blocks drawn with replacement. What was paired by its
 * weight stays paired.
 *
 * @returns null without a sample of a weight above 0
 */
export function stratifiedInterval(samples: readonly Sample[], aggregate: Aggregate): Interval | null {
  const table = new BlockTable(samples);
  const mean = table.statistic(aggregate, (block) => block);
  if (mean === null) return null;
  const random = new Random(BOOTSTRAP_SEED);
  const drawn: number[] = [];
  for (let resample = 0; resample < RESAMPLES; resample++) {
    const value = table.statistic(aggregate, () => random.below(table.blocks));
    // Rare kinds may leave a resample without any episode.
    if (value !== null) drawn.push(value);
  }
  const sorted = Float64Array.from(drawn).sort();
  return { mean, low: quantile(sorted, TAIL), high: quantile(sorted, 1 - TAIL) };
}

/** Sums of values and weights by run, stratum and block. */
class BlockTable {
  readonly blocks: number;
  readonly #runs: number;
  readonly #strata: number;
  readonly #values: Float64Array;
  readonly #weights: Float64Array;

  constructor(samples: readonly Sample[]) {
    const count = (of: (sample: Sample) => number) =>
      samples.reduce((most, s) => Math.max(most, of(s) + 1), 0);
    this.blocks = count(({ block }) => block);
    this.#runs = count(({ run }) => run);
    const strata = [...new Set(samples.map(({ stratum }) => stratum))];
    this.#strata = strata.length;
    this.#values = new Float64Array(this.#runs * this.#strata * this.blocks);
    this.#weights = new Float64Array(this.#values.length);
    for (const { run, stratum, block, value, weight } of samples) {
      const cell = (run * this.#strata + strata.indexOf(stratum)) * this.blocks + block;
      this.#values[cell] = (this.#values[cell] as number) + value;
      this.#weights[cell] = (this.#weights[cell] as number) + weight;
    }
  }

  /** @param pick which block to take in the place of one */
  statistic(aggregate: Aggregate, pick: (block: number) => number): number | null {
    const figures: number[] = [];
    let allValues = 0;
    let allWeights = 0;
    for (let run = 0; run < this.#runs; run++) {
      for (let block = 0; block < this.blocks; block++) {
        let value = 0;
        let weight = 0;
        for (let stratum = 0; stratum < this.#strata; stratum++) {
          const cell = (run * this.#strata + stratum) * this.blocks + pick(block);
          value += this.#values[cell] as number;
          weight += this.#weights[cell] as number;
        }
        if (weight > 0) figures.push(value / weight);
        allValues += value;
        allWeights += weight;
      }
    }
    if (allWeights === 0) return null;
    return aggregate === 'pooled' ? allValues / allWeights : interquartileMean(figures);
  }
}

/**
 * A share of episodes with its interval. Where it is 0 or 1 a resample says nothing of how rare the other outcome is:
 * there the bound is the exact one (Clopper and Pearson 1934), 1 − 0.025^(1/n) for none of n.
 */
export function shareInterval(samples: readonly Sample[]): Interval | null {
  const interval = stratifiedInterval(samples, 'pooled');
  if (interval === null) return null;
  const bound = 1 - TAIL ** (1 / samples.length);
  if (interval.mean === 0) return { mean: 0, low: 0, high: bound };
  if (interval.mean === 1) return { mean: 1, low: 1 - bound, high: 1 };
  return interval;
}
