import { describe, expect, it } from 'vitest';
import { binomialInterval } from './binomialInterval';

describe('the exact interval of a share', () => {
  /** By hand from the binomial distribution: the chance of so many hits or fewer, and of so many or more. */
  const atMost = (hits: number, trials: number, share: number) => {
    let sum = 0;
    let chance = (1 - share) ** trials;
    for (let count = 0; count <= hits; count++) {
      sum += chance;
      chance *= ((trials - count) / (count + 1)) * (share / (1 - share));
    }
    return sum;
  };

  it.each([
    [1, 10],
    [5, 10],
    [9, 10],
    [3, 400],
    [120, 400],
    [2, 5000],
  ])('of %i of %i leaves 2.5 %% on either side', (hits, trials) => {
    const interval = binomialInterval(hits, trials);
    expect(interval?.mean).toBe(hits / trials);
    expect(atMost(hits, trials, interval?.high ?? 0)).toBeCloseTo(0.025, 6);
    expect(1 - atMost(hits - 1, trials, interval?.low ?? 0)).toBeCloseTo(0.025, 6);
  });

  it('ends at 0 and 1 where there was nothing else', () => {
    const bound = 1 - 0.025 ** (1 / 50);
    expect(binomialInterval(0, 50)).toEqual({ mean: 0, low: 0, high: expect.closeTo(bound, 9) });
    expect(binomialInterval(50, 50)).toEqual({ mean: 1, low: expect.closeTo(1 - bound, 9), high: 1 });
  });

  it('says nothing of nothing', () => {
    expect(binomialInterval(0, 0)).toBeNull();
  });
});
