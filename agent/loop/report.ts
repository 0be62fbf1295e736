import type { Pod, Workload } from '../cluster/snapshot';
import type { Config } from '../config/schema';
import { freshMilliseconds, freshValue, type WorkloadMetrics } from '../metrics/reading';
import {
  type DataState,
  type Incident,
  type PodState,
  type Sample,
  type WorkloadState,
  workloadId,
} from '../protocol';
import { sloOf, steeringOf } from './steering';
import type { Assessment, Reward, TaskInput } from './task';

export interface WorkloadReport {
  workload: Workload;
  config: Config;
  task: string;
  policy: { name: string; version: string };
  data: DataState;
  assessment: Assessment | null;
  metrics: WorkloadMetrics | null;
  incident: Incident | null;
  lastAction: { atMs: number; text: string } | null;
}

/** What the views show of a workload. */
export function toWorkloadState(report: WorkloadReport): WorkloadState {
  const { workload, config, assessment } = report;
  const owner = workload.owners.find((candidate) => candidate.owns === 'replicas');
  const known = report.data.kind === 'fresh' && assessment !== null;
  return {
    id: workloadId(workload.ref),
    ref: workload.ref,
    health: known ? assessment.health : 'unknown',
    healthReason: known ? assessment.reason : unknownReason(report.data),
    desiredReplicas: workload.desiredReplicas,
    readyReplicas: workload.readyReplicas,
    pods: workload.pods.map((pod) => toPodState(pod, report)),
    data: report.data,
    tasks: [report.task],
    steering: steeringOf(workload.ref, config),
    policy: { name: report.policy.name, version: report.policy.version },
    slo: sloOf(workload.ref, config),
    replicasOwner: owner ? `${owner.kind.toUpperCase()} ${owner.name}` : null,
    incident: report.incident,
    lastAction: report.lastAction,
  };
}

/** One point of the charts; without metrics their values are null. */
export function toSample(id: string, input: TaskInput, reward: Reward | null): Sample {
  const { metrics, workload } = input;
  return {
    workloadId: id,
    atMs: input.nowMs,
    latencyP50Ms: freshMilliseconds(metrics.latencyP50Seconds),
    latencyP95Ms: freshMilliseconds(metrics.latencyP95Seconds),
    latencyP99Ms: freshMilliseconds(metrics.latencyP99Seconds),
    errorRate: freshValue(metrics.errorRate),
    requestsPerSecond: freshValue(metrics.requestsPerSecond),
    cpuUtilisation: freshValue(metrics.cpuUtilisation),
    memoryUtilisation: freshValue(metrics.memoryUtilisation),
    desiredReplicas: workload.desiredReplicas,
    readyReplicas: workload.readyReplicas,
    reward: reward?.total ?? null,
    rewardTerms: { ...reward?.terms },
  };
}

function toPodState(pod: Pod, report: WorkloadReport): PodState {
  const metrics = report.metrics?.pods.get(pod.name);
  return {
    name: pod.name,
    uid: pod.uid,
    status: pod.status,
    health: report.assessment?.pods.get(pod.name) ?? 'unknown',
    ready: pod.ready,
    drained: pod.drained,
    restarts: pod.restarts,
    node: pod.node,
    createdAtMs: pod.createdAtMs,
    cpuUtilisation: metrics ? freshValue(metrics.cpuUtilisation) : null,
    memoryUtilisation: metrics ? freshValue(metrics.memoryUtilisation) : null,
    latencyP95Ms: metrics ? freshMilliseconds(metrics.latencyP95Seconds) : null,
  };
}

function unknownReason(data: DataState): string {
  return data.kind === 'fresh' ? 'not looked at yet' : data.reason;
}
