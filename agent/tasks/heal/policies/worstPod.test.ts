import { describe, expect, it } from 'vitest';
import {
  aPod,
  aTaskInput,
  aWorkload,
  fresh,
  NOW_MS,
  podMetrics,
  someMetrics,
} from '../../../../test/support/builders';
import type { Pod } from '../../../cluster/snapshot';
import { DEFAULT_CONFIG } from '../../../config/schema';
import type { PodMetrics } from '../../../metrics/reading';
import { gatherFacts } from '../facts';
import { worstPod, worstServing } from './worstPod';

type Named = Record<string, { pod?: Partial<Pod>; metrics?: Partial<PodMetrics> }>;

function facts(pods: Named) {
  const entries = Object.entries(pods);
  const workload = aWorkload(entries.map(([name, { pod }]) => aPod(name, pod)));
  const metrics = entries.map(([name, given]) => [name, podMetrics(given.metrics)] as const);
  return gatherFacts(aTaskInput(workload, someMetrics(Object.fromEntries(metrics))), DEFAULT_CONFIG);
}

const UNREADY: Partial<Pod> = { ready: false };
const NEW: Partial<Pod> = { createdAtMs: NOW_MS - 1000, readyChangedAtMs: NOW_MS - 1000 };

describe('the worst pod', () => {
  it.each<{ name: string; pods: Named; worst: string | undefined; serving: string | undefined }>([
    {
      name: 'the one that crashes, with the most restarts',
      pods: {
        a: { pod: UNREADY },
        b: { pod: { ready: false, waitingReason: 'CrashLoopBackOff', restarts: 1 } },
        c: { pod: { ready: false, waitingReason: 'CrashLoopBackOff', restarts: 3 } },
        d: { metrics: { latencyP95Seconds: fresh(5) } },
      },
      worst: 'c',
      serving: 'd',
    },
    {
      name: 'the one that is not ready before one that is slow',
      pods: { a: { metrics: { latencyP95Seconds: fresh(5) } }, b: { pod: UNREADY }, c: {} },
      worst: 'b',
      serving: 'a',
    },
    {
      name: 'the slow one',
      pods: { a: {}, b: { metrics: { latencyP95Seconds: fresh(0.4) } }, c: {} },
      worst: 'b',
      serving: 'b',
    },
    {
      name: 'the one that fails most, as 20 % more errors outweigh a latency of four times the others’',
      pods: {
        a: { metrics: { latencyP95Seconds: fresh(0.32) } },
        b: {},
        c: { metrics: { errorRate: fresh(0.2) } },
      },
      worst: 'c',
      serving: 'c',
    },
    {
      name: 'the one that uses more memory, where all else is alike',
      pods: { a: {}, b: {}, c: { metrics: { memoryUtilisation: fresh(0.95) } } },
      worst: 'c',
      serving: 'c',
    },
    {
      name: 'none of those that are warming up, drained or going',
      pods: {
        a: { pod: { ...NEW, ...UNREADY } },
        b: { pod: { drained: true } },
        c: { pod: { deletingSinceMs: 1 } },
        d: { pod: NEW, metrics: { latencyP95Seconds: fresh(5) } },
      },
      worst: undefined,
      serving: 'd',
    },
  ])('is $name', ({ pods, worst, serving }) => {
    const gathered = facts(pods);
    expect(worstPod(gathered, 3)?.name).toBe(worst);
    expect(worstServing(gathered, 3)?.name).toBe(serving);
  });
});
