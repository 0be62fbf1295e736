import type { Interval } from '../rl/policy/policyModel';
import { Random } from '../sim/random';

/** As Agarwal et al. 2021 recommend (arXiv:2108.13264, "Deep RL at the edge of the statistical precipice"). */
const RESAMPLES = 2000;
const TAIL = 0.025;

/**
 * The interquartile mean of runs, with a 95 % interval by stratified bootstrap: each resample draws as many runs of
 * each stratum (a seed, a workload) as there are, with replacement; the interval is of percentiles.
 *
 * @param strata runs by stratum; at least one run in all
 */
export function interquartileInterval(strata: readonly (readonly number[])[], seed: number): Interval {
  const mean = interquartileMean(strata.flat());
  const random = new Random(seed);
  const resamples = Float64Array.from({ length: RESAMPLES }, () =>
    interquartileMean(strata.flatMap((runs) => runs.map(() => runs[random.below(runs.length)] as number))),
  ).sort();
  return { mean, low: quantile(resamples, TAIL), high: quantile(resamples, 1 - TAIL) };
}

/**
 * The mean of the middle half: a quarter of the values, rounded down, is left out at either end (as
 * scipy.stats.trim_mean(values, 0.25)).
 *
 * @throws RangeError for no values
 */
export function interquartileMean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('the interquartile mean of nothing');
  const sorted = Float64Array.from(values).sort();
  const cut = Math.floor(sorted.length / 4);
  const middle = sorted.subarray(cut, sorted.length - cut);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

/** Quantile `share` of sorted values, linear between the two nearest (Hyndman and Fan's type 7). */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (high - low) * (position - below);
}
