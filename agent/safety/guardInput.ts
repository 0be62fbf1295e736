import type { FaultPlan } from '../chaos/providers/provider';
import type { Release } from '../cluster/releases';
import type { Autoscaler, Workload } from '../cluster/snapshot';
import type { Config } from '../config/schema';
import type {
  Action,
  AutoscalerRef,
  Control,
  DataState,
  ExperimentRun,
  Mode,
  Permission,
  ReleaseOperation,
  WorkloadRef,
} from '../protocol';
import type { Breaker } from './breaker';
import type { ReversibleChange } from './change';
import type { ActionCounts, PodCounts, WorkloadHistory } from './ledger';
import type { ReleaseEvidenceFacts } from './releaseDraft';

/** An action that writes something to a workload. What is done to a release is judged by rules of its own. */
export type ActingAction = Exclude<Action, { kind: 'none' | 'release' }>;

/** Something that is done to a release. */
export type ReleaseAction = Extract<Action, { kind: 'release' }>;

/** What every wish to write is judged by, an action as well as a fault. */
export interface RequestInput extends Circumstances {
  change: ReversibleChange;
}

/** How things are with the agent itself, whatever is wished. */
export interface Circumstances {
  nowMs: number;
  config: Config;
  mode: Mode;
  control: Control;
  /** Whether all transactions of an earlier run have been settled. */
  settled: boolean;
  /** The person who agreed to, or ordered, this very change; or null. */
  approvedBy: string | null;
  permissions: readonly Permission[];
}

/** What a fault is judged by: once for each change of its plan. */
export interface FaultInput extends RequestInput {
  /** The target. */
  ref: WorkloadRef;
  /** As the watches show it now; undefined when it is gone. */
  workload: Workload | undefined;
  /** The labels of the pods of other workloads in its namespace: a chaos tool selects by labels. */
  strangers: readonly { workload: string; labels: Readonly<Record<string, string>> }[];
  plan: Pick<FaultPlan, 'kind' | 'provider' | 'affectedPods'>;
  /** Whether an earlier change of the plan was made: the pods that it hits are then gone, and were allowed. */
  hasBegun: boolean;
  trigger: ExperimentRun['trigger'];
  /** The targets of the faults of ours that run or are about to, this one left out. */
  running: readonly { name: string; workloadId: string }[];
  /** Whether the target has an open incident. */
  incidentOpen: boolean;
}

/** An autoscaler that this process has taken over, or advises. */
export interface LiveHandover {
  how: 'advise' | 'own';
  /** The person who agreed, and so to the steps after it; null where it was made in mode auto. */
  approvedBy: string | null;
  autoscaler: AutoscalerRef;
}

/** What one change of a release is judged by: once for each change of its plan. */
export interface ReleaseInput extends RequestInput {
  ref: WorkloadRef;
  /** As the watches show it now; undefined when it is gone, or is not one yet. */
  release: Release | undefined;
  /** The Deployment itself, for one that is to become a release. */
  workload: Workload | undefined;
  operation: ReleaseOperation;
  /** It goes on with what was agreed to, as the note on the release says. */
  isStep: boolean;
  evidence: ReleaseEvidenceFacts | null;
  /** See `ReleaseDraft`. */
  orderedBy: string | null;
  expiresAtMs: number;
  /** Milliseconds since the watches last heard from the API server; null while there is no connection. */
  watchAgeMs: number | null;
  /** Name of a fault that runs on either version, whoever made it; or null. */
  faultRunning: string | null;
  incidentOpen: boolean;
  /** A transaction on it has begun and not ended. */
  underWay: boolean;
  /** When its canary was last given more traffic; null where it never was. */
  lastRaiseAtMs: number | null;
  rejectedAtMs: number | null;
}

/** What is judged of a release where nothing is written. */
export type ReleaseFacts = Omit<ReleaseInput, 'change'>;

/** What a hand-back is judged by. */
export interface HandBackInput extends RequestInput {
  namespace: string;
  action: ActingAction;
  /** As it was seen last; undefined when it is gone. */
  autoscaler: Autoscaler | undefined;
}

/** What an action on a workload is judged by. Plain data, so that a verdict can be repeated. */
export interface GuardInput extends RequestInput {
  ref: WorkloadRef;
  /** As the watches show it now; undefined when it is gone. */
  workload: Workload | undefined;
  /** Who wants it: `heal`, `scale` … */
  task: string;
  action: ActingAction;
  /** What this process signs its handovers with. */
  agentId: string;
  /** What this process has made of the workload's autoscaler, and still stands on it; else null. */
  handover: LiveHandover | null;
  /** Name of the release under way whose canary the workload is; null where it is none's. */
  canaryOf: string | null;
  /** Whether the workload has an open incident. */
  incidentOpen: boolean;
  /** Name of a fault that runs on the workload, whoever made it; or null. */
  faultRunning: string | null;
  /** 0…1. */
  confidence: number;
  /** How unusual what a learned policy has seen is against its training; null for rules, and where nobody knows. */
  outOfDistribution: number | null;
  /** When the decision behind this is too old to act on. */
  expiresAtMs: number;
  data: DataState;
  /** Milliseconds since the watches last heard from the API server; null while there is no connection. */
  watchAgeMs: number | null;
  history: WorkloadHistory;
  /** Actions over all workloads in the last minute. */
  lastMinute: ActionCounts;
  /** Pods of the workload that were added and taken away in the last minute. */
  podsLastMinute: PodCounts;
  breaker: Breaker;
  /** When a person last said no to the same action on the same workload, or null. */
  rejectedAtMs: number | null;
}
