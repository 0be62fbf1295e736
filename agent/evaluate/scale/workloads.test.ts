import { describe, expect, it } from 'vitest';
import { Random } from '../../sim/random';
import { traceWorkload } from './traceWorkload';
import { EVALUATION_WORKLOADS } from './workloads';

/** A day, and the warm-up before it. */
const STEPS = 5769;

function drawn(
  draw: (typeof EVALUATION_WORKLOADS)[number]['draw'],
  seed: number,
  steps = STEPS,
): Float32Array {
  const points = new Float32Array(steps);
  draw(points, new Random(seed));
  return points;
}

describe.each(EVALUATION_WORKLOADS)('the load $name', ({ draw }) => {
  it('stays within the peak, and is no constant', () => {
    for (let seed = 0; seed < 20; seed++) {
      const points = drawn(draw, seed);
      expect(points.every((value) => value >= Math.fround(0.01) && value <= 1)).toBe(true);
      expect(Math.max(...points) / Math.min(...points)).toBeGreaterThan(1.2);
    }
  });

  it('is the same for the same seed, and another for another one', () => {
    expect(drawn(draw, 7)).toEqual(drawn(draw, 7));
    expect(drawn(draw, 7)).not.toEqual(drawn(draw, 8));
  });

  it('is rarely cut at the peak: its shape is its own', () => {
    let cut = 0;
    for (let seed = 0; seed < 20; seed++) cut += drawn(draw, seed).filter((value) => value === 1).length;
    expect(cut / (20 * STEPS)).toBeLessThan(0.05);
  });
});

it('there are at least a dozen loads, each with a name of its own', () => {
  expect(EVALUATION_WORKLOADS.length).toBeGreaterThanOrEqual(12);
  expect(new Set(EVALUATION_WORKLOADS.map(({ name }) => name)).size).toBe(EVALUATION_WORKLOADS.length);
});

describe('a recorded load', () => {
  it('is scaled to its peak, and starts again at its end', () => {
    const points = drawn(traceWorkload({ name: 'a', values: [10, 20, 40], intervalSeconds: 15 }).draw, 1, 40);
    expect(Math.max(...points)).toBeLessThanOrEqual(1);
    for (let step = 3; step < 40; step++) expect(points[step]).toBeCloseTo(points[step - 3] as number);
  });

  it('begins at another time in each episode', () => {
    const { draw } = traceWorkload({ name: 'a', values: [1, 2, 3, 5, 8, 13, 21], intervalSeconds: 60 });
    expect(new Set([1, 2, 3, 4].map((seed) => drawn(draw, seed, 1)[0])).size).toBe(4);
  });

  it('is averaged over a control step where it is finer, and joined by lines where it is coarser', () => {
    const fine = traceWorkload({
      name: 'fine',
      values: Array.from({ length: 300 }, (_, second) => (second % 15 < 5 ? 3 : 0)),
      intervalSeconds: 1,
    });
    for (const value of drawn(fine.draw, 3, 10)) expect(value).toBeCloseTo(1 / 3);
    const coarse = drawn(traceWorkload({ name: 'coarse', values: [0, 1], intervalSeconds: 150 }).draw, 4, 20);
    const steps = coarse.slice(1).map((value, index) => Math.abs(value - (coarse[index] as number)));
    for (const step of steps) expect(step).toBeLessThanOrEqual(0.1001);
  });
});
