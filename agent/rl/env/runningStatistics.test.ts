import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RunningStatistics } from './runningStatistics';

describe('running statistics', () => {
  it('are mean and population variance of all rows, column by column', () => {
    const statistics = new RunningStatistics(2);
    statistics.update(Float32Array.of(1, 10, 2, 10));
    statistics.update(Float32Array.of(6, 10));
    expect(statistics.count).toBe(3);
    expect([...statistics.mean]).toEqual([3, 10]);
    // ((1 − 3)² + (2 − 3)² + (6 − 3)²) ÷ 3
    expect(statistics.variance[0]).toBeCloseTo(14 / 3, 12);
    expect(statistics.variance[1]).toBe(0);
  });

  it('leave everything as it is before the first row', () => {
    const statistics = new RunningStatistics(1);
    statistics.update(new Float32Array(0));
    expect(statistics.toNormaliser(10)).toEqual({
      mean: Float64Array.of(0),
      variance: Float64Array.of(1),
      count: 0,
      clip: 10,
    });
  });

  it('come to the same whatever the batches are', () => {
    const values = fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 20 }), (numbers, size) => {
        const batched = new RunningStatistics(1);
        for (let start = 0; start < numbers.length; start += size) {
          batched.update(Float64Array.from(numbers.slice(start, start + size)));
        }
        const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
        const variance = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length;
        expect(Math.abs((batched.mean[0] as number) - mean)).toBeLessThan(1e-9);
        expect(Math.abs((batched.variance[0] as number) - variance)).toBeLessThan(1e-7);
      }),
    );
  });

  it('keep small variance on a large mean', () => {
    const statistics = new RunningStatistics(1);
    for (let index = 0; index < 1000; index++) statistics.update(Float64Array.of(1e9 + (index % 2)));
    expect(statistics.variance[0]).toBeCloseTo(0.25, 6);
  });

  it('go on bit by bit from a saved state', () => {
    const rows = Float32Array.from({ length: 40 }, (_, index) => Math.sin(index));
    const one = new RunningStatistics(4);
    one.update(rows);
    const other = RunningStatistics.from(one.toNormaliser(5));
    for (const statistics of [one, other]) statistics.update(rows.subarray(0, 12));
    expect(other.toNormaliser(5)).toEqual(one.toNormaliser(5));
  });

  it('give copies', () => {
    const statistics = new RunningStatistics(1);
    const before = statistics.toNormaliser(1);
    statistics.update(Float32Array.of(3));
    expect(before.mean[0]).toBe(0);
  });

  it('refuse half a row', () => {
    expect(() => new RunningStatistics(2).update(new Float32Array(3))).toThrow('3 numbers are no rows of 2');
  });
});
