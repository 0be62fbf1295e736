import { describe, expect, it } from 'vitest';
import { LoadGenerator, LoadShape } from './load';
import { Random } from './random';

/** The rates in the middle of steps of one second. */
function rates(shape: Record<string, unknown>, seconds: number, seed = 1): number[] {
  const generator = new LoadGenerator(LoadShape.parse(shape), new Random(seed));
  return Array.from({ length: seconds }, () => generator.advance(1));
}

describe('LoadGenerator', () => {
  it('stays at a constant rate', () => {
    expect(rates({ kind: 'constant', requestsPerSecond: 12 }, 3)).toEqual([12, 12, 12]);
  });

  it('sends nothing before it starts', () => {
    const shape = { kind: 'constant', requestsPerSecond: 12, startAfterSeconds: 2 };
    expect(rates(shape, 4)).toEqual([0, 0, 12, 12]);
  });

  it('swings around its mean', () => {
    const swing = rates({ kind: 'sine', mean: 10, amplitude: 4, periodSeconds: 8 }, 8);
    expect(swing[1]).toBeCloseTo(10 + 4 * Math.sin((2 * Math.PI * 1.5) / 8));
    expect(swing.reduce((sum, rate) => sum + rate, 0) / 8).toBeCloseTo(10);
  });

  it('never swings below zero', () => {
    expect(Math.min(...rates({ kind: 'sine', mean: 1, amplitude: 9, periodSeconds: 8 }, 8))).toBe(0);
  });

  it('goes up a ramp and stays at its end', () => {
    expect(rates({ kind: 'ramp', from: 0, to: 8, durationSeconds: 4 }, 6)).toEqual([1, 3, 5, 7, 8, 8]);
  });

  it('has a spike of the given length', () => {
    const shape = { kind: 'spike', base: 1, peak: 9, atSeconds: 2, durationSeconds: 2 };
    expect(rates(shape, 6)).toEqual([1, 1, 9, 9, 1, 1]);
  });

  it('goes from the target of one stage to that of the next in a line, and stays at the last', () => {
    const stages = [
      { durationSeconds: 2, target: 8 },
      { durationSeconds: 2, target: 8 },
      { durationSeconds: 4, target: 0 },
    ];
    expect(rates({ kind: 'stages', stages }, 10)).toEqual([2, 6, 8, 8, 7, 5, 3, 1, 0, 0]);
  });

  it('begins its stages at another rate than 0, and jumps where a stage takes no time', () => {
    const stages = [
      { durationSeconds: 2, target: 4 },
      { durationSeconds: 0, target: 10 },
      { durationSeconds: 1, target: 10 },
      { durationSeconds: 0, target: 3 },
    ];
    expect(rates({ kind: 'stages', from: 2, stages }, 5)).toEqual([2.5, 3.5, 10, 3, 3]);
  });

  it('interpolates a trace and starts it over', () => {
    const shape = { kind: 'trace', values: [0, 10], intervalSeconds: 2 };
    expect(rates(shape, 6)).toEqual([2.5, 7.5, 7.5, 2.5, 2.5, 7.5]);
  });

  it('spends its time in bursts in proportion to their mean length', () => {
    const shape = { kind: 'bursty', base: 1, burst: 5, meanBaseSeconds: 30, meanBurstSeconds: 10 };
    const values = rates(shape, 50_000);
    expect(new Set(values)).toEqual(new Set([1, 5]));
    expect(values.filter((rate) => rate === 5).length / values.length).toBeCloseTo(0.25, 1);
  });

  it('fluctuates with the wanted standard deviation around its mean', () => {
    const values = rates({ kind: 'constant', requestsPerSecond: 100, noise: 0.1 }, 100_000);
    const mean = values.reduce((sum, rate) => sum + rate, 0) / values.length;
    const variance = values.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / values.length;
    expect(mean / 100).toBeCloseTo(1, 1);
    expect(Math.sqrt(variance) / 100).toBeCloseTo(0.1, 1);
  });

  it('refuses a shape that it does not know', () => {
    expect(LoadShape.safeParse({ kind: 'constant', requestsPerSecond: -1 }).success).toBe(false);
    expect(LoadShape.safeParse({ kind: 'constant', requestsPerSecond: 1, extra: 1 }).success).toBe(false);
  });
});
