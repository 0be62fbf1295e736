import { describe, expect, it } from 'vitest';
import { splitLoad } from './passages';
import { Player } from './player';
import { hpaTuning, ruleOf } from './rules';
import { SegmentTotals } from './segmentTotals';
import { aTraceTask } from './testing/smallTask';
import { tuneRule } from './tune';

const BUDGET = { initial: 4, perPrice: 2, seeds: [1, 2] };

describe('the tuning of a rule', () => {
  const { load, deployment } = aTraceTask();
  const { tune } = splitLoad(load);
  const player = new Player(load, deployment);
  const costOf = (point: Readonly<Record<string, number>>, price: number) => {
    const arm = ruleOf(hpaTuning(true).baselineOf(point), false);
    const played = BUDGET.seeds.flatMap((seed) => player.play(arm, tune, seed, 1));
    return SegmentTotals.sum(played).objectiveCost(price);
  };

  it('finds settings that are no worse than any that it knew before, at each price', async () => {
    let looks = 0;
    const tuned = await tuneRule(hpaTuning(true), [5, 80], player, tune, BUDGET, () => looks++);
    expect(looks).toBe(tuned.looks);
    for (const [index, price] of [5, 80].entries()) {
      const found = costOf(tuned.points[index] ?? {}, price);
      for (const known of hpaTuning(true).known) expect(found).toBeLessThanOrEqual(costOf(known, price));
    }
  });

  it('holds more pods where violations cost more', async () => {
    const { points } = await tuneRule(hpaTuning(true), [2, 200], player, tune, BUDGET, () => undefined);
    const [cheap, safe] = points.map(({ target = 0 }) => target);
    expect(safe).toBeLessThan(cheap ?? 0);
  });

  it('leaves the tolerance to the cluster where an HPA cannot set it', async () => {
    const { points } = await tuneRule(hpaTuning(false), [20], player, tune, BUDGET, () => undefined);
    expect(points[0]?.tolerance).toBe(0.1);
  });
});
