import type { ClusterSnapshot, Workload } from '../cluster/snapshot';
import type { WorkloadMetrics } from '../metrics/reading';
import type { Action, Health, OutcomeKind, Slo } from '../protocol';
import type { ReversibleChange } from '../safety/change';

/** All that a task may look at. */
export interface TaskInput {
  nowMs: number;
  workload: Workload;
  cluster: ClusterSnapshot;
  metrics: WorkloadMetrics;
  /** Cluster time of the last action on this workload by anybody's approval, or null. */
  lastActionAtMs: number | null;
  /** Since when the workload has not been healthy, or null. */
  unhealthySinceMs: number | null;
  /** Since when newly wanted replicas are on their way, or null once all have been ready. */
  growingSinceMs: number | null;
  /** The wanted number of replicas as people left it, without what Coxswain added. */
  baseReplicas: number;
  slo: Slo;
}

/** What there is to see of a workload under one contract, in its order. */
export interface Seen {
  /** Name of the contract. */
  spec: string;
  values: readonly number[];
}

/** The numbers a policy sees, under a named and versioned contract. */
export interface ObservationSpec {
  /** For example `heal/9`. */
  name: string;
  fields: readonly { name: string; unit: string; min: number; max: number; default: number }[];
}

export interface Assessment {
  health: Health;
  /** Why, in words; empty when healthy. */
  reason: string;
  /** By pod name; a pod that is not listed is unknown. */
  pods: ReadonlyMap<string, Health>;
  /** Something is wrong, or might be: worth looking at more often and from close by. */
  suspicious: boolean;
}

/** A task's view of the workload: the contract's numbers, and the facts that rules and people need. */
export type Observation<Facts> =
  | {
      kind: 'ready';
      spec: ObservationSpec;
      values: readonly number[];
      /** The same state under the task's other contracts. */
      others: readonly Seen[];
      facts: Facts;
      assessment: Assessment;
      warnings: readonly string[];
    }
  /** Nothing may be decided on this. */
  | { kind: 'no-data'; reason: string; assessment: Assessment; warnings: readonly string[] };

export type ReadyObservation<Facts> = Extract<Observation<Facts>, { kind: 'ready' }>;

export interface Decision {
  action: Action;
  reason: string;
  /** 0…1. */
  confidence: number;
  alternatives: readonly { text: string; confidence: number }[];
  contributions: readonly { name: string; value: number }[];
  /** Where it is not the observation's own numbers that it goes by. */
  seen?: Seen;
  /**
   * How unusual what a learned policy has seen is against its training, ≥ 0; above 1 it was as rare there as one in a
   * thousand. Absent for rules, and where nobody knows.
   */
  outOfDistribution?: number;
}

/** What can happen to a policy's proposal that a policy may want to remember. */
export type Feedback =
  | { kind: 'acted'; action: Action; atMs: number }
  | { kind: 'measured'; action: Action; outcome: OutcomeKind; atMs: number }
  | { kind: 'not-acted'; action: Action; atMs: number };

/** One policy instance steers one workload, so it may keep state between decisions. */
export interface Policy<Facts> {
  readonly name: string;
  readonly version: string;
  decide(observation: ReadyObservation<Facts>, nowMs: number): Decision;
  learn(feedback: Feedback): void;
}

export interface Reward {
  total: number;
  /** Addends by name. */
  terms: Readonly<Record<string, number>>;
}

/** Everything the loop needs of heal, scale or canary; it knows them by this interface alone. */
export interface Task<Facts> {
  readonly name: string;
  readonly spec: ObservationSpec;
  createPolicy(workloadId: string): Policy<Facts>;
  observe(input: TaskInput): Observation<Facts>;
  /** What became of a policy's wishes, for what the task itself remembers of a workload. */
  feedback(workloadId: string, feedback: Feedback): void;
  /** The workload is gone. */
  forget(workloadId: string): void;
  reward(observation: ReadyObservation<Facts>, action: Action): Reward;
  /** The write for an action, or why it cannot be made. */
  plan(action: Action, input: TaskInput): Plan;
  /** Compares the state some time after an action with the one before it. */
  measure(before: ReadyObservation<Facts>, after: ReadyObservation<Facts>, action: Action): Outcome;
}

export type Plan =
  | {
      kind: 'change';
      change: ReversibleChange;
      /** For people: two small YAML texts. */
      before: string;
      after: string;
      promise: string;
    }
  | { kind: 'impossible'; why: string };

export interface Outcome {
  kind: OutcomeKind;
  text: string;
}
