/**
 * One seed made of several whole numbers, so that each env (or worker, or purpose) has a stream of its own that
 * depends on those numbers alone. Each is mixed in through murmur3's finaliser, its high bits too where it has them.
 *
 * @returns a whole number in [0, 2³²)
 */
export function mixSeed(...parts: readonly number[]): number {
  let mixed = 0x243f6a88;
  for (const part of parts) {
    mixed = finalise(mixed ^ (part >>> 0)) + Math.floor(part / 2 ** 32);
    mixed = finalise((mixed + 0x9e3779b9) | 0);
  }
  return mixed >>> 0;
}

function finalise(value: number): number {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
