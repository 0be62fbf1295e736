import { describe, expect, it } from 'vitest';
import { Random } from '../../../sim/random';
import { Dispersion } from './dispersion';

describe('dispersion', () => {
  /** After so many intervals of 1000 requests. */
  function dispersionOf(next: (random: Random, interval: number) => number, intervals = 400): number {
    const random = new Random(1);
    const dispersion = new Dispersion();
    const before = { hits: 0, requests: 0 };
    for (let interval = 0; interval < intervals; interval++) {
      dispersion.add(before, next(random, interval), 1000);
      dispersion.endInterval();
    }
    return dispersion.value;
  }

  it('is about 1 for Poisson counts, and the size of the clusters where errors come in clusters', () => {
    expect(dispersionOf((random) => random.poisson(3))).toBeCloseTo(1, 0);
    expect(dispersionOf((random) => 5 * random.poisson(0.6))).toBeGreaterThan(4);
    expect(dispersionOf((random) => 5 * random.poisson(0.6))).toBeLessThan(6);
  });

  it('is that of a single pair by hand: 10 hits after none, of 100 requests each, scatter tenfold', () => {
    const dispersion = new Dispersion();
    const before = { hits: 0, requests: 0 };
    dispersion.add(before, 0, 100);
    dispersion.add(before, 10, 100);
    // share 0.05, variance 0.0475·2/100, difference 0.1: 10.526 of 4.75 hits, drawn to 1.3 by 3.
    const ratio = (0.1 * 0.1) / (0.05 * 0.95 * (200 / 10_000));
    expect(dispersion.value).toBeCloseTo((4.75 * ratio + 1.3 * 3) / (4.75 + 3), 10);
  });

  it('does not take slow changes, or one incident, for scatter', () => {
    const rising = (random: Random, interval: number) => random.poisson(1 + interval / 10);
    const incident = (random: Random, interval: number) =>
      random.poisson(interval > 100 && interval < 140 ? 300 : 3);
    expect(dispersionOf(rising)).toBeLessThan(1.5);
    expect(dispersionOf(incident)).toBeLessThan(2);
  });

  it('is that of the prior while nothing was counted, and tempers by its inverse, never more than 1', () => {
    const dispersion = new Dispersion();
    expect(dispersion.value).toBeCloseTo(1.3, 10);
    expect(dispersion.eta).toBeCloseTo(1 / 1.3, 10);
    const before = { hits: 0, requests: 0 };
    for (let interval = 0; interval < 50; interval++) dispersion.add(before, 10, 1000);
    expect(dispersion.value).toBeLessThan(1);
    expect(dispersion.eta).toBe(1);
  });
});
