import { describe, expect, it } from 'vitest';
import { type Sample, shareInterval, stratifiedInterval } from './stratified';

/** One sample per block, of one run and one stratum where not told otherwise. */
function blocks(values: readonly number[], changes: Partial<Sample> = {}): Sample[] {
  return values.map((value, block) => ({ run: 0, stratum: 0, block, value, weight: 1, ...changes }));
}

describe('a statistic over blocks of seeds', () => {
  it('is the interquartile mean of the blocks’ own figures', () => {
    // A quarter of four is left out at either end: (2 + 3) ÷ 2.
    expect(stratifiedInterval(blocks([1, 2, 3, 100]), 'interquartile')?.mean).toBe(2.5);
  });

  it('is all values over all weights where it is pooled', () => {
    expect(stratifiedInterval(blocks([1, 2, 3, 100]), 'pooled')?.mean).toBe(26.5);
  });

  it('adds up the episodes of a block before it divides', () => {
    const samples = [
      ...blocks([10, 30], { weight: 20 }),
      // A second episode of each block: (10 + 50) ÷ (20 + 40) and (30 + 10) ÷ (20 + 60).
      { run: 0, stratum: 0, block: 0, value: 50, weight: 40 },
      { run: 0, stratum: 0, block: 1, value: 10, weight: 60 },
    ];
    expect(stratifiedInterval(samples, 'interquartile')?.mean).toBe(0.75);
  });

  it('takes each training’s blocks as blocks of its own', () => {
    const samples = [...blocks([1, 1, 1, 1]), ...blocks([3, 3, 3, 3], { run: 1 })];
    // The middle four of 1 1 1 1 3 3 3 3.
    expect(stratifiedInterval(samples, 'interquartile')?.mean).toBe(2);
  });

  it('has no interval where blocks do not differ, and holds the mean within it where they do', () => {
    expect(stratifiedInterval(blocks([7, 7, 7, 7]), 'interquartile')).toEqual({ mean: 7, low: 7, high: 7 });
    const interval = stratifiedInterval(blocks([1, 2, 3, 4, 5, 6, 7, 8]), 'interquartile');
    expect(interval?.mean).toBe(4.5);
    expect(interval?.low).toBeGreaterThan(1.5);
    expect(interval?.low).toBeLessThan(4);
    expect(interval?.high).toBeGreaterThan(5);
    expect(interval?.high).toBeLessThan(7.5);
  });

  it('keeps the share of each kind of fault in every resample', () => {
    // Kind 0 always takes 10 s, kind 1 always 100 s, in the same numbers: there is nothing by chance left.
    const samples = [...blocks([10, 10, 10, 10]), ...blocks([100, 100, 100, 100], { stratum: 1 })];
    expect(stratifiedInterval(samples, 'interquartile')).toEqual({ mean: 55, low: 55, high: 55 });
  });

  it('keeps a pair together: a constant ratio has no interval, however much its parts differ', () => {
    const samples = [10, 20, 400, 3].map((theirs, block) => ({
      run: 0,
      stratum: block % 2,
      block,
      value: theirs / 2,
      weight: theirs,
    }));
    expect(stratifiedInterval(samples, 'interquartile')).toEqual({ mean: 0.5, low: 0.5, high: 0.5 });
  });

  it('gives the same bits each time, and nothing for nothing', () => {
    const samples = blocks([3, 1, 4, 1, 5, 9]);
    expect(stratifiedInterval(samples, 'interquartile')).toEqual(
      stratifiedInterval(samples, 'interquartile'),
    );
    expect(stratifiedInterval([], 'interquartile')).toBeNull();
    expect(stratifiedInterval(blocks([0, 0], { weight: 0 }), 'pooled')).toBeNull();
  });
});

describe('a share', () => {
  it('of none in 100 may be as much as 1 − 0.025^(1/100)', () => {
    const interval = shareInterval(blocks(Array.from({ length: 100 }, () => 0)));
    expect(interval).toMatchObject({ mean: 0, low: 0 });
    // 3.62 %, as in tables of exact binomial limits.
    expect(interval?.high).toBeCloseTo(0.0362, 4);
  });

  it('of all in 10 may be as little as 69 %', () => {
    const interval = shareInterval(blocks(Array.from({ length: 10 }, () => 1)));
    expect(interval?.low).toBeCloseTo(0.6915, 4);
    expect(interval).toMatchObject({ mean: 1, high: 1 });
  });

  it('in between is resampled', () => {
    const interval = shareInterval(blocks([1, 0, 0, 0, 1, 0, 0, 0]));
    expect(interval?.mean).toBe(0.25);
    expect(interval?.low).toBe(0);
    expect(interval?.high).toBeGreaterThan(0.4);
  });
});
