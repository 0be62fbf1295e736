import type { MatrixValue, RangeSeries } from './value';

interface RateOptions {
  /** A falling value is a restart of the counter, and the extrapolation stops where it would fall below zero. */
  counter: boolean;
  /** Divide by the range, to get a rate per second. */
  perSecond: boolean;
}

/**
 * The growth over the whole range, extrapolated from the samples in it to its edges, as `rate`, `increase` and
 * `delta` define it; null for fewer than two samples. An edge further away than 1.1 sample intervals is taken as the
 * series' own end, and half an interval is added there instead.
 *
 * Source: `extrapolatedRate` in prometheus/prometheus, promql/functions.go.
 */
export function extrapolatedRate(
  series: RangeSeries,
  window: MatrixValue,
  options: RateOptions,
): number | null {
  const { timesMs, values } = series;
  const gaps = values.length - 1;
  const first = values[0];
  const firstMs = timesMs[0];
  const lastMs = timesMs[gaps];
  if (gaps < 1 || first === undefined || firstMs === undefined || lastMs === undefined) return null;
  const growth = options.counter ? counterGrowth(values) : (values[gaps] ?? Number.NaN) - first;
  const sampledSeconds = (lastMs - firstMs) / 1000;
  const averageGapSeconds = sampledSeconds / gaps;
  let beforeSeconds = toEdge((firstMs - window.startMs) / 1000, averageGapSeconds);
  if (options.counter && growth > 0 && first >= 0) {
    beforeSeconds = Math.min(beforeSeconds, sampledSeconds * (first / growth));
  }
  const afterSeconds = toEdge((window.endMs - lastMs) / 1000, averageGapSeconds);
  const extrapolated = growth * ((sampledSeconds + beforeSeconds + afterSeconds) / sampledSeconds);
  return options.perSecond ? extrapolated / ((window.endMs - window.startMs) / 1000) : extrapolated;
}

/** The rate per second between the last two samples, of a counter; null for fewer than two. */
export function instantRate(series: RangeSeries): number | null {
  const [previous, last] = series.values.slice(-2);
  const [previousMs, lastMs] = series.timesMs.slice(-2);
  if (previous === undefined || last === undefined) return null;
  if (previousMs === undefined || lastMs === undefined) return null;
  const growth = last < previous ? last : last - previous;
  return growth / ((lastMs - previousMs) / 1000);
}

function toEdge(distanceSeconds: number, averageGapSeconds: number): number {
  return distanceSeconds >= averageGapSeconds * 1.1 ? averageGapSeconds / 2 : distanceSeconds;
}

function counterGrowth(values: readonly number[]): number {
  const first = values[0] ?? Number.NaN;
  let growth = (values.at(-1) ?? Number.NaN) - first;
  let previous = first;
  for (const value of values) {
    if (value < previous) growth += previous;
    previous = value;
  }
  return growth;
}
