import { cholesky, solveLower } from '../tuning/cholesky';

/** What observations a policy was trained on, to tell those that it knows nothing of. */
export interface InputDistribution {
  /** By field. */
  mean: readonly number[];
  /**
   * The lower triangle, row by row, of the matrix that makes the deviations from the mean uncorrelated and of variance
   * 1: fields · (fields + 1) ÷ 2 numbers.
   */
  whitening: readonly number[];
  /** The squared length of the whitened deviation that one in a thousand of them exceeds, > 0. */
  limit: number;
  /** Observations that it was fitted to. */
  count: number;
}

/** Added to each variance: a field that hardly varies must not decide alone. */
const LEAST_VARIANCE = 1e-3;
const LIMIT_QUANTILE = 0.999;
/** Significant digits in the file. */
const DIGITS = 5;

/**
 * Mean and covariance of observations, and how far from them (Mahalanobis 1936) all but one in a thousand are.
 *
 * @param rows observations of `width` numbers, one after the other; those of whole episodes
 * @throws RangeError without any
 */
export function fitInputDistribution(rows: Float32Array, width: number): InputDistribution {
  const count = Math.floor(rows.length / width);
  if (count === 0) throw new RangeError('an input distribution needs observations');
  const mean = meanOf(rows, width, count).map(rounded);
  const whitening = whiteningOf(rows, mean, count).map(rounded);
  const known = { mean, whitening, limit: 1, count };
  const distances = Float64Array.from({ length: count }, (_, row) =>
    unusualness(known, rows.subarray(row * width, (row + 1) * width)),
  ).sort();
  const limit = distances[Math.min(count - 1, Math.floor(LIMIT_QUANTILE * count))] ?? 0;
  return { ...known, limit: rounded(Math.max(limit, LEAST_VARIANCE)) };
}

/**
 * How unusual an observation is against those of the training: its squared Mahalanobis distance ÷ the one that one in a
 * thousand of them exceeds. Above 1 it is out of distribution.
 */
export function unusualness(
  { mean, whitening, limit }: InputDistribution,
  observation: ArrayLike<number>,
): number {
  let distance = 0;
  let at = 0;
  for (let row = 0; row < mean.length; row++) {
    let sum = 0;
    for (let column = 0; column <= row; column++, at++)
      sum += (whitening[at] as number) * ((observation[column] as number) - (mean[column] as number));
    distance += sum * sum;
  }
  return distance / limit;
}

function meanOf(rows: Float32Array, width: number, count: number): number[] {
  const sums = new Float64Array(width);
  for (let index = 0; index < count * width; index++) {
    sums[index % width] = (sums[index % width] as number) + (rows[index] as number);
  }
  return Array.from(sums, (sum) => sum / count);
}

/** The inverse of the covariance's Cholesky factor. */
function whiteningOf(rows: Float32Array, mean: readonly number[], count: number): number[] {
  const width = mean.length;
  const covariance = new Float64Array(width * width);
  for (let row = 0; row < count; row++) {
    for (let a = 0; a < width; a++) {
      const deviation = (rows[row * width + a] as number) - (mean[a] as number);
      for (let b = 0; b <= a; b++) {
        const other = (rows[row * width + b] as number) - (mean[b] as number);
        covariance[a * width + b] = (covariance[a * width + b] as number) + (deviation * other) / count;
      }
    }
  }
  for (let field = 0; field < width; field++) {
    covariance[field * width + field] = (covariance[field * width + field] as number) + LEAST_VARIANCE;
  }
  const factor = cholesky(covariance, width);
  if (!factor) throw new RangeError('the covariance of the observations is not positive definite');
  const columns = mean.map((_, column) =>
    solveLower(
      factor,
      Float64Array.from(mean, (_, row) => (row === column ? 1 : 0)),
    ),
  );
  return mean.flatMap((_, row) => columns.slice(0, row + 1).map((column) => column[row] as number));
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
