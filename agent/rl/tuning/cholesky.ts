/** A symmetric positive definite matrix as L·Lᵀ, row-major; what a Gaussian process needs of linear algebra. */
export interface Cholesky {
  readonly size: number;
  /** size × size, lower triangle. */
  readonly lower: Float64Array;
}

/** @returns null where the matrix is not positive definite */
export function cholesky(matrix: Float64Array, size: number): Cholesky | null {
  const lower = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = at(matrix, row * size + column);
      for (let k = 0; k < column; k++) sum -= at(lower, row * size + k) * at(lower, column * size + k);
      if (row === column) {
        if (!(sum > 0)) return null;
        lower[row * size + row] = Math.sqrt(sum);
      } else {
        lower[row * size + column] = sum / at(lower, column * size + column);
      }
    }
  }
  return { size, lower };
}

/** The x of L·x = b. */
export function solveLower({ size, lower }: Cholesky, b: Float64Array): Float64Array {
  const x = new Float64Array(size);
  for (let row = 0; row < size; row++) {
    let sum = at(b, row);
    for (let k = 0; k < row; k++) sum -= at(lower, row * size + k) * at(x, k);
    x[row] = sum / at(lower, row * size + row);
  }
  return x;
}

/** The x of L·Lᵀ·x = b. */
export function solve(factor: Cholesky, b: Float64Array): Float64Array {
  const { size, lower } = factor;
  const x = solveLower(factor, b);
  for (let row = size - 1; row >= 0; row--) {
    let sum = at(x, row);
    for (let k = row + 1; k < size; k++) sum -= at(lower, k * size + row) * at(x, k);
    x[row] = sum / at(lower, row * size + row);
  }
  return x;
}

/** (L·Lᵀ)⁻¹, row-major. */
export function inverse(factor: Cholesky): Float64Array {
  const { size } = factor;
  const result = new Float64Array(size * size);
  for (let column = 0; column < size; column++) {
    const unit = new Float64Array(size);
    unit[column] = 1;
    // Symmetric: its columns are its rows.
    result.set(solve(factor, unit), column * size);
  }
  return result;
}

/** ln |L·Lᵀ|. */
export function logDeterminant({ size, lower }: Cholesky): number {
  let sum = 0;
  for (let row = 0; row < size; row++) sum += 2 * Math.log(at(lower, row * size + row));
  return sum;
}

function at(values: Float64Array, index: number): number {
  return values[index] as number;
}
