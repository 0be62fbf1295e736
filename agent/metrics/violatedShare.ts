/**
 * The share of requests that took longer than the objective, by the greatest bucket bound that is not above it: too many
 * count as late rather than too few. Null where no bound is at or below it, or no request was measured.
 *
 * @param buckets of a Prometheus histogram: requests per second up to each bound, `+Inf` among them
 */
export function lateShare(
  buckets: readonly { boundSeconds: number; rate: number }[],
  objectiveSeconds: number,
): { share: number; boundSeconds: number } | null {
  // `Number('+Inf')` is no number.
  const all = buckets.find(({ boundSeconds }) => !Number.isFinite(boundSeconds));
  // A bound is written as a decimal: 0.2 may come as 0.20000000000000001.
  const within = buckets.filter(({ boundSeconds }) => boundSeconds <= objectiveSeconds * (1 + 1e-9));
  const nearest = within.toSorted((a, b) => b.boundSeconds - a.boundSeconds)[0];
  if (!all || !nearest || !(all.rate > 0)) return null;
  const share = Math.min(1, Math.max(0, 1 - nearest.rate / all.rate));
  return { share, boundSeconds: nearest.boundSeconds };
}

/**
 * The same from the 95th percentile alone, for latencies whose tail falls exponentially from zero on: 5 % at a
 * percentile that just keeps the objective, 22 % at twice, 74 % at ten times as much.
 */
export function lateShareByP95(p95Seconds: number, objectiveSeconds: number): number {
  return p95Seconds > 0 ? 0.05 ** (objectiveSeconds / p95Seconds) : 0;
}
