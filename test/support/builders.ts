import type { ClusterSnapshot, Node, Pod, RunningFault, Workload } from '../../agent/cluster/snapshot';
import type { TaskInput } from '../../agent/loop/task';
import type { PodMetrics, Reading, WorkloadMetrics } from '../../agent/metrics/reading';

/** The time at which everything below was true. */
export const NOW_MS = 1_000_000;

/** A pod that has been ready for ten minutes. */
export function aPod(name: string, changes: Partial<Pod> = {}): Pod {
  return {
    name,
    uid: `uid-${name}`,
    resourceVersion: '1',
    labels: { app: 'checkout', 'pod-template-hash': 'h1' },
    phase: 'Running',
    status: 'Running',
    ready: true,
    readyChangedAtMs: NOW_MS - 600_000,
    createdAtMs: NOW_MS - 620_000,
    startedAtMs: NOW_MS - 618_000,
    deletingSinceMs: null,
    restarts: 0,
    waitingReason: null,
    lastTermination: null,
    node: 'node-1',
    drained: false,
    templateHash: 'h1',
    ...changes,
  };
}

/** Deployment `shop/checkout` with these pods, as many wanted as there are. */
export function aWorkload(pods: readonly Pod[], changes: Partial<Workload> = {}): Workload {
  return {
    ref: { kind: 'Deployment', namespace: 'shop', name: 'checkout' },
    uid: 'uid-checkout',
    resourceVersion: '1',
    labels: {},
    annotations: {},
    annotated: true,
    templateAnnotated: false,
    selector: { app: 'checkout' },
    desiredReplicas: pods.length,
    readyReplicas: pods.filter((pod) => pod.ready && pod.deletingSinceMs === null).length,
    rollingOut: false,
    rolloutStalled: false,
    owners: [],
    autoscalers: [],
    disruptionBudgets: [],
    services: [{ name: 'checkout', selector: { app: 'checkout' } }],
    pods,
    containers: [
      { name: 'app', image: 'shop/checkout:1.4', readiness: { handler: 'httpGet', port: 'http' } },
    ],
    maxUnavailable: 1,
    cpuLimitCores: 1,
    cpuRequestCores: 1,
    memoryRequestBytes: 512 * 2 ** 20,
    memoryLimitBytes: 512 * 2 ** 20,
    events: [],
    ...changes,
  };
}

export function aNode(name: string, changes: Partial<Node> = {}): Node {
  return {
    name,
    uid: `uid-${name}`,
    ready: true,
    readyChangedAtMs: NOW_MS - 600_000,
    schedulable: true,
    annotated: true,
    type: null,
    ...changes,
  };
}

/** A NetworkChaos of ours on `shop/checkout` that runs. */
export function aRunningFault(changes: Partial<RunningFault> = {}): RunningFault {
  return {
    id: 'uid-fault',
    kind: 'network-delay',
    provider: 'chaos-mesh',
    resource: {
      apiVersion: 'chaos-mesh.org/v1alpha1',
      plural: 'networkchaos',
      namespace: 'shop',
      name: 'coxswain-network-delay',
    },
    runId: null,
    ours: true,
    namespaces: ['shop'],
    podLabels: { app: 'checkout' },
    pods: [],
    createdAtMs: NOW_MS - 10_000,
    durationMs: 120_000,
    state: 'running',
    trouble: '',
    native: null,
    ...changes,
  };
}

export function aCluster(workloads: readonly Workload[]): ClusterSnapshot {
  return {
    atMs: NOW_MS,
    generation: 1,
    workloads: new Map(
      workloads.map((workload) => [`${workload.ref.namespace}/Deployment/${workload.ref.name}`, workload]),
    ),
    nodes: new Map(),
    faults: [],
    releases: new Map(),
  };
}

export function fresh(value: number, atMs = NOW_MS): Reading {
  return { kind: 'fresh', value, atMs };
}

export const MISSING: Reading = { kind: 'missing', why: 'the query returned no sample' };

/** A pod well within every objective. */
export function podMetrics(changes: Partial<PodMetrics> = {}): PodMetrics {
  return {
    cpuUtilisation: fresh(0.5),
    memoryUtilisation: fresh(0.4),
    latencyP50Seconds: fresh(0.03),
    latencyP95Seconds: fresh(0.08),
    errorRate: fresh(0),
    requestsPerSecond: fresh(20),
    ...changes,
  };
}

/** A workload well within every objective, with metrics of these pods. */
export function someMetrics(
  pods: Readonly<Record<string, PodMetrics>>,
  changes: Partial<WorkloadMetrics> = {},
): WorkloadMetrics {
  return {
    atMs: NOW_MS,
    source: 'prometheus',
    scrapeIntervalMs: 5000,
    windowMs: 20_000,
    cpuUtilisation: fresh(0.5),
    memoryUtilisation: fresh(0.4),
    latencyP50Seconds: fresh(0.03),
    latencyP95Seconds: fresh(0.08),
    latencyP99Seconds: fresh(0.12),
    errorRate: fresh(0),
    requestsPerSecond: fresh(60),
    pods: new Map(Object.entries(pods)),
    warnings: [],
    ...changes,
  };
}

/** What a task sees of a workload that has been calm, with an objective of 200 ms and 1 % of errors. */
export function aTaskInput(
  workload: Workload,
  metrics: WorkloadMetrics,
  changes: Partial<TaskInput> = {},
): TaskInput {
  return {
    nowMs: NOW_MS,
    workload,
    cluster: aCluster([workload]),
    metrics,
    lastActionAtMs: null,
    unhealthySinceMs: null,
    growingSinceMs: null,
    baseReplicas: workload.desiredReplicas,
    slo: { latencyP95Ms: 200, errorRate: 0.01 },
    ...changes,
  };
}
