import { describe, expect, it } from 'vitest';
import {
  aPod,
  aTaskInput,
  aWorkload,
  fresh,
  MISSING,
  NOW_MS,
  podMetrics,
  someMetrics,
} from '../../../test/support/builders';
import type { Workload } from '../../cluster/snapshot';
import { DEFAULT_CONFIG } from '../../config/schema';
import type { TaskInput } from '../../loop/task';
import type { WorkloadMetrics } from '../../metrics/reading';
import { observeHeal } from './observation';
import { HEAL_9 } from './spec';
import { WorkloadMemory } from './workloadMemory';

const HEALTHY = { a: podMetrics(), b: podMetrics(), c: podMetrics() };

function observe(workload: Workload, metrics: WorkloadMetrics, changes: Partial<TaskInput> = {}) {
  return observeHeal(
    aTaskInput(workload, metrics, changes),
    DEFAULT_CONFIG,
    new WorkloadMemory(() => DEFAULT_CONFIG),
  );
}

describe('the observation heal/9', () => {
  it('has the nine numbers of seed 002 in its order and normalisation', () => {
    const crashing = aPod('c', { ready: false, waitingReason: 'CrashLoopBackOff' });
    const workload = aWorkload([aPod('a'), aPod('b'), crashing]);
    const pods = { a: podMetrics(), b: podMetrics({ latencyP95Seconds: fresh(0.8) }) };
    const metrics = someMetrics(pods, { latencyP95Seconds: fresh(0.45), errorRate: fresh(0.02) });
    const observation = observe(workload, metrics, { unhealthySinceMs: NOW_MS - 60_000 });
    expect(HEAL_9.fields.map((field) => field.name)).toEqual([
      'healthy_count',
      'degraded_count',
      'crashed_count',
      'avg_cpu',
      'avg_memory',
      'avg_latency',
      'avg_error_rate',
      'time_since_failure',
      'replica_count',
    ]);
    expect(observation.kind === 'ready' && observation.values).toEqual([
      0.1, 0.1, 0.1, 0.5, 0.4, 0.45, 0.02, 0.2, 0.3,
    ]);
  });

  it('gives a missing number its default, with a warning', () => {
    const workload = aWorkload([aPod('a')]);
    const observation = observe(workload, someMetrics({ a: podMetrics() }, { errorRate: MISSING }));
    expect(observation.kind === 'ready' && observation.values[6]).toBe(0);
    expect(observation.warnings.join()).toContain('avg_error_rate is missing');
  });

  it('is no data when one number is stale', () => {
    const stale = { kind: 'stale', value: 0.08, atMs: NOW_MS - 120_000 } as const;
    const observation = observe(aWorkload([aPod('a')]), someMetrics({}, { latencyP95Seconds: stale }));
    expect(observation).toMatchObject({ kind: 'no-data', assessment: { health: 'unknown' } });
  });

  it('is no data when every number is missing', () => {
    const metrics = someMetrics(
      {},
      { cpuUtilisation: MISSING, memoryUtilisation: MISSING, latencyP95Seconds: MISSING, errorRate: MISSING },
    );
    expect(observe(aWorkload([aPod('a')]), metrics).kind).toBe('no-data');
  });
});

describe('the assessment of a workload', () => {
  const starting = aPod('c', {
    ready: false,
    phase: 'Pending',
    createdAtMs: NOW_MS - 5000,
    readyChangedAtMs: NOW_MS - 5000,
  });
  const cases: {
    name: string;
    workload: Workload;
    metrics: WorkloadMetrics;
    recent?: boolean;
    health: string;
  }[] = [
    {
      name: 'healthy while both objectives are met and all pods are ready',
      workload: aWorkload([aPod('a'), aPod('b'), aPod('c')]),
      metrics: someMetrics(HEALTHY),
      health: 'healthy',
    },
    {
      name: 'degraded when the latency misses its objective',
      workload: aWorkload([aPod('a')]),
      metrics: someMetrics(HEALTHY, { latencyP95Seconds: fresh(0.25) }),
      health: 'degraded',
    },
    {
      name: 'failing when the objective is missed five times over',
      workload: aWorkload([aPod('a')]),
      metrics: someMetrics(HEALTHY, { latencyP95Seconds: fresh(1.1) }),
      health: 'failing',
    },
    {
      name: 'degraded when a pod was lost, although its replacement is starting',
      workload: aWorkload([aPod('a'), aPod('b'), starting]),
      metrics: someMetrics(HEALTHY),
      health: 'degraded',
    },
    {
      name: 'warming when the missing pods were only just asked for',
      workload: aWorkload([aPod('a'), aPod('b'), starting]),
      metrics: someMetrics(HEALTHY),
      recent: true,
      health: 'warming',
    },
    {
      name: 'warming while a rollout brings the missing pods',
      workload: aWorkload([aPod('a'), aPod('b'), starting], { rollingOut: true }),
      metrics: someMetrics(HEALTHY),
      health: 'warming',
    },
    {
      name: 'degraded when the rollout that should bring them has stalled',
      workload: aWorkload([aPod('a'), aPod('b'), starting], { rollingOut: true, rolloutStalled: true }),
      metrics: someMetrics(HEALTHY),
      health: 'degraded',
    },
    {
      name: 'failing when no pod is ready',
      workload: aWorkload([aPod('a', { ready: false })]),
      metrics: someMetrics({}),
      health: 'failing',
    },
  ];
  for (const { name, workload, metrics, recent, health } of cases) {
    it(`is ${name}`, () => {
      const changes = recent ? { growingSinceMs: NOW_MS - 10_000 } : {};
      expect(observe(workload, metrics, changes).assessment.health).toBe(health);
    });
  }
});
