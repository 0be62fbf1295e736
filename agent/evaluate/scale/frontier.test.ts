import { describe, expect, it } from 'vitest';
import { type FrontierPoint, frontierOf, matchedIntervals, matchTo } from './frontier';
import { daysOf } from './playedDays';
import { anArm, LOADS, onBoth } from './testing/records';

const point = (violationPrice: number, pods: number, violated: number): FrontierPoint => ({
  violationPrice,
  pods,
  violated,
});

describe('a frontier', () => {
  it('is what days come to per pod of load + 1, by price', () => {
    const arm = anArm('a', [
      { violationPrice: 5, meanPods: 12, meanLoad: 5, violatedShare: 0.12 },
      { violationPrice: 20, meanPods: 18, meanLoad: 5, violatedShare: 0.012 },
      { workload: 'wild', violationPrice: 5, meanPods: 2, meanLoad: 1, violatedShare: 0 },
      { workload: 'wild', violationPrice: 20, meanPods: 4, meanLoad: 1, violatedShare: 0 },
    ]);
    const [cheap, middle] = frontierOf(daysOf(arm, LOADS), [5, 20]);
    expect(cheap).toEqual(point(5, (2 + 1) / 2, (0.12 * 5) / 6 / 2));
    expect(middle).toEqual(point(20, (3 + 2) / 2, (0.012 * 5) / 6 / 2));
  });

  const frontier = [point(5, 1, 0.04), point(20, 2, 0.01), point(80, 4, 0.0001)];
  const cases: [string, FrontierPoint, { costSaved: number | null; violationsCut: number | null }][] = [
    ['is straight in logarithms', point(20, 2 * Math.SQRT2, 0.001), { costSaved: 0, violationsCut: 0 }],
    ['saves what others pay more', point(20, 4, 0.01), { costSaved: 0.5, violationsCut: 0.99 }],
    ['tells nothing beyond its ends', point(20, 8, 0.1), { costSaved: null, violationsCut: null }],
    ['cannot cut what is not there', point(20, 2, 0), { costSaved: null, violationsCut: null }],
  ];
  for (const [what, other, { costSaved, violationsCut }] of cases) {
    it(what, () => {
      const matched = matchTo(frontier, other);
      const expectNear = (value: number | null, expected: number | null) =>
        expected === null ? expect(value).toBeNull() : expect(value).toBeCloseTo(expected);
      expectNear(matched.costSaved, costSaved);
      expectNear(matched.violationsCut, violationsCut);
    });
  }

  it('has intervals of no width where all days are alike, and none where it is one point', () => {
    const priced = anArm('a', [
      ...onBoth({ violationPrice: 5, meanPods: 6, violatedShare: 0.08 }),
      ...onBoth({ violationPrice: 20, meanPods: 12, violatedShare: 0.02 }),
    ]);
    const days = (arm: Parameters<typeof daysOf>[0]) => daysOf(arm, LOADS);
    const other = anArm('b', onBoth({ meanPods: 12, violatedShare: 0.04 }));
    const { costSaved, violationsCut } = matchedIntervals(days(priced), [5, 20], days(other), 20);
    // Half way in logarithms: 6 · √2 pods at 4 %.
    for (const value of [costSaved?.low, costSaved?.mean, costSaved?.high])
      expect(value).toBeCloseTo(1 - Math.SQRT1_2);
    expect(violationsCut?.mean).toBeCloseTo(0.5);
    expect(matchedIntervals(days(other), [20], days(priced), 20)).toEqual({
      costSaved: null,
      violationsCut: null,
    });
  });
});
