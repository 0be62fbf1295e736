import { describe, expect, it } from 'vitest';
import { type AccountInput, account } from './account';
import type { WorkloadHistory } from './history';

const HOUR_MS = 3_600_000;
const NONE = Number.NaN;

/** Four hours in steps of an hour. */
function history(changes: Partial<Record<keyof WorkloadHistory, number[]>> = {}): WorkloadHistory {
  const of = (name: keyof WorkloadHistory, values: number[]) => Float64Array.from(changes[name] ?? values);
  return {
    stepMs: HOUR_MS,
    firstMs: HOUR_MS,
    askedMs: 4 * HOUR_MS,
    replicas: of('replicas', [2, 4, 4, 2]),
    cpuCores: of('cpuCores', [1, 2, 2, 1]),
    requestsPerSecond: of('requestsPerSecond', [10, 20, 20, 10]),
    failedShare: of('failedShare', [0, 0.5, 0, 0]),
    inTimeShare: of('inTimeShare', [1, 1, 0.75, 1]),
  };
}

const row = (changes: Partial<AccountInput> = {}) =>
  account({
    workload: 'shop/Deployment/checkout',
    history: history(),
    podPerHour: 0.1,
    millionRequests: 0,
    baseline: null,
    notes: [],
    ...changes,
  });

describe('the account of a workload', () => {
  it('is replica-hours at the price of a pod, and 30 days at the same pace', () => {
    const { replicaHours, cost, projected30d, coverage, notes } = row() ?? {};
    expect(replicaHours).toBe(12);
    expect(cost).toBeCloseTo(1.2, 12);
    expect(projected30d).toBeCloseTo((1.2 / 4) * 720, 9);
    expect([coverage, notes]).toEqual([1, []]);
  });

  it('knows what a successful request has cost', () => {
    const { requests, failedRequests, costPerMillionSuccessful, withinSlo } = row() ?? {};
    expect(requests).toBe(60 * 3600);
    expect(failedRequests).toBe(10 * 3600);
    expect(costPerMillionSuccessful).toBeCloseTo((1.2 / (50 * 3600)) * 1e6, 9);
    // Of 60 requests half of 20 have failed, and a quarter of 20 was late.
    expect(withinSlo).toBeCloseTo((60 - 10 - 5) / 60, 12);
  });

  it('charges requests only for the time in which they were counted', () => {
    const half = row({ history: history({ requestsPerSecond: [NONE, NONE, 20, 10] }) });
    // 6 of the 12 replica-hours, and 30 × 3600 requests of which none has failed.
    expect(half?.costPerMillionSuccessful).toBeCloseTo((0.6 / (30 * 3600)) * 1e6, 9);
    expect(half?.cost).toBeCloseTo(1.2, 12);
  });

  it('adds what is paid by the request, to the baseline as well', () => {
    const { cost, baselineCost } = row({ millionRequests: 10, baseline: Float64Array.of(2, 4, 4, 2) }) ?? {};
    expect(cost).toBeCloseTo(1.2 + 0.216 * 10, 12);
    expect(baselineCost).toBeCloseTo(cost ?? 0, 12);
  });

  it('compares with the baseline', () => {
    const { baselineReplicaHours, baselineCost, projectedSavings30d } =
      row({ baseline: Float64Array.of(4, 4, 4, 4) }) ?? {};
    expect(baselineReplicaHours).toBe(16);
    expect(baselineCost).toBeCloseTo(1.6, 12);
    expect(projectedSavings30d).toBeCloseTo((0.4 / 4) * 720, 9);
  });

  it('compares only hours that both know, and counts the others as they were', () => {
    const baseline = Float64Array.of(NONE, 8, NONE, NONE);
    expect(row({ baseline })?.baselineReplicaHours).toBe(2 + 8 + 4 + 2);
    expect(row({ baseline: Float64Array.of(NONE, NONE, NONE, NONE) })?.baselineCost).toBeNull();
  });

  it('counts only the time that is known, and says how much that is', () => {
    const known = row({ history: history({ replicas: [NONE, NONE, 4, 2] }) });
    expect(known).toMatchObject({ coverage: 0.5, replicaHours: 6 });
    expect(known?.projected30d).toBeCloseTo((0.6 / 2) * 720, 9);
    expect(known?.notes).toEqual([
      'Prometheus knows its replicas for 50 % of the time, from 1970-01-01 02:00 UTC on; only that is counted.',
    ]);
  });

  it('never says that nothing is known of what is counted', () => {
    const known = row({
      history: { ...history(), replicas: Float64Array.of(NONE, NONE, 4, 2), askedMs: 720 * HOUR_MS },
    });
    expect(known?.notes.join()).toContain('for less than 1 % of the time');
  });

  it('is none without any history', () => {
    expect(row({ history: history({ replicas: [NONE, NONE, NONE, NONE] }) })).toBeNull();
  });

  const empty = [NONE, NONE, NONE, NONE];
  it.each<[string, Parameters<typeof history>[0], object, string]>([
    [
      'requests',
      { requestsPerSecond: empty },
      { requests: null, withinSlo: null },
      'nothing of its requests',
    ],
    ['failures', { failedShare: empty }, { failedRequests: null }, 'how many of its requests have failed'],
    ['latency', { inTimeShare: empty }, { withinSlo: null }, 'how many of its requests were late'],
  ])('says where nothing is known of %s', (_what, changes, expected, note) => {
    const known = row({ history: history(changes) });
    expect(known).toMatchObject(expected);
    expect(known?.notes).toEqual([expect.stringContaining(note)]);
  });

  it('has no price of a request where there was none', () => {
    expect(row({ history: history({ requestsPerSecond: [0, 0, 0, 0] }) })).toMatchObject({
      requests: 0,
      costPerMillionSuccessful: null,
    });
  });
});
