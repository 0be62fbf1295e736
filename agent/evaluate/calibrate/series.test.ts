import { describe, expect, it } from 'vitest';
import { median, missingShare, onGrid, unusableCount, withoutGaps } from './series';

const { NaN: none } = Number;
const at = (seconds: number, value: number) => ({ atMs: 1000 * seconds, value });
const GRID = { startMs: 0, endMs: 60_000, stepMs: 15_000 };

describe('a series on a grid', () => {
  it('has each sample at its nearest step, and nothing where there was none', () => {
    const { values, intervalSeconds } = onGrid({ points: [at(1, 5), at(29, 6), at(60, 7)] }, GRID);
    expect(values).toEqual([5, none, 6, none, 7]);
    expect(intervalSeconds).toBe(15);
  });

  it('takes what is no number, infinite or negative as not measured, and counts it', () => {
    const samples = { points: [at(0, -1), at(15, none), at(30, Number.POSITIVE_INFINITY), at(45, 0)] };
    expect(onGrid(samples, GRID).values).toEqual([none, none, none, 0, none]);
    expect(unusableCount(samples)).toBe(3);
  });

  it('is empty where there is no series at all', () => {
    expect(onGrid(undefined, GRID).values).toEqual([none, none, none, none, none]);
  });
});

describe('gaps', () => {
  it.each<[number[], number[]]>([
    [
      [1, none, none, 4],
      [1, 2, 3, 4],
    ],
    [
      [none, 2, none],
      [2, 2, 2],
    ],
    [
      [0, none, 2, none, none, 5, none],
      [0, 1, 2, 3, 4, 5, 5],
    ],
    [
      [1, 2],
      [1, 2],
    ],
  ])('in %j are joined by straight lines', (values, filled) => {
    const result = withoutGaps(values);
    for (const [index, value] of filled.entries()) expect(result[index]).toBeCloseTo(value, 12);
  });

  it('cannot be joined where nothing is known', () => {
    expect(withoutGaps([none, none])).toEqual([none, none]);
  });

  it('are told as a share', () => {
    expect(missingShare([1, none, none, 4])).toBe(0.5);
  });
});

it('the median is of what is known', () => {
  expect(median([3, none, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([none])).toBeNaN();
});
