import { describe, expect, it } from 'vitest';
import { hoursOf, peakOf, thinnedLoad, toLoad } from './load';

describe('a load in control steps', () => {
  it('is averaged where it was recorded more often', () => {
    const values = Array.from({ length: 45 }, (_, second) => (second < 15 ? 1 : second < 30 ? 4 : 7));
    expect([...toLoad(values, 1)]).toEqual([1, 4, 7]);
  });

  it('is joined by straight lines where it was recorded less often', () => {
    expect([...toLoad([0, 4, 8], 60)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('is the same at its own interval', () => {
    expect([...toLoad([3, 1, 2], 15)]).toEqual([3, 1, 2]);
  });

  it('knows how long it is', () => {
    expect(hoursOf(new Float32Array(240))).toBe(1);
  });
});

describe('the peak', () => {
  it('is the greatest value of an ordinary load', () => {
    expect(peakOf([1, 5, 3])).toBe(5);
  });

  it('is not that of a single outlier', () => {
    const values = Array.from({ length: 5000 }, () => 10);
    values[2500] = 1000;
    expect(peakOf(values)).toBeCloseTo(13, 12);
  });
});

it('is thinned evenly, with both ends', () => {
  const load = Float32Array.from({ length: 1000 }, (_, step) => step);
  const points = thinnedLoad(load, 300);
  expect(points).toHaveLength(300);
  expect(points[0]).toEqual({ hours: 0, requestsPerSecond: 0 });
  expect(points.at(-1)?.requestsPerSecond).toBe(999);
  expect(thinnedLoad(load.subarray(0, 5), 300)).toHaveLength(5);
});
