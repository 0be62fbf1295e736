/** The sum with Neumaier's compensation, as Prometheus adds up, so that large and small values do not drown. */
export function preciseSum(values: readonly number[]): number {
  let sum = 0;
  let compensation = 0;
  for (const value of values) {
    const next = sum + value;
    if (!Number.isFinite(next)) compensation = 0;
    else if (Math.abs(sum) >= Math.abs(value)) compensation += sum - next + value;
    else compensation += value - next + sum;
    sum = next;
  }
  return sum + compensation;
}

/** The φ-quantile with linear interpolation between neighbours, as `quantile` and `quantile_over_time` have it. */
export function quantileOf(phi: number, values: readonly number[]): number {
  if (values.length === 0 || Number.isNaN(phi)) return Number.NaN;
  if (phi < 0) return Number.NEGATIVE_INFINITY;
  if (phi > 1) return Number.POSITIVE_INFINITY;
  const sorted = [...values].sort(nanFirst);
  const rank = phi * (sorted.length - 1);
  const lower = Math.floor(rank);
  const upper = Math.min(sorted.length - 1, lower + 1);
  const weight = rank - lower;
  return (sorted[lower] ?? Number.NaN) * (1 - weight) + (sorted[upper] ?? Number.NaN) * weight;
}

/** The least value, NaN only where there is nothing else. */
export function minOf(values: readonly number[]): number {
  return values.reduce((least, value) => (value < least || Number.isNaN(least) ? value : least), Number.NaN);
}

/** The greatest value, NaN only where there is nothing else. */
export function maxOf(values: readonly number[]): number {
  return values.reduce((most, value) => (value > most || Number.isNaN(most) ? value : most), Number.NaN);
}

function nanFirst(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : -1;
  if (Number.isNaN(b)) return 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
