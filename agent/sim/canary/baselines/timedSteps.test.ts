import { describe, expect, it } from 'vitest';
import { evidenceSteps } from './evidenceSteps';
import { alwaysHold, PROMOTE } from './releaseRule';
import { aView } from './testing/views';
import { fixedSteps } from './timedSteps';

describe('fixed steps', () => {
  it('go by the clock: the table of seed 003', () => {
    const rule = fixedSteps();
    const at = (minutes: number) => rule.decide(aView({ sinceStartSeconds: 60 * minutes }));
    expect([1.5, 2, 6.5, 7, 16.5, 17, 31.5, 32, 41.5, 42, 90].map(at)).toEqual([
      0.05,
      0.1,
      0.1,
      0.25,
      0.25,
      0.5,
      0.5,
      0.75,
      0.75,
      PROMOTE,
      PROMOTE,
    ]);
  });
});

describe('holding', () => {
  it('leaves the weight as it is', () => {
    expect(alwaysHold().decide(aView({ weight: 0.3 }))).toBe(0.3);
  });
});

describe('evidence steps', () => {
  const decide = (weight: number, changes: Parameters<typeof aView>[0] = {}) =>
    evidenceSteps().decide(aView({ weight, atWeightSeconds: 1200, ...changes }));

  it('are those of the live rule: the next weight where the evidence allows it', () => {
    expect([0.05, 0.1, 0.25, 0.5, 0.75].map((weight) => decide(weight))).toEqual([
      0.1, 0.25, 0.5, 0.75, 0.75,
    ]);
    expect(decide(0.1, { mostWeight: 0.24 })).toBe(0.1);
    expect(decide(0.1, { atWeightSeconds: 30 })).toBe(0.1);
  });
});
