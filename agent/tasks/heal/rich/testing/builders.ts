import { type PodColumns, PodComparison } from '../podComparison';
import { SERVING } from '../podCondition';
import type { RichLook } from '../richLook';

export interface PodLike {
  condition: number;
  isWarming: boolean;
  restarts: number;
  unreadySeconds: number;
  p95Seconds: number;
  errorRate: number;
  cpu: number;
  memory: number;
  requests: number;
}

/** A pod that serves well. */
export function aPod(changes: Partial<PodLike> = {}): PodLike {
  return {
    condition: SERVING,
    isWarming: false,
    restarts: 0,
    unreadySeconds: 0,
    p95Seconds: 0.1,
    errorRate: 0.001,
    cpu: 0.5,
    memory: 0.4,
    requests: 1000,
    ...changes,
  };
}

export function columnsOf(pods: readonly PodLike[]): PodColumns {
  const numbers = (read: (pod: PodLike) => number) => Float64Array.from(pods, read);
  return {
    count: pods.length,
    condition: Uint8Array.from(pods, ({ condition }) => condition),
    warming: Uint8Array.from(pods, ({ isWarming }) => (isWarming ? 1 : 0)),
    restarts: Int32Array.from(pods, ({ restarts }) => restarts),
    unreadySeconds: numbers(({ unreadySeconds }) => unreadySeconds),
    podP95Seconds: numbers(({ p95Seconds }) => p95Seconds),
    podErrorRate: numbers(({ errorRate }) => errorRate),
    podCpu: numbers(({ cpu }) => cpu),
    podMemory: numbers(({ memory }) => memory),
    podRequests: numbers(({ requests }) => requests),
  };
}

/** A look at these pods, of a workload whose objectives are 200 ms and 1 %. */
export function aLook(pods: readonly PodLike[], changes: Partial<RichLook> = {}): RichLook {
  const columns = columnsOf(pods);
  const objectives = { sloSeconds: 0.2, sloErrorRate: 0.01 };
  const comparison = new PodComparison(pods.length);
  comparison.compare(columns, objectives);
  return {
    ...columns,
    ...objectives,
    now: 0,
    wanted: pods.length,
    base: pods.length,
    ready: pods.filter(({ condition }) => condition === SERVING).length,
    requestRate: 100,
    p95Seconds: 0.1,
    errorRate: 0.001,
    cpu: 0.5,
    memory: 0.4,
    unhealthySeconds: 0,
    pods: comparison,
    suspectId: comparison.suspect + 1,
    crashes: 0,
    youngCrashes: 0,
    lastCrashSeconds: Number.POSITIVE_INFINITY,
    lastCrashOom: 0,
    advice: 0,
    ...changes,
  };
}
