import { describe, expect, it } from 'vitest';
import { createSeriesStore } from './seriesStore';

const HOUR_MS = 3_600_000;

function onlySeries(store: ReturnType<typeof createSeriesStore>) {
  const [series, ...others] = store.all();
  if (!series || others.length > 0) throw new Error('expected exactly one series');
  return series;
}

describe('the series store', () => {
  it('gives the same series for the same name and labels, whatever their order', () => {
    const store = createSeriesStore({ retentionMs: HOUR_MS });
    store.series('up', { pod: 'a', job: 'x' }).append(1000, 1);
    store.series('up', { job: 'x', pod: 'a', empty: '' }).append(2000, 0);
    const { labels, samples } = onlySeries(store);
    expect([...labels]).toEqual([
      ['__name__', 'up'],
      ['job', 'x'],
      ['pod', 'a'],
    ]);
    expect(samples.between(0, 5000)).toEqual({ timesMs: [1000, 2000], values: [1, 0] });
  });

  it('takes labels that are names of object members for what they are', () => {
    const store = createSeriesStore({ retentionMs: HOUR_MS });
    store.series('m', { constructor: 'a' }).append(1000, 1);
    expect(onlySeries(store).labels.get('constructor')).toBe('a');
    expect(onlySeries(store).labels.get('toString')).toBeUndefined();
  });

  it('refuses time that goes back and replaces a sample of the same time', () => {
    const store = createSeriesStore({ retentionMs: HOUR_MS });
    const series = store.series('m', {});
    series.append(2000, 1);
    series.append(2000, 7);
    expect(onlySeries(store).samples.between(0, 5000).values).toEqual([7]);
    expect(() => series.append(1999, 1)).toThrow(RangeError);
  });

  it('marks an ended series stale and lets it live again', () => {
    const store = createSeriesStore({ retentionMs: HOUR_MS });
    const series = store.series('m', {});
    series.append(1000, 1);
    store.end(series, 2000);
    const { samples } = onlySeries(store);
    expect(samples.latest(0, 1999)).toEqual({ atMs: 1000, value: 1 });
    expect(samples.latest(0, 2000)).toBeNull();
    series.append(3000, 4);
    expect(samples.latest(0, 3000)).toEqual({ atMs: 3000, value: 4 });
    expect(samples.between(0, 3000).values).toEqual([1, 4]);
  });

  it('tells a NaN that was measured from the staleness marker', () => {
    const store = createSeriesStore({ retentionMs: HOUR_MS });
    store.series('m', {}).append(1000, Number.NaN);
    expect(onlySeries(store).samples.latest(0, 1000)).toEqual({ atMs: 1000, value: Number.NaN });
  });

  it('keeps the newest samples when a series has as many as it may', () => {
    const store = createSeriesStore({ retentionMs: 1000 * HOUR_MS, maxSamplesPerSeries: 100 });
    const series = store.series('m', {});
    for (let second = 1; second <= 1000; second++) series.append(second * 1000, second);
    const { values } = onlySeries(store).samples.between(0, HOUR_MS);
    expect(values).toEqual(Array.from({ length: 100 }, (_, index) => 901 + index));
  });

  it('forgets samples and dead series after the retention, and takes them up again by their handle', () => {
    const store = createSeriesStore({ retentionMs: 60_000 });
    const dead = store.series('dead', {});
    const alive = store.series('alive', {});
    dead.append(1000, 1);
    for (let second = 1; second <= 300; second++) alive.append(second * 1000, second);
    expect([...store.all('dead')]).toEqual([]);
    const kept = onlySeries(store).samples.between(0, HOUR_MS).timesMs;
    expect(kept.length).toBeLessThan(80);
    expect(kept.at(-1)).toBe(300_000);
    dead.append(301_000, 5);
    store.series('dead', {}).append(302_000, 6);
    expect([...store.all('dead')][0]?.samples.between(0, HOUR_MS).values).toEqual([5, 6]);
  });
});
