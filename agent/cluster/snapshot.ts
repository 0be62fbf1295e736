import type { ChaosProviderName, FaultKind, WorkloadRef } from '../protocol';
import type { NativeFaultRecord } from './model/nativeRecord';
import type { Release } from './releases';

/** What the watches know, reduced to the fields that Coxswain uses. Immutable; a new one after each change. */
export interface ClusterSnapshot {
  /** Cluster time of the latest change or bookmark from any watch. */
  atMs: number;
  /** Counts re-lists: a snapshot of another generation must not be compared by resourceVersion. */
  generation: number;
  workloads: ReadonlyMap<string, Workload>;
  nodes: ReadonlyMap<string, Node>;
  faults: readonly RunningFault[];
  /** What is, or can be, released step by step; by `workloadId`. */
  releases: ReadonlyMap<string, Release>;
}

export interface Workload {
  ref: WorkloadRef;
  uid: string;
  resourceVersion: string;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  /** It has annotations, kubectl's own copy included: a JSON patch can only add to a map that is there. */
  annotated: boolean;
  /** Its pod template has annotations. */
  templateAnnotated: boolean;
  /** `spec.selector.matchLabels`. */
  selector: Readonly<Record<string, string>>;
  desiredReplicas: number;
  readyReplicas: number;
  /** A new pod template is being rolled out. A mere change of the replica count is not a rollout. */
  rollingOut: boolean;
  /** It is paused, or past its progress deadline: nothing is to be expected of it before somebody looks after it. */
  rolloutStalled: boolean;
  /** Names the managers that own `spec.replicas` or the whole object. */
  owners: readonly Owner[];
  /** HPAs and ScaledObjects that aim at it, in detail; the HPA that KEDA makes for a ScaledObject is left out. */
  autoscalers: readonly Autoscaler[];
  disruptionBudgets: readonly { name: string; disruptionsAllowed: number }[];
  services: readonly { name: string; selector: Readonly<Record<string, string>> }[];
  pods: readonly Pod[];
  containers: readonly Container[];
  /** Pods that a rollout may take away before it has new ones: `maxUnavailable`, all of them with Recreate. */
  maxUnavailable: number;
  /** Sum over the containers of one pod; null where no limit is set. */
  cpuLimitCores: number | null;
  /** Sum over the containers of one pod; null where a container requests none, so that utilisation is undefined. */
  cpuRequestCores: number | null;
  memoryRequestBytes: number | null;
  memoryLimitBytes: number | null;
  /** From the API server's events about this workload and its pods, newest last, at most 20. */
  events: readonly { atMs: number; type: string; reason: string; message: string; object: string }[];
}

/** A container of the pod template. */
export interface Container {
  name: string;
  image: string;
  readiness: ReadinessCheck | null;
}

export type ReadinessCheck =
  | { handler: 'httpGet' | 'tcpSocket' | 'grpc'; port: string | number }
  | { handler: 'exec' };

/** An HPA (autoscaling/v2) or a KEDA ScaledObject, as far as the scaler needs it. */
export interface Autoscaler {
  kind: 'hpa' | 'keda';
  name: string;
  uid: string;
  resourceVersion: string;
  annotations: Readonly<Record<string, string>>;
  annotated: boolean;
  minReplicas: number;
  maxReplicas: number;
  /** `spec.metrics` and `spec.behavior` (of a ScaledObject `spec.triggers` and null), as they stand there. */
  metrics: unknown;
  behavior: unknown;
  /** CPU utilisation to hold, 0…1 of the request; null where it goes by something else. */
  targetUtilisation: number | null;
  desiredReplicas: number | null;
  currentReplicas: number | null;
  conditions: readonly { type: string; status: string; reason: string; message: string }[];
  /** Argo CD or Flux owns the object itself. */
  gitOps: readonly Owner[];
  /** What our annotation on it says; `broken` where it is there and cannot be read. */
  handover: HandoverNote | 'broken' | null;
}

/** What is noted on an autoscaler that Coxswain has changed: all that makes it again what it was. */
export interface HandoverNote {
  how: 'advise' | 'own';
  by: string;
  atMs: number;
  /** The process that made it: a random id. */
  agent: string;
  /** The annotation as it stands there, for the check that nobody has changed it. */
  text: string;
  original: {
    minReplicas: number | null;
    metrics: unknown;
    behavior: unknown;
    annotations: Readonly<Record<string, string>>;
  };
  /** What was set in its place, by which an edit by somebody else is told; null for what was not set. */
  set?: { minReplicas: number | null; cpuPercent: number | null } | undefined;
}

export interface Owner {
  kind: 'hpa' | 'keda' | 'argo-cd' | 'flux';
  name: string;
  owns: 'replicas' | 'object';
}

export interface Pod {
  name: string;
  uid: string;
  resourceVersion: string;
  labels: Readonly<Record<string, string>>;
  phase: string;
  /** What kubectl prints in its STATUS column. */
  status: string;
  ready: boolean;
  /** When the Ready condition last changed. */
  readyChangedAtMs: number;
  createdAtMs: number;
  /** When the last of its containers that run has started; when it was made, where none runs. */
  startedAtMs: number;
  deletingSinceMs: number | null;
  restarts: number;
  /** `waiting.reason` of the first container that waits, for example CrashLoopBackOff. */
  waitingReason: string | null;
  lastTermination: { reason: string; exitCode: number; atMs: number } | null;
  node: string | null;
  /** Taken out of its Services by Coxswain. */
  drained: boolean;
  /** The hash of the template, by which pods of an old revision are told. */
  templateHash: string | null;
}

export interface Node {
  name: string;
  uid: string;
  ready: boolean;
  /** When the Ready condition last changed. */
  readyChangedAtMs: number;
  schedulable: boolean;
  /** As of a workload. */
  annotated: boolean;
  /** Instance type, by its label; null without one. */
  type: string | null;
}

/**
 * A fault in the cluster, whoever made it: an object of a chaos tool, or a change of ours that an annotation on the
 * changed object tells of.
 */
export interface RunningFault {
  /** UID of the custom resource; for a native fault, the id in its annotation. */
  id: string;
  kind: FaultKind | 'other';
  provider: ChaosProviderName;
  /** The chaos object, or the object that a native fault has changed. The namespace of a Node is empty. */
  resource: { apiVersion: string; plural: string; namespace: string; name: string };
  /** The run of an experiment, by the label of ours that names it; or null. */
  runId: string | null;
  /** Ours carry the label `app.kubernetes.io/managed-by: coxswain`. */
  ours: boolean;
  namespaces: readonly string[];
  podLabels: Readonly<Record<string, string>>;
  /** Pods named in `status.experiment.containerRecords`. */
  pods: readonly string[];
  createdAtMs: number;
  durationMs: number | null;
  state: 'starting' | 'running' | 'paused' | 'recovering' | 'ended' | 'failed';
  /** What the tool says of a failure, in words; empty without one. */
  trouble: string;
  /** What a native fault has left on the object that it changed; null for those of chaos tools. */
  native: NativeFault | null;
}

export interface NativeFault {
  /** Of the object that it changed. */
  uid: string;
  /** The annotation as it stands there. */
  text: string;
  /** Null where the annotation cannot be read. */
  record: NativeFaultRecord | null;
  /** What was changed is still as the fault has made it; else somebody has changed it since. */
  intact: boolean;
}
