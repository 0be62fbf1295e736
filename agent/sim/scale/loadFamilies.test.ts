import { describe, expect, it } from 'vitest';
import { Random } from '../random';
import { drawLoad, LOAD_FAMILIES, type LoadFamily } from './loadFamilies';

function curve(family: LoadFamily, seed: number): Float32Array {
  const points = new Float32Array(400);
  drawLoad(family, points, new Random(seed));
  return points;
}

/** Over 30 curves. */
function mean(family: LoadFamily, measure: (points: Float32Array) => number): number {
  const seeds = Array.from({ length: 30 }, (_, seed) => seed);
  return seeds.reduce((sum, seed) => sum + measure(curve(family, seed)), 0) / seeds.length;
}

const spread = (points: Float32Array) => Math.max(...points) - Math.min(...points);

const greatestStep = (points: Float32Array) =>
  points.reduce((most, value, i) => Math.max(most, Math.abs(value - (points[i - 1] ?? value))), 0);

describe.each(LOAD_FAMILIES)('load family %s', (family) => {
  it('fills every point with 0.01…1, the same for the same seed', () => {
    for (let seed = 0; seed < 30; seed++) {
      const points = curve(family, seed);
      expect(Math.min(...points)).toBeGreaterThanOrEqual(Math.fround(0.01));
      expect(Math.max(...points)).toBeLessThanOrEqual(1);
      expect(curve(family, seed)).toEqual(points);
    }
    expect(curve(family, 1)).not.toEqual(curve(family, 2));
  });
});

describe('the load families', () => {
  it('differ in how far and how suddenly the load moves', () => {
    expect(mean('constant', spread)).toBeLessThan(0.15);
    expect(mean('diurnal', spread)).toBeGreaterThan(0.6);
    expect(mean('diurnal', greatestStep)).toBeLessThan(0.15);
    expect(mean('ramp', greatestStep)).toBeLessThan(0.2);
    for (const sudden of ['on-off', 'flash-crowd', 'recurring-burst', 'heavy-tailed'] as const) {
      expect(mean(sudden, greatestStep)).toBeGreaterThan(0.22);
    }
  });

  it('have bursts that recur at even intervals', () => {
    const points = curve('recurring-burst', 3);
    const middle = (Math.max(...points) + Math.min(...points)) / 2;
    const starts = [...points.keys()].filter(
      (i) => i > 0 && (points[i] as number) > middle && (points[i - 1] as number) <= middle,
    );
    const gaps = starts.slice(1).map((start, i) => start - (starts[i] as number));
    expect(gaps.length).toBeGreaterThan(1);
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
  });
});
