import { CONTROL_STEP_SECONDS } from '../../sim/scale/units';

/** A load as it is replayed: requests per second, one value per control step of 15 s. */
export type Load = Float32Array;

/**
 * A recorded series as one value per control step. What is finer is averaged, as a scrape would; what is coarser is
 * joined by straight lines. The simulator adds the chance of single arrivals itself.
 */
export function toLoad(values: readonly number[], intervalSeconds: number): Load {
  const steps = Math.max(2, Math.floor(((values.length - 1) * intervalSeconds) / CONTROL_STEP_SECONDS) + 1);
  if (intervalSeconds < CONTROL_STEP_SECONDS) {
    return Float32Array.from({ length: steps }, (_, step) => meanWithin(values, intervalSeconds, step));
  }
  return Float32Array.from({ length: steps }, (_, step) =>
    valueAt(values, (step * CONTROL_STEP_SECONDS) / intervalSeconds),
  );
}

export function hoursOf(load: Load): number {
  return (load.length * CONTROL_STEP_SECONDS) / 3600;
}

/** How far an outlier may rise above the 99.9th percentile before the peak is taken to be lower. */
const MOST_OVER_PERCENTILE = 1.3;

/** The greatest value, but for a single outlier; as `toTrace` of the simulator has it. */
export function peakOf(load: ArrayLike<number>): number {
  const sorted = Float64Array.from(load).sort();
  const most = sorted[sorted.length - 1] ?? 0;
  const high = sorted[Math.ceil(0.999 * (sorted.length - 1))] ?? 0;
  return Math.min(most, MOST_OVER_PERCENTILE * high) || most;
}

/** At most `most` points, evenly spread, for a chart. */
export function thinnedLoad(load: Load, most: number): { hours: number; requestsPerSecond: number }[] {
  const points = Math.min(most, load.length);
  return Array.from({ length: points }, (_, index) => {
    const step = Math.round((index * (load.length - 1)) / Math.max(1, points - 1));
    return { hours: (step * CONTROL_STEP_SECONDS) / 3600, requestsPerSecond: load[step] ?? 0 };
  });
}

function meanWithin(values: readonly number[], intervalSeconds: number, step: number): number {
  const from = Math.floor((step * CONTROL_STEP_SECONDS) / intervalSeconds);
  const until = Math.max(from + 1, Math.floor(((step + 1) * CONTROL_STEP_SECONDS) / intervalSeconds));
  const within = values.slice(from, until);
  return within.reduce((sum, value) => sum + value, 0) / Math.max(1, within.length);
}

function valueAt(values: readonly number[], position: number): number {
  const before = Math.min(Math.floor(position), values.length - 1);
  const after = Math.min(before + 1, values.length - 1);
  const low = values[before] ?? 0;
  return low + ((values[after] ?? low) - low) * (position - before);
}
