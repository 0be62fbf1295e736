import { describe, expect, it } from 'vitest';
import { adviceReason, adviceText } from './adviceText';
import { type ArmRole, frontierOf, type JudgedArm } from './frontier';
import type { Judged } from './intervals';
import { recommend } from './recommend';
import { SegmentTotals } from './segmentTotals';

/** An arm that needs so many pods in each of four segments, with ten seeds alike. */
function arm(name: string, role: ArmRole, pods: readonly number[], isCandidate = true): JudgedArm {
  const judged: Judged = Array.from({ length: 10 }, () =>
    pods.map((own) =>
      Object.assign(new SegmentTotals(), { steps: 40, pods: 40 * own, arrivals: 400, load: 40 }),
    ),
  );
  return { name, title: name, role, isCandidate, judged: [judged], settings: [] };
}
const current = (...pods: number[]) => arm('HPA as it is', 'current', pods);
const tuned = (...pods: number[]) => arm('Tuned HPA', 'tuned-hpa', pods);
const learned = (...pods: number[]) => arm('PPO', 'learned', pods);

function advise(arms: readonly JudgedArm[]) {
  const frontiers = new Map(arms.map((own) => [own.name, frontierOf(own, [20], 0.1)]));
  return recommend(arms, frontiers, [20], 0);
}

describe('the recommendation', () => {
  it('is the learned scaler where it is better than both HPAs everywhere', () => {
    const advice = advise([current(9, 9, 9, 9), tuned(8, 8, 8, 8), learned(7, 7, 7, 7)]);
    expect(advice.arm.name).toBe('PPO');
    expect(advice.difference).toEqual({ mean: -1, low: -1, high: -1 });
    expect(advice.fallback.name).toBe('Tuned HPA');
  });

  it('is the tuned HPA where the learned one is better only now and then', () => {
    const advice = advise([current(9, 9, 9, 9), tuned(8, 8, 8, 8), learned(9, 9, 9, 2)]);
    expect(advice.arm.name).toBe('Tuned HPA');
    expect(advice.difference?.high).toBeLessThan(0);
    expect(advice.others[0]?.difference.high).toBeGreaterThan(0);
  });

  it('is to leave it where nothing is better beyond doubt', () => {
    const advice = advise([current(8, 8, 8, 8), tuned(9, 9, 9, 3), learned(8, 8, 8, 8)]);
    expect(advice.arm.role).toBe('current');
    expect(advice.difference).toBeNull();
    expect(adviceText(advice, 'shop/web', 20)).toMatch(/^Leave shop\/web as it is/);
    expect(adviceReason(advice)).toMatch(/not wholly below 0/);
  });

  it('is never one that beats a badly tuned HPA and not the one that there is', () => {
    const advice = advise([current(7, 7, 7, 7), tuned(9, 9, 9, 9), learned(8, 8, 8, 8)]);
    expect(advice.arm.role).toBe('current');
    expect(advice.fallback.role).toBe('current');
  });

  it('is never the bound', () => {
    const bound = arm('Clairvoyant', 'bound', [1, 1, 1, 1], false);
    expect(advise([current(9, 9, 9, 9), tuned(8, 8, 8, 8), bound]).arm.name).toBe('Tuned HPA');
  });

  it('is a rule that was tuned on the load where it is better than both HPAs everywhere, and the best of all', () => {
    const rule = arm('Tuned predictive rule', 'rule', [6, 6, 6, 6]);
    const advice = advise([current(9, 9, 9, 9), tuned(8, 8, 8, 8), learned(7, 7, 7, 7), rule]);
    expect(advice.arm.name).toBe('Tuned predictive rule');
    expect(adviceText(advice, 'shop/web', 20)).toMatch(
      /^Let Coxswain scale shop\/web by the tuned predictive rule, with the tuned HPA as the fallback/,
    );
  });

  it('leaves the HPA as it is as the fallback where the tuned one is better only now and then', () => {
    const rule = arm('Tuned predictive rule', 'rule', [5, 5, 5, 5]);
    const advice = advise([current(9, 9, 9, 9), tuned(9, 9, 9, 6), rule, learned(9, 9, 9, 9)]);
    expect(advice.arm.name).toBe('Tuned predictive rule');
    expect(advice.fallback.name).toBe('HPA as it is');
    expect(advice.against.name).toBe('Tuned HPA');
    expect(adviceText(advice, 'shop/web', 20)).toContain('with the HPA as it is as the fallback');
    expect(adviceReason(advice)).toContain('The others minus the tuned HPA: PPO 0.75');
  });

  it('says in one sentence what to do, and why', () => {
    const advice = advise([current(9, 9, 9, 9), tuned(8, 8, 8, 8), learned(7, 7, 7, 7)]);
    expect(adviceText(advice, 'shop/web', 20)).toBe(
      'Let Coxswain scale shop/web by PPO, with the tuned HPA as the fallback: compared with the tuned HPA it is better by 1.00 pods [1.00…1.00], at a price of 20 pods per violated pod of load.',
    );
    expect(adviceReason(advice)).toContain('−1.00 [−1.00…−1.00], wholly below 0');
  });
});
