import type { Node, RunningFault, Workload } from '../../cluster/snapshot';
import type { Capability, ChaosProviderName, CoxswainError, FaultKind } from '../../protocol';
import type { ReversibleChange } from '../../safety/change';
import type { FaultSpec } from '../experiment/faultSpec';
import type { SelectorMode } from '../experiment/selectorMode';
import type { WorkflowStep } from '../experiment/workflow';

/** Whom something is done to, and under which name. */
export interface FaultTarget {
  workload: Workload;
  /** By name, as the watches show them; for faults on nodes. */
  nodes: ReadonlyMap<string, Node>;
  /** Unique in the namespace; a DNS label. */
  name: string;
  /** The run of the experiment that it belongs to; null for a fault that a person injects by itself. */
  runId: string | null;
  nowMs: number;
  /** In [0, 1), for the choice of pods where that is ours. */
  random(): number;
}

/** One fault on one workload, whoever carries it out. */
export interface FaultRequest extends FaultTarget {
  fault: FaultSpec;
  mode: SelectorMode;
  /** Pods or percent, as the mode says; null for `one` and `all`. */
  value: number | null;
  durationMs: number;
}

/** Several faults, one after the other or together, which the chaos tool paces by itself. */
export interface WorkflowRequest extends FaultTarget {
  steps: readonly WorkflowStep[];
  /** Of steps that name none. */
  durationMs: number;
}

/** What is to be written. */
export interface FaultPlan {
  /** Of a workflow that of its first fault. */
  kind: FaultKind;
  provider: ChaosProviderName;
  /** In words, for example `network delay 300 ms on 1 pod`. */
  text: string;
  /** Pods that it may hit at the most. */
  affectedPods: number;
  /** Pods that were chosen, where that is ours; empty where the chaos tool chooses. */
  pods: readonly string[];
  /** In this order; each is a transaction of its own, and those that were done are taken back where a later one fails. */
  changes: readonly [ReversibleChange, ...ReversibleChange[]];
  /** Done is done: nothing is left to be taken back, as of a pod that was killed. */
  isInstant: boolean;
}

/**
 * Writes faults in the words of one tool, and reads nothing and sends nothing itself: what it plans goes through the
 * guard, and how a fault is doing is read off the watch (`RunningFault`).
 */
export interface ChaosProvider {
  readonly name: ChaosProviderName;
  readonly title: string;
  readonly kinds: readonly FaultKind[];
  /** Why it cannot be used in a cluster with these capabilities; null where it can. */
  missing(capabilities: readonly Capability[]): CoxswainError | null;
  /** @throws CoxswainError `capability-missing` or `config-invalid` where this fault cannot be done to this workload. */
  inject(request: FaultRequest): FaultPlan;
  /** @throws CoxswainError as `inject`, and `capability-missing` where the tool has no workflows. */
  injectWorkflow(request: WorkflowRequest): FaultPlan;
  /** What ends a fault of ours and leaves nothing behind; empty where nothing is to be done. */
  recover(fault: RunningFault): readonly ReversibleChange[];
  /** What is done where `recover` was sent and the fault has not gone in time: finalizers are cleaned by force. */
  forceRecovery(fault: RunningFault): readonly ReversibleChange[];
  /** What pauses or resumes a fault; null where this tool cannot. */
  pause(fault: RunningFault, paused: boolean): readonly ReversibleChange[] | null;
}
