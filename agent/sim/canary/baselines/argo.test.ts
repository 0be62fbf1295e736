import { describe, expect, it } from 'vitest';
import type { CanaryReading } from '../canaryView';
import { ARGO_DEFAULT, argo } from './argo';
import { PROMOTE, ROLL_BACK } from './releaseRule';
import { aReading, aView, SILENT } from './testing/views';

/** The weights that it wants, one for each reading; those after the last are like it, up to an hour. */
function play(readings: readonly CanaryReading[], settings = ARGO_DEFAULT): number[] {
  const rule = argo('argo', settings);
  rule.reset(1);
  let weight = 0.05;
  return Array.from({ length: 120 }, (_, index) => {
    const reading = readings[Math.min(index, readings.length - 1)] as CanaryReading;
    weight = rule.decide(aView({ reading, weight, sinceStartSeconds: 30 * (index + 1) }));
    return weight;
  });
}

describe('Argo’s analysis', () => {
  it('goes by the steps of the seed while nothing fails', () => {
    const weights = play([aReading()]);
    expect([...new Set(weights)]).toEqual([0.05, 0.1, 0.25, 0.5, 0.75, PROMOTE]);
    expect(weights.indexOf(PROMOTE)).toBe(2 * 42 - 1);
  });

  it('aborts with the fourth failed measurement of one metric', () => {
    const weights = play([aReading({ errors: 10 })]);
    // The analysis begins with the second step, after two minutes, and measures every minute.
    expect(weights.indexOf(ROLL_BACK)).toBe(4 + 6);
    expect(play([aReading({ p95Seconds: 0.25 })]).indexOf(ROLL_BACK)).toBe(4 + 6);
  });

  it('pauses for ever between success and failure, and without traffic', () => {
    for (const reading of [aReading({ errors: 7 }), SILENT]) {
      expect(new Set(play([reading]))).toEqual(new Set([0.05, 0.1]));
    }
  });

  it('does not go on after a pause when all is well again', () => {
    const bad = [0, 1, 2, 3].map(() => aReading({ errors: 7 }));
    expect(play([...bad, ...bad, aReading()]).at(-1)).toBe(0.1);
  });

  it('allows as many inconclusive measurements as it is told', () => {
    const few = [0, 1, 2, 3, 4, 5].map(() => aReading({ errors: 7 }));
    const patient = { ...ARGO_DEFAULT, window: 1, inconclusiveLimit: 2 };
    expect(play([...few, aReading()], patient).at(-1)).toBe(PROMOTE);
  });
});
