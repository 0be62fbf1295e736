/** So that a hundred times as much is still a weight: Gateway API allows a million. */
const MOST = 10_000;

/** The smallest whole numbers in the same proportions; those beyond reason are rounded, and none of them to nothing. */
export function reducedWeights(weights: readonly number[]): number[] {
  const divisor = weights.reduce(greatestCommonDivisor, 0) || 1;
  const reduced = weights.map((weight) => weight / divisor);
  const most = Math.max(0, ...reduced);
  if (most <= MOST) return reduced;
  const rounded = reduced.map((weight) =>
    weight === 0 ? 0 : Math.max(1, Math.round((weight * MOST) / most)),
  );
  return reducedWeights(rounded);
}

/** Percent in whole numbers; what is not all or nothing stays so. */
export function wholePercent(percent: number): number {
  if (percent <= 0) return 0;
  return percent >= 100 ? 100 : Math.min(99, Math.max(1, Math.round(percent)));
}

/**
 * Percent of the traffic for a baseline beside a canary: as much as the canary has, so that both are compared on as many
 * requests; from half of the traffic on what the canary leaves, and the old pods then get none.
 */
export function baselinePercent(canaryPercent: number): number {
  const percent = wholePercent(canaryPercent);
  return Math.min(percent, 100 - percent);
}

/** Percent, in hundredths. */
export function sharePercent(part: number, whole: number): number {
  return Math.round((10_000 * part) / whole) / 100;
}

/** Null for the sum of nothing. */
export function summed(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
