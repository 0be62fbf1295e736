import { describe, expect, it } from 'vitest';
import { spansWithoutData, toColumns } from './series';
import { emptySample, sample } from './testData';

describe('columns', () => {
  it('carry shares as percentages and keep null as a gap', () => {
    const columns = toColumns([sample(0), emptySample(5)]);
    expect(columns.atMs).toEqual([0, 5]);
    expect(columns.latencyP95Ms).toEqual([100, null]);
    expect(columns.errorPercent).toEqual([0.1, null]);
    expect(columns.cpuPercent).toEqual([50, null]);
    expect(columns.readyReplicas).toEqual([3, 3]);
    expect(columns.rewardTerms[0]).toEqual({ latency: 0.6, cost: -0.1 });
  });

  it('have an empty row where samples are missing, so that no line crosses the hole', () => {
    const columns = toColumns([0, 5, 10, 40, 45].map((atMs) => sample(atMs)));
    expect(columns.atMs).toEqual([0, 5, 10, 11, 40, 45]);
    expect(columns.latencyP95Ms).toEqual([100, 100, 100, null, 100, 100]);
    expect(columns.readyReplicas[3]).toBeNull();
  });

  it('of nothing are empty', () => {
    expect(toColumns([]).atMs).toEqual([]);
  });
});

describe('times without data', () => {
  const fresh = { kind: 'fresh', atMs: 0 } as const;
  const stale = { kind: 'stale', atMs: 0, reason: '' } as const;

  it('are none in a steady series, nor at a single missing value', () => {
    expect(
      spansWithoutData(
        [0, 5, 10, 15].map((atMs) => sample(atMs)),
        fresh,
      ),
    ).toEqual([]);
    expect(spansWithoutData([sample(0), sample(5), emptySample(10), sample(15), sample(20)], fresh)).toEqual(
      [],
    );
  });

  it('reach from the last good sample to the next', () => {
    const samples = [sample(0), sample(5), ...[10, 15, 20].map(emptySample), sample(25), sample(30)];
    expect(spansWithoutData(samples, fresh)).toEqual([{ fromMs: 5, toMs: 25 }]);
  });

  it('are none where metrics are read more often for a while, as in an incident', () => {
    const calm = [0, 5, 10, 15];
    const busy = Array.from({ length: 20 }, (_, index) => 16 + index);
    const times = [...calm, ...busy, 40, 45, 50];
    for (let length = 2; length <= times.length; length += 1) {
      const samples = times.slice(0, length).map((atMs) => sample(atMs));
      expect(spansWithoutData(samples, fresh), String(length)).toEqual([]);
      expect(toColumns(samples).atMs).toHaveLength(length);
    }
  });

  it('are found within such a while', () => {
    const samples = [0, 5, 10, 11, 12, 13, 20, 21, 22, 23].map((atMs) => sample(atMs));
    expect(spansWithoutData(samples, fresh)).toEqual([{ fromMs: 13, toMs: 20 }]);
  });

  it('last until now while the data is stale', () => {
    expect(spansWithoutData([sample(0), sample(5)], stale)).toEqual([{ fromMs: 5, toMs: null }]);
    expect(spansWithoutData([], stale)).toEqual([]);
  });
});
