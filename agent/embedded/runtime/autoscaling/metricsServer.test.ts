import { describe, expect, it } from 'vitest';
import type { Kubelet } from '../nodes/kubelet';
import { TickClock } from '../tickClock';
import { MetricsServer } from './metricsServer';

/** One pod as the metrics server sees it, and the server over it. */
function watched() {
  const clock = new TickClock(0, 1);
  const pod = {
    container: { kind: 'ready', startedAtMs: 0 },
    sim: {
      running: true,
      cpuSeconds: 0,
      memoryBytes: 100,
      succeeded: 0,
      failed: 0,
      refused: 0,
      timedOut: 0,
      lost: 0,
    },
  };
  const running = new Map([['shop/web', pod]]);
  const server = new MetricsServer(clock, { running } as unknown as Kubelet);
  const lookAt = (seconds: number) => {
    clock.advanceTo(seconds * 1000);
    server.lookIfDue();
    return server.usageOf('shop/web');
  };
  return { pod, running, lookAt };
}

describe('the metrics server', () => {
  it('gives the mean of the 15 s between two looks', () => {
    const { pod, lookAt } = watched();
    expect(lookAt(0)).toBeUndefined();
    Object.assign(pod.sim, { cpuSeconds: 3, succeeded: 20, failed: 10, memoryBytes: 150 });
    expect(lookAt(15)).toEqual({
      atMs: 15_000,
      windowSeconds: 15,
      cpuCores: 0.2,
      memoryBytes: 150,
      requestsPerSecond: 2,
    });
    pod.sim.cpuSeconds = 9;
    expect(lookAt(20)?.cpuCores).toBe(0.2);
    expect(lookAt(30)?.cpuCores).toBe(0.4);
  });

  it('has nothing of a container that has run for less than 10 s, also after a restart', () => {
    const { pod, lookAt } = watched();
    lookAt(0);
    pod.container.startedAtMs = 8000;
    expect(lookAt(15)).toBeUndefined();
    pod.sim.cpuSeconds = 1.5;
    expect(lookAt(30)?.cpuCores).toBe(0.1);
    Object.assign(pod.container, { startedAtMs: 35_000 });
    pod.sim.cpuSeconds = 1;
    expect(lookAt(45)).toMatchObject({ windowSeconds: 10, cpuCores: 0.1 });
  });

  it('has nothing of a pod whose process does not run, or that is gone', () => {
    const { pod, running, lookAt } = watched();
    lookAt(0);
    pod.sim.running = false;
    expect(lookAt(15)).toBeUndefined();
    pod.sim.running = true;
    lookAt(30);
    running.clear();
    expect(lookAt(45)).toBeUndefined();
  });
});
