import { describe, expect, it } from 'vitest';
import { Random } from '../../sim/random';
import { figureOf, type Judged, pairedDifference } from './intervals';
import { SegmentTotals } from './segmentTotals';

/** So many pods over ten steps, all requests served in time. */
function segment(pods: number): SegmentTotals {
  return Object.assign(new SegmentTotals(), { steps: 10, pods: 10 * pods, arrivals: 100, load: 10 });
}
const judged = (...seeds: readonly (readonly number[])[]): Judged => seeds.map((pods) => pods.map(segment));

describe('a paired difference', () => {
  it('is nothing between two that did the same', () => {
    const arm = judged([2, 4], [3, 5], [2, 6]);
    expect(pairedDifference(arm, arm, 20)).toEqual({ mean: 0, low: 0, high: 0 });
  });

  it('is certain where it is the same everywhere', () => {
    const difference = pairedDifference(judged([1, 3], [2, 4], [1, 5]), judged([2, 4], [3, 5], [2, 6]), 20);
    expect(difference.mean).toBeCloseTo(-1, 12);
    expect(difference.high).toBeCloseTo(-1, 12);
  });

  it('is not beyond doubt where one stretch of the load decides it, however many seeds agree', () => {
    const ours = judged(...Array.from({ length: 10 }, () => [5, 5, 5, 1]));
    const theirs = judged(...Array.from({ length: 10 }, () => [4.9, 4.9, 4.9, 5]));
    const { mean, high } = pairedDifference(ours, theirs, 20);
    expect(mean).toBeLessThan(0);
    expect(high).toBeGreaterThan(0);
  });

  it.each([2, 4, 12])('of %i segments that differ by chance is hardly ever beyond doubt', (segments) => {
    const random = new Random(segments);
    const all = (value: () => number) => Array.from({ length: segments }, value);
    let certain = 0;
    for (let round = 0; round < 100; round++) {
      const chances = all(() => random.gaussian());
      const ours = Array.from({ length: 4 }, () => chances.map((chance) => 20 + chance));
      const theirs = Array.from({ length: 4 }, () => all(() => 20));
      if (pairedDifference(judged(...ours), judged(...theirs), 20).high < 0) certain++;
    }
    // 2.5 % are meant.
    expect(certain).toBeLessThanOrEqual(7);
  });

  it('weighs violations by the price', () => {
    const late = Object.assign(segment(2), { violated: 10 });
    // 10 % of a load of one pod is late: W × 0.1 pods.
    expect(pairedDifference([[late]], [[segment(2)]], 20).mean).toBeCloseTo(2, 12);
    expect(pairedDifference([[late]], [[segment(2)]], 5).mean).toBeCloseTo(0.5, 12);
  });
});

describe('a figure', () => {
  it('is the interquartile mean over seeds of the whole judged load', () => {
    // Mean pods of the seeds: 2, 3, 4 and 100; the middle half is 3 and 4.
    const { mean, low, high } = figureOf(
      judged([1, 3], [2, 4], [3, 5], [100, 100]),
      (totals) => totals.meanPods,
    );
    expect(mean).toBe(3.5);
    expect(low).toBeLessThanOrEqual(mean);
    expect(high).toBeGreaterThanOrEqual(mean);
  });

  it('holds its mean within its interval', () => {
    const { mean, low, high } = figureOf(judged([5, 5], [5, 5]), (totals) => totals.meanPods);
    expect([mean, low, high]).toEqual([5, 5, 5]);
  });
});
