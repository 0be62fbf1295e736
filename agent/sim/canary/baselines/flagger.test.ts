import { describe, expect, it } from 'vitest';
import type { CanaryReading } from '../canaryView';
import { FLAGGER_DEFAULT, flagger } from './flagger';
import { PROMOTE, ROLL_BACK } from './releaseRule';
import { aReading, aView, SILENT } from './testing/views';

const GOOD = aReading();
const FAILING = aReading({ errors: 5 });

/** The weights that it wants, one for each reading, from 5 % on. */
function play(readings: readonly CanaryReading[], settings = FLAGGER_DEFAULT): number[] {
  const rule = flagger('flagger', settings);
  rule.reset(1);
  let weight = 0.05;
  return readings.map((reading) => {
    weight = rule.decide(aView({ reading, weight }));
    return weight;
  });
}
const times = (count: number, reading: CanaryReading) => Array.from({ length: count }, () => reading);

describe('Flagger’s rule', () => {
  it('raises the weight once a minute, and promotes after a check at the most', () => {
    const weights = play(times(12, GOOD)).filter((_, index) => index % 2 === 0);
    expect(weights.map((weight) => Math.round(100 * weight))).toEqual([10, 20, 30, 40, 50, 100]);
    expect(weights.at(-1)).toBe(PROMOTE);
  });

  it('holds after a check that fails, and rolls back one interval after the fifth, however many pass between', () => {
    const readings = [0, 1, 2, 3, 4].flatMap(() => [...times(2, FAILING), ...times(2, GOOD)]);
    const weights = play([GOOD, ...readings, GOOD, GOOD], { ...FLAGGER_DEFAULT, stepWeight: 0.01 });
    expect(weights.slice(0, 3)).toEqual([0.01, 0.01, 0.01]);
    expect(weights.indexOf(ROLL_BACK)).toBe(20);
  });

  const failures: [string, CanaryReading][] = [
    ['a success rate below 99 %', aReading({ errors: 2 })],
    ['a p99 above 500 ms', aReading({ p99Seconds: 0.51 })],
    ['no traffic', SILENT],
  ];
  it.each(failures)('takes %s for a failure', (_, reading) => {
    expect(play(times(13, reading)).at(-1)).toBe(ROLL_BACK);
  });

  it('lets one failure of a hundred pass, and 500 ms', () => {
    expect(play(times(3, aReading({ errors: 1, p99Seconds: 0.5 }))).at(-1)).toBeCloseTo(0.2);
  });
});
