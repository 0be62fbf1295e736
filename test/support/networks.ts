import type { Matrix, Network } from '../../agent/rl/engine/network';
import type { Random } from '../../agent/sim/random';

/** Writes rows of numbers into a matrix. */
export function writeRows({ values, stride }: Matrix, rows: readonly (readonly number[])[]): void {
  for (const [index, row] of rows.entries()) values.set(row, index * stride);
}

/** Its first rows. */
export function readRows({ values, stride, columns }: Matrix, count: number): number[][] {
  return Array.from({ length: count }, (_, row) => [
    ...values.subarray(row * stride, row * stride + columns),
  ]);
}

export function gaussianRows(count: number, columns: number, random: Random): number[][] {
  return Array.from({ length: count }, () => Array.from({ length: columns }, () => random.gaussian()));
}

/** All outputs by tower for these rows, without dropout. */
export function outputsOf(network: Network, rows: readonly (readonly number[])[]): number[][][] {
  writeRows(network.input, rows);
  network.forward(rows.length);
  return network.outputs.map((output) => readRows(output, rows.length));
}

/** ‖a − b‖ ÷ ‖b‖ */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`${a.length} numbers beside ${b.length}`);
  let difference = 0;
  let size = 0;
  for (let index = 0; index < b.length; index++) {
    difference += ((a[index] ?? Number.NaN) - (b[index] ?? Number.NaN)) ** 2;
    size += (b[index] ?? Number.NaN) ** 2;
  }
  return Math.sqrt(difference / size);
}
