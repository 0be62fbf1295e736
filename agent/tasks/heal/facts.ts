import type { Node, Pod, Workload } from '../../cluster/snapshot';
import type { Config } from '../../config/schema';
import type { TaskInput } from '../../loop/task';
import { freshMilliseconds, freshValue, type PodMetrics, requestsSampledAtMs } from '../../metrics/reading';
import type { Slo } from '../../protocol';

/** What healing knows of a workload, in natural units, for rules and for people. */
export interface HealFacts {
  nowMs: number;
  workload: Workload;
  slo: Slo;
  desiredReplicas: number;
  readyReplicas: number;
  baseReplicas: number;
  maxReplicas: number;
  pods: readonly PodFacts[];
  /** Over the pods whose error rate is known: how many, and the sum of their rates. */
  podErrors: { count: number; sum: number };
  latencyP95Ms: number | null;
  errorRate: number | null;
  requestsPerSecond: number | null;
  /** When the newest sample behind latencies and errors was taken; null without any. */
  sampledAtMs: number | null;
  /** Of those numbers, see `WorkloadMetrics`. */
  scrapeIntervalMs: number | null;
  windowMs: number | null;
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
  lastTermination: Pod['lastTermination'];
  templateHash: string | null;
  latencyP50Ms: number | null;
  latencyP95Ms: number | null;
  errorRate: number | null;
  cpuUtilisation: number | null;
  memoryUtilisation: number | null;
  requestsPerSecond: number | null;
  /** When the newest sample behind its latency and errors was taken; null without any. */
  sampledAtMs: number | null;
  /** This pod's p95 latency ÷ the median of its serving siblings; null without both. */
  latencyRatio: number | null;
  /** Within its grace: slowness and unreadiness are expected. */
  warming: boolean;
  createdAtMs: number;
  readyChangedAtMs: number;
  /** What the API server's events have warned of about this pod in the last minutes, newest; null where of nothing. */
  warning: string | null;
}

export type PodCondition =
  | { kind: 'serving' }
  /** Took a while to become ready, or stopped being ready; at once where its node is not ready. */
  | { kind: 'unready'; sinceMs: number; lostNode: string | null }
  /**
   * `blocked`: its container is not even made, whose cause is in the revision or around the cluster, not in the pod.
   * `repeats`: it has ended more than once lately, for the kubelet waits before it starts it again.
   */
  | { kind: 'crashing'; reason: string; blocked: boolean; repeats: boolean }
  /** On its way out, or out already: completed, failed, evicted. */
  | { kind: 'terminating' }
  | { kind: 'pending' }
  | { kind: 'drained'; ready: boolean };

/** Reasons of waiting that say a container cannot stay up. */
const CRASH_REASONS = new Set(['CrashLoopBackOff', 'RunContainerError']);
/** And those that say it cannot be made: of this image, or with this configuration. */
const BLOCKED_REASONS = new Set([
  'ImagePullBackOff',
  'ErrImagePull',
  'ErrImageNeverPull',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
]);

/** How long after a container died of itself its pod still counts as crashing, unless it is ready again. */
const CRASH_MEMORY_MS = 60_000;
/** How long a warning says something about now. */
const WARNING_MEMORY_MS = 120_000;
/** From a container's start on it may take so long to become ready; what becomes ready later has been so before. */
const LONGEST_START_MS = 120_000;

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
  const pods = workload.pods.map((pod) => ({
    ...podFacts(pod, metrics.pods.get(pod.name), latencies, nowMs, graceMs),
    condition: conditionOf(pod, nodeOf(pod, input), nowMs),
    warning: warningAbout(pod, workload, nowMs),
  }));
  const errors = pods.flatMap(({ errorRate }) => errorRate ?? []);
  return {
    nowMs,
    workload,
    slo: input.slo,
    desiredReplicas: workload.desiredReplicas,
    readyReplicas: workload.readyReplicas,
    baseReplicas: input.baseReplicas,
    maxReplicas: config.guard.maxReplicas,
    pods,
    podErrors: { count: errors.length, sum: errors.reduce((sum, rate) => sum + rate, 0) },
    latencyP95Ms: freshMilliseconds(metrics.latencyP95Seconds),
    errorRate: freshValue(metrics.errorRate),
    requestsPerSecond: freshValue(metrics.requestsPerSecond),
    sampledAtMs: requestsSampledAtMs(metrics),
    scrapeIntervalMs: metrics.scrapeIntervalMs,
    windowMs: metrics.windowMs,
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
): Omit<PodFacts, 'condition' | 'warning'> {
  const latencyP95Ms = podLatencyMs(metrics);
  return {
    name: pod.name,
    uid: pod.uid,
    restarts: pod.restarts,
    lastTermination: pod.lastTermination,
    templateHash: pod.templateHash,
    latencyP50Ms: metrics ? freshMilliseconds(metrics.latencyP50Seconds) : null,
    latencyP95Ms,
    errorRate: metrics ? freshValue(metrics.errorRate) : null,
    cpuUtilisation: metrics ? freshValue(metrics.cpuUtilisation) : null,
    memoryUtilisation: metrics ? freshValue(metrics.memoryUtilisation) : null,
    requestsPerSecond: metrics ? freshValue(metrics.requestsPerSecond) : null,
    sampledAtMs: metrics ? requestsSampledAtMs(metrics) : null,
    latencyRatio: ratioToSiblings(latencyP95Ms, servingLatenciesMs),
    warming: nowMs - Math.max(pod.createdAtMs, startedServingMs(pod)) < graceMs,
    createdAtMs: pod.createdAtMs,
    readyChangedAtMs: pod.readyChangedAtMs,
  };
}

function conditionOf(pod: Pod, node: Node | undefined, nowMs: number): PodCondition {
  if (pod.deletingSinceMs !== null || pod.phase === 'Failed' || pod.phase === 'Succeeded') {
    return { kind: 'terminating' };
  }
  if (pod.drained) return { kind: 'drained', ready: pod.ready };
  // What the kubelet last said of the pod is worth nothing then, and Kubernetes waits for minutes before it moves it.
  if (node?.ready === false) {
    return { kind: 'unready', sinceMs: node.readyChangedAtMs, lostNode: node.name };
  }
  const waiting = pod.waitingReason ?? '';
  if (BLOCKED_REASONS.has(waiting))
    return { kind: 'crashing', reason: waiting, blocked: true, repeats: true };
  if (CRASH_REASONS.has(waiting)) {
    const died = pod.lastTermination ? ` after ${pod.lastTermination.reason}` : '';
    return { kind: 'crashing', reason: `${waiting}${died}`, blocked: false, repeats: true };
  }
  if (pod.ready) return { kind: 'serving' };
  const died = pod.lastTermination;
  if (died && died.exitCode !== 0 && nowMs - died.atMs < CRASH_MEMORY_MS) {
    const reason = `${died.reason}, exit code ${died.exitCode}`;
    return { kind: 'crashing', reason, blocked: false, repeats: false };
  }
  if (pod.phase === 'Pending') return { kind: 'pending' };
  return { kind: 'unready', sinceMs: pod.readyChangedAtMs, lostNode: null };
}

/** When it became ready after a start. A pod that is ready again after its probe has failed has not started anew. */
function startedServingMs({ ready, readyChangedAtMs, startedAtMs }: Pod): number {
  return ready && readyChangedAtMs - startedAtMs < LONGEST_START_MS ? readyChangedAtMs : 0;
}

function nodeOf(pod: Pod, { cluster }: TaskInput): Node | undefined {
  return pod.node === null ? undefined : cluster.nodes.get(pod.node);
}

function warningAbout(pod: Pod, { events }: Workload, nowMs: number): string | null {
  const found = events.findLast(
    ({ type, object, atMs }) =>
      type === 'Warning' && object === `Pod/${pod.name}` && nowMs - atMs < WARNING_MEMORY_MS,
  );
  return found ? `${found.reason}: ${found.message}` : null;
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
