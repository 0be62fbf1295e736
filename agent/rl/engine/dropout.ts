import type { Random } from '../../sim/random';
import type { Matrix } from './network';

/**
 * Writes 0 for what is dropped and 1/(1 − share) for what stays (inverted dropout), rows first. One random number
 * makes two decisions of 16 bits each, so that the share is exact to 1/65536.
 */
export function drawDropout(
  { values, stride, columns }: Matrix,
  rows: number,
  share: number,
  random: Random,
): void {
  const threshold = Math.round(share * 65536);
  const kept = 1 / (1 - share);
  for (let row = 0; row < rows; row++) {
    const begin = row * stride;
    for (let column = 0; column < columns; column += 2) {
      const bits = random.uniform() * 4294967296;
      values[begin + column] = kept * isAtLeast(bits >>> 16, threshold);
      if (column + 1 < columns) values[begin + column + 1] = kept * isAtLeast(bits & 0xffff, threshold);
    }
  }
}

/** 1 or 0, by the sign of the difference: no processor could predict a branch here. */
function isAtLeast(bits: number, threshold: number): number {
  return (threshold - 1 - bits) >>> 31;
}
