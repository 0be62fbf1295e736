import { describe, expect, it } from 'vitest';
import { mixSeed } from './mixSeed';

describe('a mixed seed', () => {
  it('is a whole number of 32 bits', () => {
    for (const parts of [[0], [1, 2], [2 ** 53 - 1, 7], [2 ** 32, 0]]) {
      const seed = mixSeed(...parts);
      expect(seed).toBe(seed >>> 0);
    }
  });

  it('differs for each of its numbers, their high bits and their order', () => {
    const seeds = Array.from({ length: 100 }, (_, seed) =>
      Array.from({ length: 100 }, (_, index) => mixSeed(seed, index)),
    ).flat();
    // Of 10,000 random 32-bit numbers 0.01 pairs are equal.
    expect(new Set(seeds).size).toBeGreaterThan(9998);
    expect(mixSeed(1, 2)).not.toBe(mixSeed(2, 1));
    expect(mixSeed(5)).not.toBe(mixSeed(2 ** 32 + 5));
    expect(mixSeed(1)).not.toBe(mixSeed(1, 0));
  });

  it('stays what it is: checkpoints and published results depend on it', () => {
    expect([mixSeed(1, 0), mixSeed(1, 1), mixSeed(2 ** 40, 3)]).toMatchInlineSnapshot(`
      [
        2537780402,
        3853557720,
        2833235131,
      ]
    `);
  });
});
