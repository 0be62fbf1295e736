import type { Random } from '../random';

const SQRT_6 = Math.sqrt(6);
const HALF_BITS = 2 ** 16;

/**
 * An error of measurement: triangular, mean 0, variance 1, never beyond ± √6. The sum of two uniform numbers, which
 * are the halves of one draw; a normal one takes several times as long.
 */
export function spread(random: Random): number {
  const bits = random.uniform() * HALF_BITS;
  const high = Math.floor(bits);
  return SQRT_6 * (high / HALF_BITS + (bits - high) - 1);
}
