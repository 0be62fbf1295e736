import { describe, expect, it } from 'vitest';
import { aPod, aWorkload } from '../../../test/support/builders';
import type { Workload } from '../../cluster/snapshot';
import { podCapacity } from '../../sim/scale/domain';
import { fitErrors } from './fitErrors';
import type { History } from './history';
import { fitSimulator } from './measuredFit';

/** Two pods, 4 ms of CPU for each request, from 20 to 120 requests per second and back. */
function history(changes: Partial<History> = {}): History {
  const values = Array.from({ length: 480 }, (_, step) => 70 - 50 * Math.cos((2 * Math.PI * step) / 240));
  return {
    rate: { values, intervalSeconds: 15 },
    cpuCores: values.map((rate) => 0.004 * rate),
    pods: values.map(() => 2),
    latencyP50Seconds: values.map(() => 0.02),
    latencyP95Seconds: values.map(() => 0.06),
    warnings: [],
    ...changes,
  };
}

const NOW_MS = 1_767_225_600_000;
const podIn = (name: string, seconds: number) =>
  aPod(name, { createdAtMs: NOW_MS, readyChangedAtMs: NOW_MS + 1000 * seconds });

function fitted(workload: Partial<Workload> = {}, changes: Partial<History> = {}, more: object = {}) {
  return fitSimulator({
    workload: aWorkload([podIn('a', 20), podIn('b', 20), podIn('c', 400), podIn('d', 500)], {
      cpuLimitCores: 0.5,
      cpuRequestCores: 0.25,
      ...workload,
    }),
    history: history(changes),
    intervals: { requestsMs: 15_000, resourcesMs: 30_000 },
    latencyObjectiveSeconds: 0.2,
    startup: null,
    serviceSeconds: null,
    ...more,
  });
}

describe('the fit', () => {
  it('finds the capacity of a pod from its limit and the CPU of a request', () => {
    const { domain, requestShare, warnings, parameters } = fitted();
    expect(podCapacity(domain)).toBeCloseTo(125, 6);
    expect(requestShare).toBe(0.5);
    expect(warnings).toEqual([]);
    expect(parameters.find(({ name }) => name === 'pod capacity')).toMatchObject({
      unit: 'requests/s',
      basis: expect.stringContaining('CPU limit'),
    });
  });

  it('takes half of the 95th percentile at low load for the time of work, else the median', () => {
    expect(fitted().domain.serviceSeconds).toBeCloseTo(0.03, 9);
    const none = history().rate.values.map(() => Number.NaN);
    expect(fitted({}, { latencyP95Seconds: none }).domain.serviceSeconds).toBeCloseTo(0.02, 9);
    const unknown = fitted({}, { latencyP95Seconds: none, latencyP50Seconds: none });
    expect(unknown.parameters.find(({ name }) => name === 'service time')?.basis).toMatch(/^assumed/);
  });

  it('finds the start-up from the pods that were ready the soonest', () => {
    expect(fitted().domain.startupSeconds).toBe(20);
    expect(fitted({ pods: [aPod('a', { ready: false })] }).parameters).toContainEqual(
      expect.objectContaining({ name: 'start-up', value: 45, basis: expect.stringMatching(/^assumed/) }),
    );
    expect(
      fitted({}, {}, { startup: { seconds: 12, basis: 'told by --startup' } }).domain.startupSeconds,
    ).toBe(12);
  });

  it('finds window and lag of the metrics from the scrapes', () => {
    expect(fitted().domain).toMatchObject({ metricWindowSteps: 8, metricLagSteps: 1 });
  });

  it('counts by the request where there is no limit, and says that real pods may use more', () => {
    const { domain, requestShare, warnings } = fitted({ cpuLimitCores: null });
    expect(podCapacity(domain)).toBeCloseTo(62.5, 6);
    expect(requestShare).toBe(1);
    expect(warnings).toEqual([expect.stringMatching(/No CPU limit/)]);
  });

  it('takes the limit for the request where only that is set, as Kubernetes does', () => {
    expect(fitted({ cpuRequestCores: null }).requestShare).toBe(1);
  });

  it('says that more pods cannot mend latency that is too long at low load', () => {
    const { warnings } = fitted({}, { latencyP95Seconds: history().rate.values.map(() => 0.3) });
    expect(warnings).toEqual([expect.stringMatching(/more pods cannot mend/)]);
  });

  it('is refused for pods that request nothing, as utilisation, target and cost are undefined', () => {
    expect(() => fitted({ cpuLimitCores: null, cpuRequestCores: null })).toThrow(
      expect.objectContaining({
        code: 'capability-missing',
        message: expect.stringMatching(/request no CPU.*target.*cost.*undefined/),
        remedy: expect.stringMatching(/resources\.requests\.cpu/),
      }),
    );
  });

  it('is refused where requests cost no CPU', () => {
    expect(() => fitted({}, { cpuCores: history().rate.values.map(() => 0) })).toThrow(/use no CPU/);
  });
});

describe('the error of the fit', () => {
  it('is small where the simulator is what was recorded', () => {
    const errors = fitErrors(history(), fitted(), 0.5);
    expect(errors.map(({ name }) => name)).toEqual([
      'CPU utilisation, median error',
      'CPU utilisation, median relative error',
      '95th percentile of latency, median error',
      '95th percentile of latency, median relative error',
    ]);
    expect(errors[0]?.value).toBeLessThan(3);
    expect(errors[2]?.value).toBeLessThan(20);
  });

  it('shows a simulator that is another one', () => {
    const twiceAsFast = {
      ...fitted(),
      domain: { ...fitted().domain, concurrency: 2 * fitted().domain.concurrency },
    };
    expect(fitErrors(history(), twiceAsFast, 0.5)[0]?.value).toBeGreaterThan(8);
  });

  it('says nothing of what was not measured', () => {
    const none = history().rate.values.map(() => Number.NaN);
    expect(fitErrors(history({ latencyP95Seconds: none }), fitted(), 0.5)).toHaveLength(2);
  });
});
