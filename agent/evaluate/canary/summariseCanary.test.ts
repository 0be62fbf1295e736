import { describe, expect, it } from 'vitest';
import { CanaryResult, cellFigures } from './canaryResult';
import type { EpisodeRecord } from './episodeRecord';
import { summariseCanary } from './summariseCanary';
import { levelOf } from './targets';
import { aBad, anArm, aRecord, aResult, BUSY_BUGGY, QUIET_BUGGY, SILENT } from './testing/records';
import { CELLS } from './trafficLevels';

const FIXED = anArm('tests-fast', [aRecord(), aBad({ harmSeconds: 12 }), aBad({ harmSeconds: 12 })]);
const RULE = anArm('evidence-steps', [aRecord(), aBad({ harmSeconds: 8 }), aBad({ harmSeconds: 8 })]);
const summaryOf = (records: readonly EpisodeRecord[]) => {
  const [, , arm] = summariseCanary([FIXED, RULE, anArm('ours', records)]);
  if (!arm) throw new Error('no arm');
  return arm;
};

describe('the summary of an evaluation of releases', () => {
  it('counts wrong verdicts of the releases that they can be wrong of, with exact intervals', () => {
    const { all } = summaryOf([
      aRecord({ verdict: 'rolled-back' }),
      aRecord(),
      aRecord({ verdict: 'undecided', minutes: 120 }),
      aRecord(),
      aBad({ verdict: 'promoted', harmActive: false }),
      aBad({ verdict: 'promoted' }),
      aBad({ verdict: 'undecided' }),
      aBad(),
    ]);
    expect({ healthy: all.healthy, bad: all.bad }).toEqual({ healthy: 12, bad: 12 });
    expect(all.falsePromotion?.mean).toBe(0.5);
    expect(all.falsePromotionActive?.mean).toBe(0.25);
    expect(all.undecidedBad?.mean).toBe(0.25);
    // 3 of 12, after Clopper and Pearson.
    expect(all.falseRollback).toEqual({
      mean: 0.25,
      low: expect.closeTo(0.0549, 4),
      high: expect.closeTo(0.5719, 4),
    });
    expect(all.undecidedHealthy?.mean).toBe(0.25);
    expect(all.undecided?.mean).toBe(0.25);
  });

  it('takes times of right verdicts alone', () => {
    const { all } = summaryOf([
      aRecord({ minutes: 45 }),
      aRecord({ minutes: 55 }),
      aRecord({ verdict: 'rolled-back', minutes: 1 }),
      aBad({ minutes: 4 }),
      aBad({ verdict: 'promoted', minutes: 45 }),
    ]);
    expect(all.promoteMinutes).toEqual({ median: 50, p90: 55 });
    expect(all.rollbackMinutes).toEqual({ median: 4, p90: 4 });
  });

  it('compares harm and rates with the same releases of the other paces', () => {
    const ours = summaryOf([
      aRecord({ verdict: 'rolled-back' }),
      aBad({ harmSeconds: 6 }),
      aBad({ harmSeconds: 3, verdict: 'promoted' }),
    ]);
    expect(ours.toFixedPace?.harmSeconds?.mean).toBeCloseTo(9 / 24);
    expect(ours.toRulePace?.harmSeconds?.mean).toBeCloseTo(9 / 16);
    expect(ours.toFixedPace?.falsePromotion?.mean).toBe(0.5);
    expect(ours.toFixedPace?.falseRollback?.mean).toBe(1);
    const [fixed, rule] = summariseCanary([FIXED, RULE]);
    expect([fixed?.toFixedPace, rule?.toRulePace]).toEqual([null, null]);
    expect(rule?.toFixedPace?.harmSeconds?.mean).toBeCloseTo(2 / 3);
  });

  it('tells how soon great errors are rolled back, with those that never are as infinite', () => {
    const nine = Array.from({ length: 9 }, () => aBad({ minutes: 6 }));
    const late = aBad({ minutes: 6.5 });
    const prompt = (records: readonly EpisodeRecord[]) => levelOf(summaryOf(records), '20-and-more')?.prompt;
    expect(prompt([...nine, late])?.share?.mean).toBe(0.9);
    expect(prompt([...nine, late])?.p90Minutes).toBe(6.5);
    expect(prompt([aBad(), aBad({ verdict: 'undecided' })])?.p90Minutes).toBeNull();
    // Too small, in spikes, or never whole: nothing is promised of them.
    const others = [
      aBad({ steadyErrorShare: 0.04 }),
      aBad({ steadyErrorShare: 0 }),
      aBad({ harmMinutes: null }),
    ];
    expect(prompt(others)?.share).toBeNull();
    const quiet = summaryOf([aBad({ cell: QUIET_BUGGY, minutes: 70 })]);
    expect(levelOf(quiet, 'below-1')?.prompt).toMatchObject({ leastErrorShare: 0.1, withinMinutes: 70 });
    expect(levelOf(quiet, 'below-1')?.prompt?.share?.mean).toBe(1);
  });

  it('counts promotions without proof apart, and not as of bad releases', () => {
    const arm = summaryOf([aRecord({ cell: SILENT, bad: null }), aRecord()]);
    expect(levelOf(arm, 'none')?.unproved?.mean).toBe(1);
    expect({ healthy: arm.all.healthy, bad: arm.all.bad }).toEqual({ healthy: 3, bad: 0 });
    expect(arm.all.falsePromotion).toBeNull();
    expect(cellFigures(arm.cells[SILENT] ?? []).promotedUnproved).toBe(3);
  });

  it('has every scenario at every level', () => {
    const arm = summaryOf([aBad(), aBad({ verdict: 'promoted', cell: QUIET_BUGGY })]);
    expect(arm.cells).toHaveLength(CELLS.length);
    expect(cellFigures(arm.cells[BUSY_BUGGY] ?? [])).toMatchObject({
      bad: 3,
      falsePromotions: 0,
      harmSeconds: 6,
    });
    expect(cellFigures(arm.cells[QUIET_BUGGY] ?? [])).toMatchObject({
      bad: 3,
      falsePromotions: 3,
      falsePromotionsActive: 3,
    });
    const buggy = arm.scenarios.find(({ scenario }) => scenario === 'buggy');
    expect(buggy?.falsePromotion?.mean).toBe(0.5);
  });

  it('counts each training of a policy', () => {
    const good = { records: [aRecord(), aBad(), aBad()] };
    const bad = { records: [aRecord({ verdict: 'undecided' }), aBad({ harmSeconds: 18 }), aBad()] };
    const [, , arm] = summariseCanary([FIXED, RULE, anArm('ppo', [], { runs: [[good], [bad]] })]);
    expect(arm?.runs).toBe(2);
    expect(arm?.all.undecidedHealthy?.mean).toBe(0.5);
    // Training by training: 12 of 24 and 24 of 24.
    expect(arm?.toFixedPace?.harmSeconds?.mean).toBeCloseTo(0.75);
  });

  it('needs both paces of the rules', () => {
    expect(() => summariseCanary([FIXED])).toThrow('evidence-steps has to be played');
  });

  it('keeps to its schema', () => {
    const result = aResult([FIXED, RULE, anArm('ours', [aRecord(), aBad({ verdict: 'promoted' })])]);
    expect(CanaryResult.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
  });
});
