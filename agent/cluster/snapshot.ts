import type { FaultKind, WorkloadRef } from '../protocol';

/** What the watches know, reduced to the fields that Coxswain uses. Immutable; a new one after each change. */
export interface ClusterSnapshot {
  /** Cluster time of the latest change or bookmark from any watch. */
  atMs: number;
  /** Counts re-lists: a snapshot of another generation must not be compared by resourceVersion. */
  generation: number;
  workloads: ReadonlyMap<string, Workload>;
  nodes: ReadonlyMap<string, Node>;
  faults: readonly RunningFault[];
}

export interface Workload {
  ref: WorkloadRef;
  uid: string;
  resourceVersion: string;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
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
  disruptionBudgets: readonly { name: string; disruptionsAllowed: number }[];
  services: readonly { name: string; selector: Readonly<Record<string, string>> }[];
  pods: readonly Pod[];
  /** Sum over the containers of one pod; null where no limit is set. */
  cpuLimitCores: number | null;
  memoryLimitBytes: number | null;
  /** From the API server's events about this workload and its pods, newest last, at most 20. */
  events: readonly { atMs: number; type: string; reason: string; message: string; object: string }[];
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
  ready: boolean;
  schedulable: boolean;
}

/** A chaos object in the cluster, whoever made it. */
export interface RunningFault {
  /** UID of the custom resource. */
  id: string;
  kind: FaultKind | 'other';
  resource: { apiVersion: string; plural: string; namespace: string; name: string };
  /** Ours carry the label `app.kubernetes.io/managed-by: coxswain`. */
  ours: boolean;
  namespaces: readonly string[];
  podLabels: Readonly<Record<string, string>>;
  /** Pods named in `status.experiment.containerRecords`. */
  pods: readonly string[];
  createdAtMs: number;
  durationMs: number | null;
  state: 'starting' | 'running' | 'recovering' | 'ended' | 'failed';
}
