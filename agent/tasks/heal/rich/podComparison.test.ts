import { describe, expect, it } from 'vitest';
import { PodComparison } from './podComparison';
import { CRASHING, DRAINED, GONE, NOT_READY, SERVING } from './podCondition';
import { restartScore, standOutScore } from './podScore';
import { Siblings } from './siblings';
import { aPod, columnsOf, type PodLike } from './testing/builders';

function compared(pods: readonly PodLike[]): PodComparison {
  const comparison = new PodComparison(pods.length);
  comparison.compare(columnsOf(pods), { sloSeconds: 0.2, sloErrorRate: 0.01 });
  return comparison;
}

describe('metrics of siblings', () => {
  it('have their median, that of all but one, mean and gap', () => {
    const siblings = new Siblings(6);
    const values = Float64Array.of(3, 100, 1, 2, 10, Number.NaN);
    siblings.gather(values, Uint8Array.of(1, 0, 1, 1, 1, 1), 1, 6);
    expect(siblings.size).toBe(4);
    expect([...siblings.order.subarray(0, 4)]).toEqual([2, 3, 0, 4]);
    expect(siblings.median()).toBe(2.5);
    expect(siblings.worst()).toBe(10);
    expect(siblings.gap()).toBe(7.5);
    expect(siblings.mean).toBe(4);
    expect(siblings.medianWithout(3)).toBe(2);
    expect(siblings.medianWithout(0)).toBe(3);
    expect(siblings.meanWithout(10)).toBe(2);
  });

  it('are 0 without any, or without others', () => {
    const siblings = new Siblings(1);
    siblings.gather(Float64Array.of(5), Uint8Array.of(0), 1, 1);
    expect([siblings.median(), siblings.gap(), siblings.mean]).toEqual([0, 0, 0]);
    siblings.gather(Float64Array.of(5), Uint8Array.of(1), 1, 1);
    expect([siblings.medianWithout(0), siblings.meanWithout(5), siblings.gap()]).toEqual([0, 0, 0]);
  });
});

describe('how far a pod stands out', () => {
  it.each([
    ['latency ÷ median of the others ÷ 3', { p95Seconds: 0.6 }, 2],
    ['errors above the median in tenths', { errorRate: 0.301 }, 3],
    ['memory above the median in halves', { memory: 0.9 }, 1],
    ['CPU above the median in halves', { cpu: 0.9 }, 0.8],
  ] as const)('is its %s', (_, changes, score) => {
    const { standsOut, suspect, worstServing } = compared([aPod(), aPod(changes), aPod(), aPod()]);
    expect(standsOut[1]).toBeCloseTo(score);
    expect(standsOut[0]).toBeLessThan(0.4);
    expect([suspect, worstServing]).toEqual([1, 1]);
  });

  it('does not count what is not known, and is never 0', () => {
    expect(standOutScore(Number.NaN, 0.2, Number.NaN, Number.NaN)).toBeCloseTo(2);
    expect(standOutScore(Number.NaN, Number.NaN, Number.NaN, Number.NaN)).toBeGreaterThan(0);
    expect(standOutScore(6, 0, 0, 0, 4)).toBe(1.5);
  });
});

describe('the pod that a restart falls on', () => {
  it('is one that crashes before one that is unready before one that stands out', () => {
    const crashing = aPod({ condition: CRASHING, restarts: 3, isWarming: true });
    const unready = aPod({ condition: NOT_READY, unreadySeconds: 60 });
    const slow = aPod({ p95Seconds: 9 });
    const pods = [aPod(), slow, unready, crashing];
    expect(compared(pods)).toMatchObject({ suspect: 3, suspectScore: 1003, worstServing: 1 });
    expect(compared(pods.slice(0, 3))).toMatchObject({ suspect: 2, suspectScore: 560 });
    expect(compared(pods.slice(0, 2)).suspect).toBe(1);
  });

  it('is never one that is warming up, drained or going', () => {
    expect(restartScore(DRAINED, false, 9, 9, 9)).toBe(0);
    expect(restartScore(GONE, false, 9, 9, 9)).toBe(0);
    expect(restartScore(SERVING, true, 0, 0, 9)).toBe(0);
    expect(compared([aPod({ isWarming: true }), aPod({ isWarming: true })]).suspect).toBe(-1);
  });
});

describe('a comparison', () => {
  it('takes a pod for an outlier that misses an objective by far more than its siblings', () => {
    const slow = compared([aPod(), aPod(), aPod({ p95Seconds: 0.9 })]);
    expect(slow.outlier[2]).toBeCloseTo(3);
    expect(slow.worstOutlier).toBeCloseTo(3);
    const failing = compared([aPod(), aPod(), aPod({ errorRate: 0.2 })]);
    expect(failing.outlier[2]).toBeCloseTo(20);
    // Within both objectives, or as bad as the others.
    expect(compared([aPod({ p95Seconds: 0.01 }), aPod({ p95Seconds: 0.15 })]).worstOutlier).toBe(0);
    const all = aPod({ p95Seconds: 0.9, errorRate: 0.2 });
    expect(compared([all, all, all]).worstOutlier).toBeLessThan(1);
    expect(compared([aPod({ errorRate: 0.5 })]).worstOutlier).toBe(0);
  });

  it('tells a bad dependency by the share of pods that miss an objective', () => {
    const bad = aPod({ errorRate: 0.3 });
    expect(compared([bad, bad, bad, bad]).violatingShare).toBe(1);
    expect(compared([bad, aPod(), aPod(), aPod()]).violatingShare).toBe(0.25);
  });

  it('weighs errors by the requests that they are counted from', () => {
    const z = (requests: number) =>
      compared([aPod({ errorRate: 0.1, requests }), aPod({ errorRate: 0, requests })]).errorSignificance;
    // Half of 5 % · 95 % · 2 ÷ 100 under the root.
    expect(z(100)).toBeCloseTo(0.1 / Math.sqrt((0.05 * 0.95 * 2) / 100));
    expect(z(400)).toBeCloseTo(2 * z(100));
    expect(compared([aPod()]).errorSignificance).toBe(0);
  });
});
