import { describe, expect, it } from 'vitest';
import { explorationRate } from './explorationSchedule';

const schedule = { explorationInitialEps: 1, explorationFinalEps: 0.07, explorationFraction: 0.1 };

describe('the exploration rate', () => {
  it.each([
    { progress: 0, rate: 1 },
    { progress: 0.025, rate: 0.7675 },
    { progress: 0.05, rate: 0.535 },
    { progress: 0.1, rate: 0.07 },
    { progress: 0.5, rate: 0.07 },
    { progress: 1.2, rate: 0.07 },
  ])('is $rate after $progress of the training', ({ progress, rate }) => {
    expect(explorationRate(progress, schedule)).toBeCloseTo(rate, 12);
  });

  it('is the last one at once where the fraction is 0', () => {
    expect(explorationRate(0, { ...schedule, explorationFraction: 0 })).toBe(0.07);
  });
});
