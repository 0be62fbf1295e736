import { describe, expect, it } from 'vitest';
import { Random } from '../../sim/random';
import { fitInputDistribution, unusualness } from './inputDistribution';

/** Two numbers, the second of which is about twice the first, and one that never changes. */
function rowsOf(count: number, seed = 1): Float32Array {
  const random = new Random(seed);
  const rows = new Float32Array(count * 3);
  for (let row = 0; row < count; row++) {
    const first = random.gaussian();
    rows.set([first, 2 * first + 0.3 * random.gaussian(), 0.5], row * 3);
  }
  return rows;
}

describe('the distribution of inputs', () => {
  const distribution = fitInputDistribution(rowsOf(20_000), 3);

  it('takes one in a thousand of what it was fitted to for unusual, and as few of their like', () => {
    const others = rowsOf(20_000, 2);
    let unusual = 0;
    for (let row = 0; row < 20_000; row++)
      if (unusualness(distribution, others.subarray(row * 3, row * 3 + 3)) > 1) unusual++;
    expect(unusual).toBeGreaterThan(5);
    expect(unusual).toBeLessThan(50);
  });

  it('knows what goes together: two usual numbers may be an unusual pair', () => {
    expect(unusualness(distribution, [1, 2, 0.5])).toBeLessThan(1);
    expect(unusualness(distribution, [1, -2, 0.5])).toBeGreaterThan(1);
    expect(unusualness(distribution, [0, 0, 0.9])).toBeGreaterThan(1);
    expect(unusualness(distribution, distribution.mean)).toBe(0);
  });

  it('is the squared Mahalanobis distance over its limit', () => {
    const { mean, limit } = distribution;
    // Third field: variance 0 and the 1e-3 that is added to each.
    const shifted = [mean[0] ?? 0, mean[1] ?? 0, (mean[2] ?? 0) + 0.1];
    expect(unusualness(distribution, shifted) * limit).toBeCloseTo(0.1 ** 2 / 1e-3, 2);
  });

  it('needs observations', () => {
    expect(() => fitInputDistribution(new Float32Array(2), 3)).toThrow('needs observations');
  });
});
