import type { Interval } from '../../rl/policy/policyModel';
import { Random } from '../../sim/random';
import { interquartileMean, quantile } from '../statistics';
import { SegmentTotals } from './segmentTotals';

/** Of one arm at one price: by seed, its totals of each segment of the judged load. */
export type Judged = readonly (readonly SegmentTotals[])[];

const RESAMPLES = 1000;
const TAIL = 0.025;
const BOOTSTRAP_SEED = 1;

/**
 * The interquartile mean over seeds of a figure of the whole judged load, with a 95 % interval by stratified bootstrap
 * (Agarwal et al. 2021, arXiv:2108.13264): each segment of the load is a stratum, for which each resample draws a seed.
 * It says how much chance in the simulator moves the figure, on this load.
 */
export function figureOf(judged: Judged, figure: (totals: SegmentTotals) => number): Interval {
  const mean = interquartileMean(judged.map((segments) => figure(SegmentTotals.sum(segments))));
  const random = new Random(BOOTSTRAP_SEED);
  return intervalOf(mean, () => {
    const figures = judged.map((segments) =>
      figure(
        SegmentTotals.sum(
          segments.map(
            (_, index) => (judged[random.below(judged.length)] ?? [])[index] ?? new SegmentTotals(),
          ),
        ),
      ),
    );
    return interquartileMean(figures);
  });
}

/**
 * Ours minus theirs in J(W), the less the better, seed by seed and segment by segment. Here the segments are drawn anew
 * too: what is to be recommended for the days to come must not rest on one stretch of the day that was judged.
 */
export function pairedDifference(ours: Judged, theirs: Judged, violationPrice: number): Interval {
  const differences = ours.map((segments, seed) =>
    segments.map((totals, index) => {
      const other = theirs[seed]?.[index] ?? totals;
      // Weighted by its length, so that the sum over segments is the difference of the whole.
      return totals.steps * (totals.objectiveCost(violationPrice) - other.objectiveCost(violationPrice));
    }),
  );
  const lengths = (ours[0] ?? []).map(({ steps }) => steps);
  const over = (seeds: readonly number[], segments: readonly number[]) => {
    const steps = segments.reduce((sum, segment) => sum + (lengths[segment] ?? 0), 0);
    return interquartileMean(
      seeds.map(
        (seed) =>
          segments.reduce((sum, segment) => sum + (differences[seed]?.[segment] ?? 0), 0) /
          Math.max(1, steps),
      ),
    );
  };
  const random = new Random(BOOTSTRAP_SEED);
  const drawn = (indices: readonly number[]) => indices.map(() => random.below(indices.length));
  const seeds = ours.map((_, seed) => seed);
  const segments = lengths.map((_, segment) => segment);
  const interval = intervalOf(over(seeds, segments), () => over(drawn(seeds), drawn(segments)));
  return widened(interval, segments.length);
}

/** 97.5 % quantiles of Student's t, by degrees of freedom from 1 on. */
const STUDENT_T = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201];
const NORMAL = 1.96;

/**
 * Percentiles of a bootstrap over a few segments are too narrow: of two that only differ by chance one in four would
 * seem to be beyond doubt. So they are as far from the mean as Student's t has them (Hesterberg 2015, arXiv:1411.5279:
 * "expanded percentile intervals").
 */
function widened({ mean, low, high }: Interval, segments: number): Interval {
  const freedom = Math.max(1, segments - 1);
  const factor = ((STUDENT_T[freedom - 1] ?? NORMAL) / NORMAL) * Math.sqrt((freedom + 1) / freedom);
  return { mean, low: mean - factor * (mean - low), high: mean + factor * (high - mean) };
}

function intervalOf(mean: number, resample: () => number): Interval {
  const values = Float64Array.from({ length: RESAMPLES }, resample).sort();
  // A figure that hardly varies may lie a rounding error beside what the resamples give.
  return {
    mean,
    low: Math.min(mean, quantile(values, TAIL)),
    high: Math.max(mean, quantile(values, 1 - TAIL)),
  };
}
