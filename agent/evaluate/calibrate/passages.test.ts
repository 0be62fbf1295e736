import { describe, expect, it } from 'vitest';
import { countedSteps, endOf, splitLoad } from './passages';

const HOUR = 240;

describe('the split of a load', () => {
  it('tunes on the first 60 % and judges on the rest, with an hour before it that does not count', () => {
    const { tune, judge, boundary } = splitLoad(new Float32Array(10 * HOUR));
    expect(boundary).toBe(6 * HOUR);
    expect(tune).toHaveLength(1);
    expect(tune[0]).toMatchObject({ from: 0, countedFrom: 0 });
    expect(countedSteps(tune)).toBe(6 * HOUR);
    expect(judge).toHaveLength(1);
    expect(judge[0]).toMatchObject({ from: 5 * HOUR, countedFrom: 6 * HOUR });
    expect(judge[0]?.segments).toHaveLength(12);
    expect(countedSteps(judge)).toBe(4 * HOUR);
  });

  it('judges a short load in segments of ten minutes at least', () => {
    const { judge } = splitLoad(new Float32Array(HOUR));
    expect(judge[0]?.segments).toEqual([48, 48]);
  });

  it('takes stretches from all over a long load, the judged ones all after the tuned ones', () => {
    const load = new Float32Array(60 * 24 * HOUR);
    const { tune, judge, boundary } = splitLoad(load);
    expect(tune).toHaveLength(12);
    expect(judge).toHaveLength(12);
    expect(countedSteps(tune)).toBeLessThanOrEqual(24 * HOUR);
    expect(Math.max(...tune.map(endOf))).toBeLessThanOrEqual(boundary);
    expect(Math.min(...judge.map(({ countedFrom }) => countedFrom))).toBe(boundary);
    expect(Math.max(...judge.map(endOf))).toBe(load.length);
  });
});
