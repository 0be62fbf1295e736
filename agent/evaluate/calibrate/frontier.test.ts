import { describe, expect, it } from 'vitest';
import type { FrontierPoint } from '../../protocol';
import { matchFrontiers } from './frontier';

const sure = (value: number) => ({ mean: value, low: value, high: value });
const point = (pods: number, share: number): FrontierPoint => ({
  violationPrice: 20,
  violatedShare: sure(share),
  meanPods: sure(pods),
  costPerHour: null,
  actionsPerHour: 0,
  objectiveCost: sure(pods),
});

describe('the gain by matched frontiers', () => {
  it('is read from the curve at equal violations and at equal cost', () => {
    // From 4 to 8 pods the share falls from 10 % to 0.1 %, in proportion per pod: 1 % at 6.
    const gain = matchFrontiers([point(4, 0.1), point(8, 0.001)], point(8, 0.01));
    expect(gain.costAtEqualViolations).toBeCloseTo(-0.25, 10);
    expect(gain.violationsAtEqualCost).toBeCloseTo(-0.9, 10);
  });

  it('is unknown where the curve does not reach', () => {
    expect(matchFrontiers([point(4, 0.1), point(8, 0.05)], point(10, 0.01))).toEqual({
      costAtEqualViolations: null,
      violationsAtEqualCost: null,
    });
  });

  it('is not told in proportion to next to no violations', () => {
    const gain = matchFrontiers([point(4, 0), point(8, 0)], point(6, 0.00001));
    expect(gain).toEqual({ costAtEqualViolations: null, violationsAtEqualCost: null });
  });
});
