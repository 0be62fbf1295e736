import { describe, expect, it } from 'vitest';
import { aPod, aWorkload, NOW_MS } from '../../../../test/support/builders';
import { LiveView } from './liveView';
import type { ScaleReading } from './scaleReading';

const SETTINGS = { minReplicas: 1, maxReplicas: 10, objectiveSeconds: 0.2, startupMs: undefined };

function aReading(cpu: number, answeredRate: number, atMs: number): ScaleReading {
  return {
    ...{ atMs, cpu, cpuOfRequest: cpu, answeredRate },
    memory: 0.3,
    errorShare: 0,
    violatedShare: 0,
    latencyP50Seconds: 0.02,
    latencyP95Seconds: 0.05,
    queue: null,
    windowSeconds: 15,
    lagSeconds: 0,
  };
}

describe('what the scaler sees of a workload', () => {
  it('is spoiled by no pods that start: busy, and without a request yet', () => {
    const view = new LiveView();
    const workload = aWorkload([aPod('a'), aPod('b')]);
    const seen = [
      ...Array.from({ length: 5 }, () => ({ cpu: 0.2, rate: 0 })),
      ...Array.from({ length: 20 }, () => ({ cpu: 0.5, rate: 100 })),
    ].map(({ cpu, rate }, step) => {
      const nowMs = NOW_MS + 15_000 * step;
      view.lookAtPods(workload, nowMs, SETTINGS);
      view.take(aReading(cpu, rate, nowMs), nowMs, SETTINGS);
      const { load, level, trend, mean15, riseSize } = view.estimates;
      return [load, level, trend, mean15, riseSize];
    });
    expect(seen.flat().filter((value) => !Number.isFinite(value))).toEqual([]);
    // Two pods at half of what they can.
    expect(view.estimates.load).toBeCloseTo(1, 1);
    expect(view.estimates.podRate).toBeCloseTo(100, 0);
  });
});
