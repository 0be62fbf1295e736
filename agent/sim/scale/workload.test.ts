import { describe, expect, it } from 'vitest';
import { Random } from '../random';
import { toTrace, Workload } from './workload';

describe('a workload', () => {
  it('replays a trace second by second on straight lines between its values, scaled to the peak', () => {
    const workload = new Workload(2);
    // Exactly as long as the two control steps, so that there is one place to begin at.
    workload.drawTrace(toTrace([0, 5, 10, 10], 10), 80, new Random(1));
    expect(workload.rates.length).toBe(30);
    expect([0, 5, 10, 15, 20, 29].map((second) => workload.rates[second])).toEqual([0, 20, 40, 60, 80, 80]);
  });

  it('begins at a random place of a longer trace, and wraps round a shorter one', () => {
    const long = toTrace(
      Array.from({ length: 1000 }, (_, i) => i + 1),
      10,
    );
    const firstRates = [1, 2, 3].map((seed) => {
      const workload = new Workload(4);
      workload.drawTrace(long, 1, new Random(seed));
      expect(workload.rates[59] as number).toBeGreaterThan(workload.rates[0] as number);
      return workload.rates[0];
    });
    expect(new Set(firstRates).size).toBe(3);
    const short = new Workload(4);
    short.drawTrace(toTrace([1, 0], 1), 6, new Random(1));
    expect([...short.rates.subarray(0, 4)]).toEqual([6, 0, 6, 0]);
  });

  it('scales the curve of a family', () => {
    const small = new Workload(50);
    const large = new Workload(50);
    small.drawFamily('noisy', 10, new Random(9));
    large.drawFamily('noisy', 100, new Random(9));
    expect(large.meanRate(15) / small.meanRate(15)).toBeCloseTo(10, 4);
    expect(Math.max(...large.rates)).toBeLessThanOrEqual(100);
  });

  it('takes its mean from a second on', () => {
    const workload = new Workload(2);
    workload.drawTrace(toTrace([0, 0, 10, 10, 10], 7.5), 40, new Random(1));
    expect(workload.meanRate(15)).toBe(40);
  });
});

describe('a trace', () => {
  it('has a peak of 1', () => {
    expect([...toTrace([1, 2, 4], 1).values]).toEqual([0.25, 0.5, 1]);
  });

  it('does not let one outlier make the rest small', () => {
    const recorded = Array.from({ length: 5000 }, (_, i) => (i === 77 ? 1000 : 10));
    const { values } = toTrace(recorded, 1);
    expect(values[77]).toBe(1);
    expect(values[0]).toBeCloseTo(1 / 1.3);
  });

  it('may be 0 nearly always', () => {
    const recorded = Array.from({ length: 5000 }, (_, i) => (i === 77 ? 3 : 0));
    expect(Math.max(...toTrace(recorded, 1).values)).toBe(1);
  });
});
