import { describe, expect, it } from 'vitest';
import { LatencyTail } from './latencyTail';
import { plainDomain } from './testing/builders';

function tailOf(pods: number, changes = {}): LatencyTail {
  const tail = new LatencyTail();
  tail.set(plainDomain(changes), pods, 20);
  return tail;
}

describe('the latency tail', () => {
  it.each([
    // c = 1: P = ρ · exp(−(1 − ρ) · 20/1.5 · t), and t = 0.2 − 2 · 0.05 = 0.1 s are left to wait.
    { pods: 1, offered: 10, backlog: 0, late: 0.5 * Math.exp(-0.5 * (20 / 1.5) * 0.1) },
    { pods: 1, offered: 4, backlog: 0, late: 0.2 * Math.exp(-0.8 * (20 / 1.5) * 0.1) },
    // A request behind one other waits 50 ms for it.
    { pods: 1, offered: 10, backlog: 1, late: 0.5 * Math.exp(-0.5 * (20 / 1.5) * 0.05) },
    // Four pods: c = 4, ρ^(√10 − 1).
    {
      pods: 4,
      offered: 40,
      backlog: 0,
      late: 0.5 ** (Math.sqrt(10) - 1) * Math.exp(-0.5 * (80 / 1.5) * 0.1),
    },
    // Behind two, 0.1 s are over.
    { pods: 1, offered: 0, backlog: 2, late: 1 },
    { pods: 1, offered: 0, backlog: 0, late: 0 },
  ])('of $pods pods at $offered requests/s behind $backlog leaves $late late', (row) => {
    expect(tailOf(row.pods).lateShare(row.offered, row.backlog)).toBeCloseTo(row.late, 3);
  });

  it('counts badly balanced pods as fewer', () => {
    const pooled = tailOf(4).lateShare(60, 0);
    const half = tailOf(4, { balancing: 0.5 }).lateShare(60, 0);
    const single = tailOf(4, { balancing: 0 }).lateShare(60, 0);
    expect(half).toBeGreaterThan(pooled);
    // Four queues of one pod each.
    expect(single).toBeCloseTo(tailOf(1).lateShare(15, 0), 10);
  });

  it('tells the 95th percentile: the wait that 5 % exceed, and the work', () => {
    const wait = Math.log(0.5 / 0.05) / (0.5 * (20 / 1.5));
    expect(tailOf(1).p95Seconds(10, 0)).toBeCloseTo(wait + 0.1, 3);
    expect(tailOf(1).p95Seconds(10, 20)).toBeCloseTo(wait + 1.1, 3);
    expect(tailOf(1).p95Seconds(0.5, 0)).toBe(0.1);
  });

  it('grows with load, without a jump at full utilisation', () => {
    const tail = tailOf(3);
    let before = 0;
    for (let offered = 0; offered < 80; offered += 0.1) {
      const late = tail.lateShare(offered, 0);
      expect(late).toBeGreaterThanOrEqual(before);
      expect(late - before).toBeLessThan(0.03);
      before = late;
    }
    expect(before).toBeGreaterThan(0.9);
  });
});
