/** Upper bounds of the latency buckets in seconds, without +Inf, as the demo app exposes them. */
export const LATENCY_BOUNDS_SECONDS: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2.5, 5,
];
export const BUCKETS = LATENCY_BOUNDS_SECONDS.length;

const BOUNDS = Float64Array.from(LATENCY_BOUNDS_SECONDS);

/**
 * Adds `count` requests to cumulative buckets. Their latency is `shiftSeconds` plus an exponential time of mean
 * `thetaSeconds`, cut off at `timeoutSeconds`.
 */
export function addLatencies(
  buckets: Float64Array,
  count: number,
  shiftSeconds: number,
  thetaSeconds: number,
  timeoutSeconds: number,
): void {
  // Below this tail the rest of the buckets hold practically everything: saves most of the exponentials.
  const negligible = 1e-5;
  let tail = 1;
  for (let i = 0; i < BUCKETS; i++) {
    const bound = BOUNDS[i] ?? 0;
    if (bound >= timeoutSeconds) tail = 0;
    else if (bound > shiftSeconds && tail > negligible)
      tail = Math.exp((shiftSeconds - bound) / thetaSeconds);
    buckets[i] = (buckets[i] ?? 0) + count * (tail > negligible ? 1 - tail : 1);
  }
}

/**
 * The quantile of cumulative buckets, with linear interpolation within a bucket as Prometheus' `histogram_quantile`
 * does it. `total` counts all requests, also those above the last bound. NaN without requests.
 */
export function histogramQuantile(quantile: number, cumulative: ArrayLike<number>, total: number): number {
  if (!(total > 0)) return Number.NaN;
  const rank = quantile * total;
  let lower = 0;
  let countBelow = 0;
  for (let i = 0; i < BUCKETS; i++) {
    const upper = BOUNDS[i] ?? 0;
    const count = cumulative[i] ?? 0;
    if (count >= rank) return lower + ((upper - lower) * (rank - countBelow)) / (count - countBelow);
    lower = upper;
    countBelow = count;
  }
  return lower;
}
