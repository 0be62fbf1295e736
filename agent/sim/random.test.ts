import { describe, expect, it } from 'vitest';
import { Random } from './random';

const draw = (count: number, next: () => number) => Array.from({ length: count }, next);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: readonly number[]) => {
  const middle = mean(values);
  return mean(values.map((value) => (value - middle) ** 2));
};

describe('Random', () => {
  it('gives the same bits for the same seed, and others for another', () => {
    const bits = (seed: number) => {
      const random = new Random(seed);
      return draw(100, () => random.uniform() + random.gaussian() + random.poisson(5));
    };
    expect(bits(7)).toEqual(bits(7));
    expect(bits(7)).not.toEqual(bits(8));
  });

  it('is uniform in [0, 1)', () => {
    const random = new Random(1);
    const values = draw(100_000, () => random.uniform());
    expect(Math.min(...values.slice(0, 1000))).toBeGreaterThanOrEqual(0);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(mean(values)).toBeCloseTo(0.5, 2);
    expect(variance(values)).toBeCloseTo(1 / 12, 2);
  });

  it('has the moments of a standard normal', () => {
    const random = new Random(2);
    const values = draw(100_000, () => random.gaussian());
    expect(mean(values)).toBeCloseTo(0, 1);
    expect(variance(values)).toBeCloseTo(1, 1);
  });

  it.each([0.3, 4, 29, 31, 400])(
    'has the mean and the variance of a Poisson distribution of mean %d',
    (rate) => {
      const random = new Random(3);
      const values = draw(50_000, () => random.poisson(rate));
      expect(values.every((value) => Number.isInteger(value) && value >= 0)).toBe(true);
      expect(mean(values) / rate).toBeCloseTo(1, 1);
      expect(variance(values) / rate).toBeCloseTo(1, 1);
    },
  );

  it('draws nothing from a Poisson distribution of mean 0', () => {
    expect(new Random(4).poisson(0)).toBe(0);
  });

  it('goes on with the same numbers from a saved state, a spare Gaussian included', () => {
    const random = new Random(5);
    random.gaussian();
    const copy = new Random(0);
    copy.restore(JSON.parse(JSON.stringify(random.save())));
    expect(draw(10, () => copy.gaussian())).toEqual(draw(10, () => random.gaussian()));
  });
});
