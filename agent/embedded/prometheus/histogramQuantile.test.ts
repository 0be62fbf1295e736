import { describe, expect, it } from 'vitest';
import { bucketQuantile } from './histogramQuantile';
import { evaluateText, storeOf } from './testStore';

const INFINITY = Number.POSITIVE_INFINITY;

function buckets(counts: Readonly<Record<string, number>>) {
  return Object.entries(counts).map(([bound, count]) => ({
    upperBound: bound === 'Inf' ? INFINITY : Number(bound),
    count,
  }));
}

describe('the quantile of a histogram', () => {
  it.each([
    // 100 observations: 50 up to 0.1, 90 up to 0.2, all up to 0.4.
    [0.5, { 0.1: 50, 0.2: 90, 0.4: 100, Inf: 100 }, 0.1],
    [0.25, { 0.1: 50, 0.2: 90, 0.4: 100, Inf: 100 }, 0.05],
    [0.7, { 0.1: 50, 0.2: 90, 0.4: 100, Inf: 100 }, 0.15],
    [0.95, { 0.1: 50, 0.2: 90, 0.4: 100, Inf: 100 }, 0.3],
    [0, { 0.1: 50, 0.2: 90, Inf: 100 }, 0],
    // In the last bucket nothing is known but its lower bound.
    [0.99, { 0.1: 50, 0.2: 90, Inf: 100 }, 0.2],
    // Bounds in any order, and counts that fall by a scrape in between.
    [0.5, { Inf: 100, 0.2: 40, 0.1: 50 }, 0.1],
    // A lowest bound below zero is the answer itself.
    [0.1, { '-1': 50, 1: 90, Inf: 100 }, -1],
    [-0.1, { 0.1: 50, Inf: 100 }, -INFINITY],
    [1.1, { 0.1: 50, Inf: 100 }, INFINITY],
    [0.5, { 0.1: 0, Inf: 0 }, Number.NaN],
    [0.5, { Inf: 100 }, Number.NaN],
    [0.5, { 0.1: 50, 0.2: 100 }, Number.NaN],
    [Number.NaN, { 0.1: 50, Inf: 100 }, Number.NaN],
  ])('φ %d of %o is %d', (phi, counts, expected) => {
    const actual = bucketQuantile(phi, buckets(counts as Record<string, number>));
    if (Number.isFinite(expected)) expect(actual).toBeCloseTo(expected, 12);
    else expect(actual).toBe(expected);
  });

  it('is taken for each label set apart, and ignores elements without a bound', () => {
    const store = storeOf({
      'h_bucket{pod="a",le="0.1"}': [[10, 5]],
      'h_bucket{pod="a",le="+Inf"}': [[10, 10]],
      'h_bucket{pod="b",le="0.1"}': [[10, 10]],
      'h_bucket{pod="b",le="+Inf"}': [[10, 10]],
      'h_bucket{pod="c"}': [[10, 10]],
      'h_bucket{pod="d",le="wide"}': [[10, 10]],
    });
    expect(evaluateText(store, 'histogram_quantile(0.5, h_bucket)', 10)).toEqual({
      '{pod="a"}': 0.1,
      '{pod="b"}': 0.05,
    });
  });
});
