import { describe, expect, it } from 'vitest';
import { mannWhitney, rankSumZ } from './mannWhitney';
import { PROMOTE, ROLL_BACK } from './releaseRule';
import { aReading, aView, SILENT } from './testing/views';

describe('Mann and Whitney’s z', () => {
  it('is what a textbook has', () => {
    // Hollander, Wolfe and Chicken, example 4.1 (permeability of tissue): W = 30 of 5 against 10, mean 40, variance 200/3.
    const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const early = [1.15, 0.88, 0.9, 0.74, 1.21];
    const z = rankSumZ(Float64Array.from(early), Float64Array.from(term));
    expect(z).toBeCloseTo((30 - 40) / Math.sqrt(200 / 3), 9);
  });

  it('takes the mean rank of values that are the same', () => {
    // Ranks 1.5, 1.5, 3.5, 3.5; W of the first is 5 = its mean.
    expect(rankSumZ(Float64Array.of(1, 2), Float64Array.of(2, 1))).toBe(0);
    // W = 3.5 + 3.5; variance 4/12 · (5 − 12/12).
    expect(rankSumZ(Float64Array.of(2, 2), Float64Array.of(1, 1))).toBeCloseTo(2 / Math.sqrt(4 / 3), 9);
    expect(rankSumZ(Float64Array.of(1, 1), Float64Array.of(1, 1))).toBe(0);
  });
});

describe('the rule that goes by it', () => {
  const play = (reading: ReturnType<typeof aReading>) => {
    const rule = mannWhitney();
    rule.reset(1);
    return Array.from({ length: 90 }, (_, index) =>
      rule.decide(aView({ reading, sinceStartSeconds: 30 * (index + 1) })),
    );
  };

  it('rolls back what is always slower by more than a quarter', () => {
    expect(play(aReading({ p95Seconds: 0.26 })).indexOf(ROLL_BACK)).toBe(4);
    expect(play(aReading({ p95Seconds: 0.24 }))).not.toContain(ROLL_BACK);
  });

  it('promotes by the clock, also what nobody has called', () => {
    expect(play(SILENT).at(-1)).toBe(PROMOTE);
  });
});
