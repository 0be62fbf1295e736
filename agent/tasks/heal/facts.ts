import type { Pod, Workload } from '../../cluster/snapshot';
import type { Config } from '../../config/schema';
import type { TaskInput } from '../../loop/task';
import { freshMilliseconds, freshValue, type PodMetrics } from '../../metrics/reading';
import type { Slo } from '../../protocol';

/** What healing knows of a workload, in natural units, for rules and for people. */
export interface HealFacts {
  workload: Workload;
  slo: Slo;
  desiredReplicas: number;
  readyReplicas: number;
  baseReplicas: number;
  maxReplicas: number;
  pods: readonly PodFacts[];
  latencyP95Ms: number | null;
  errorRate: number | null;
  /** Share of the limit, mean over pods. */
  cpuUtilisation: number | null;
  memoryUtilisation: number | null;
  /** Missing pods are explained by a rollout or by a change of the wanted number that is still warming up. */
  growing: boolean;
  unhealthyMs: number;
}

export interface PodFacts {
  name: string;
  uid: string;
  condition: PodCondition;
  restarts: number;
  templateHash: string | null;
  latencyP95Ms: number | null;
  errorRate: number | null;
  cpuUtilisation: number | null;
  memoryUtilisation: number | null;
  /** This pod's p95 latency ÷ the median of its serving siblings; null without both. */
  latencyRatio: number | null;
  /** Within its grace: slowness and unreadiness are expected. */
  warming: boolean;
  createdAtMs: number;
}

export type PodCondition =
  | { kind: 'serving' }
  /** Took a while to become ready, or stopped being ready. */
  | { kind: 'unready'; sinceMs: number }
  | { kind: 'crashing'; reason: string }
  | { kind: 'terminating' }
  | { kind: 'pending' }
  | { kind: 'drained'; ready: boolean };

/** Restart reasons that say a container cannot stay up. */
const CRASH_REASONS = new Set([
  'CrashLoopBackOff',
  'RunContainerError',
  'ImagePullBackOff',
  'ErrImagePull',
  'CreateContainerConfigError',
]);

/** How long after a container died of itself its pod still counts as crashing, unless it is ready again. */
const CRASH_MEMORY_MS = 60_000;

export function gatherFacts(input: TaskInput, config: Config): HealFacts {
  const { workload, metrics, nowMs } = input;
  const graceMs = config.heal.warmupGrace;
  const latencies = workload.pods
    .filter((pod) => pod.ready && pod.deletingSinceMs === null)
    .map((pod) => podLatencyMs(metrics.pods.get(pod.name)))
    .filter((latencyMs) => latencyMs !== null)
    .sort((a, b) => a - b);
  const { growingSinceMs } = input;
  const rolling = workload.rollingOut && !workload.rolloutStalled;
  const growing = rolling || (growingSinceMs !== null && nowMs - growingSinceMs < graceMs);
  return {
    workload,
    slo: input.slo,
    desiredReplicas: workload.desiredReplicas,
    readyReplicas: workload.readyReplicas,
    baseReplicas: input.baseReplicas,
    maxReplicas: config.guard.maxReplicas,
    pods: workload.pods.map((pod) => podFacts(pod, metrics.pods.get(pod.name), latencies, nowMs, graceMs)),
    latencyP95Ms: freshMilliseconds(metrics.latencyP95Seconds),
    errorRate: freshValue(metrics.errorRate),
    cpuUtilisation: freshValue(metrics.cpuUtilisation),
    memoryUtilisation: freshValue(metrics.memoryUtilisation),
    growing,
    unhealthyMs: input.unhealthySinceMs === null ? 0 : nowMs - input.unhealthySinceMs,
  };
}

function podFacts(
  pod: Pod,
  metrics: PodMetrics | undefined,
  servingLatenciesMs: readonly number[],
  nowMs: number,
  graceMs: number,
): PodFacts {
  const latencyP95Ms = podLatencyMs(metrics);
  return {
    name: pod.name,
    uid: pod.uid,
    condition: conditionOf(pod, nowMs),
    restarts: pod.restarts,
    templateHash: pod.templateHash,
    latencyP95Ms,
    errorRate: metrics ? freshValue(metrics.errorRate) : null,
    cpuUtilisation: metrics ? freshValue(metrics.cpuUtilisation) : null,
    memoryUtilisation: metrics ? freshValue(metrics.memoryUtilisation) : null,
    latencyRatio: ratioToSiblings(latencyP95Ms, servingLatenciesMs),
    warming: nowMs - Math.max(pod.createdAtMs, pod.ready ? pod.readyChangedAtMs : 0) < graceMs,
    createdAtMs: pod.createdAtMs,
  };
}

function conditionOf(pod: Pod, nowMs: number): PodCondition {
  if (pod.deletingSinceMs !== null) return { kind: 'terminating' };
  if (pod.drained) return { kind: 'drained', ready: pod.ready };
  if (pod.waitingReason !== null && CRASH_REASONS.has(pod.waitingReason)) {
    const died = pod.lastTermination ? ` after ${pod.lastTermination.reason}` : '';
    return { kind: 'crashing', reason: `${pod.waitingReason}${died}` };
  }
  if (pod.ready) return { kind: 'serving' };
  const died = pod.lastTermination;
  if (died && died.exitCode !== 0 && nowMs - died.atMs < CRASH_MEMORY_MS) {
    return { kind: 'crashing', reason: `${died.reason}, exit code ${died.exitCode}` };
  }
  if (pod.phase === 'Pending') return { kind: 'pending' };
  return { kind: 'unready', sinceMs: pod.readyChangedAtMs };
}

/**
 * The latency against the median of the serving pods without one of that same value, that is of its siblings.
 *
 * @param servingMs ascending.
 */
function ratioToSiblings(latencyMs: number | null, servingMs: readonly number[]): number | null {
  if (latencyMs === null) return null;
  const own = servingMs.indexOf(latencyMs);
  const count = own < 0 ? servingMs.length : servingMs.length - 1;
  if (count === 0) return null;
  const sibling = (rank: number) => servingMs[own >= 0 && rank >= own ? rank + 1 : rank] ?? 0;
  const reference = (sibling(Math.floor((count - 1) / 2)) + sibling(Math.floor(count / 2))) / 2;
  return reference <= 0 ? null : latencyMs / reference;
}

function podLatencyMs(metrics: PodMetrics | undefined): number | null {
  return metrics ? freshMilliseconds(metrics.latencyP95Seconds) : null;
}
