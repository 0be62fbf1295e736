import { describe, expect, it } from 'vitest';
import { reliabilityOf } from './reliability';

describe('the reliability of a confidence', () => {
  it('is the distance between what it says and what comes true, weighted by how often', () => {
    const { bins, count, error } = reliabilityOf([
      [0.92, true],
      [0.98, true],
      [0.95, false],
      [0.95, true],
      [0.55, false],
    ]);
    expect(count).toBe(5);
    // Four at 0.95 on average of which 0.75 help, and one at 0.55 that does not: (4 · 0.2 + 0.55) ÷ 5.
    expect(error).toBeCloseTo(0.27, 10);
    expect(bins[9]).toMatchObject({ from: 0.9, to: 1, count: 4, helped: 0.75 });
    expect(bins[9]?.confidence).toBeCloseTo(0.95, 10);
    expect(bins[5]).toEqual({ from: 0.5, to: 0.6, count: 1, confidence: 0.55, helped: 0 });
    expect(bins[0]).toEqual({ from: 0, to: 0.1, count: 0, confidence: null, helped: null });
  });

  it('puts a whole certainty into the last bin', () => {
    const { bins, error } = reliabilityOf([[1, true]]);
    expect(bins[9]?.count).toBe(1);
    expect(error).toBe(0);
  });

  it('is not known without an action', () => {
    expect(reliabilityOf([])).toMatchObject({ count: 0, error: null });
  });
});
