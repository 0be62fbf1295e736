import { describe, expect, it } from 'vitest';
import { addLatencies, BUCKETS, histogramQuantile, LATENCY_BOUNDS_SECONDS } from './histogram';

function bucketsOf(count: number, shift: number, theta: number, timeout = 10): Float64Array {
  const buckets = new Float64Array(BUCKETS);
  addLatencies(buckets, count, shift, theta, timeout);
  return buckets;
}

describe('addLatencies', () => {
  it('follows a shifted exponential distribution', () => {
    const buckets = bucketsOf(1000, 0.02, 0.05);
    for (const [index, bound] of LATENCY_BOUNDS_SECONDS.entries()) {
      const expected = bound <= 0.02 ? 0 : 1000 * (1 - Math.exp(-(bound - 0.02) / 0.05));
      expect(buckets[index]).toBeCloseTo(expected, 0);
    }
  });

  it('counts every request below a bound at or above the time-out', () => {
    const buckets = bucketsOf(10, 0.02, 5, 1);
    expect(buckets[LATENCY_BOUNDS_SECONDS.indexOf(0.75)]).toBeLessThan(2);
    expect(buckets[LATENCY_BOUNDS_SECONDS.indexOf(1)]).toBe(10);
  });

  it('adds to what is there', () => {
    const buckets = bucketsOf(10, 0, 0.01);
    addLatencies(buckets, 5, 0, 0.01, 10);
    expect(buckets[BUCKETS - 1]).toBeCloseTo(15);
  });
});

describe('histogramQuantile', () => {
  it('interpolates within the bucket as Prometheus does', () => {
    const cumulative = LATENCY_BOUNDS_SECONDS.map((bound) => (bound < 0.1 ? 0 : 100));
    expect(histogramQuantile(0.5, cumulative, 100)).toBeCloseTo((0.075 + 0.1) / 2);
  });

  it('is the last bound where the quantile lies above it', () => {
    const cumulative = LATENCY_BOUNDS_SECONDS.map(() => 10);
    expect(histogramQuantile(0.95, cumulative, 100)).toBe(5);
  });

  it('is not a number without requests', () => {
    expect(histogramQuantile(0.95, new Float64Array(BUCKETS), 0)).toBeNaN();
  });
});
