import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../sim/random';
import { interquartileInterval, interquartileMean, quantile } from './statistics';

describe('the interquartile mean', () => {
  it.each([
    { values: [5], mean: 5 },
    // Three values: a quarter of them, rounded down, is none.
    { values: [1, 2, 9], mean: 4 },
    { values: [100, 1, 2, -50], mean: 1.5 },
    // Eight values: two fall off at either end, (3 + 4 + 5 + 6) / 4.
    { values: [8, 7, 6, 5, 4, 3, 2, 1], mean: 4.5 },
    { values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 1000], mean: 5.5 },
  ])('of $values is $mean', ({ values, mean }) => {
    expect(interquartileMean(values)).toBeCloseTo(mean, 12);
  });

  it('of nothing is an error', () => {
    expect(() => interquartileMean([])).toThrow(RangeError);
  });

  it('does not move when an outlier becomes worse', () => {
    expect(interquartileMean([1, 2, 3, 4, 1e9])).toBe(interquartileMean([1, 2, 3, 4, 5]));
  });
});

describe('the bootstrap interval', () => {
  it('has no width where all runs are equal', () => {
    expect(interquartileInterval([[3, 3], [3]], 1)).toEqual({ mean: 3, low: 3, high: 3 });
  });

  it('resamples within strata: strata of one run each have no width', () => {
    expect(interquartileInterval([[1], [2], [3], [4]], 1)).toEqual({ mean: 2.5, low: 2.5, high: 2.5 });
  });

  it('is the same for the same seed, and holds its mean', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 2, maxLength: 6 }), {
          minLength: 1,
          maxLength: 4,
        }),
        (strata) => {
          const interval = interquartileInterval(strata, 7);
          expect(interval).toEqual(interquartileInterval(strata, 7));
          expect(interval.low).toBeLessThanOrEqual(interval.high);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('covers the true mean in about 95 of 100 samples of a normal distribution', () => {
    const random = new Random(11);
    let covered = 0;
    for (let sample = 0; sample < 100; sample++) {
      const runs = Array.from({ length: 40 }, () => random.gaussian());
      const { low, high } = interquartileInterval([runs], sample);
      if (low <= 0 && high >= 0) covered++;
    }
    expect(covered).toBeGreaterThanOrEqual(87);
  });
});

describe('a quantile', () => {
  it.each([
    [0, 1],
    [0.5, 2.5],
    [1, 4],
    [0.25, 1.75],
  ])('%d of 1, 2, 3, 4 is %d', (share, value) => {
    expect(quantile([1, 2, 3, 4], share)).toBe(value);
  });
});
