import type { Clock } from '../clock';
import type { ClusterSnapshot } from '../cluster/snapshot';
import type { Config } from '../config/schema';
import type { MetricsCollector } from '../metrics/reading';
import type { Change, ErrorInfo, Fault, JournalEvent, Proposal, WorkloadRef } from '../protocol';
import type { ReplicasLeft } from '../safety/addedReplicas';
import type { Decision, Outcome, Plan, Task } from './task';

/** A decision on its way to the guard. */
export interface ProposalDraft {
  workload: WorkloadRef;
  task: string;
  policy: { name: string; version: string };
  decision: Decision;
  plan: Extract<Plan, { kind: 'change' }>;
}

/** The guard and what is behind it, as the loop sees it: it can propose and report, never write. */
export interface Proposer {
  /** Judged at once; where the verdict is allow it also acts. The returned proposal carries verdict and state. */
  propose(draft: ProposalDraft): Promise<Proposal>;
  /** Takes back what still waits for a person on this workload; of this task alone where one is named. */
  withdraw(workloadId: string, why: string, task?: string): void;
  recordOutcome(proposalId: string, outcome: Outcome): Promise<void>;
}

/** Everything the loop needs from the outside. */
export interface LoopPorts<Facts> {
  clock: Clock;
  /** Wall time for measuring how long a decision takes, ms. */
  monotonicMs(): number;
  config(): Config;
  snapshot(): ClusterSnapshot;
  /** Cluster milliseconds since the watches last heard of the namespace; infinite where they never did. */
  watchAgeMs(namespace: string): number;
  metrics: MetricsCollector;
  task: Task<Facts>;
  proposer: Proposer;
  /** The replicas of a workload as this or an earlier run has left them; null where none has scaled it. */
  replicasLeft(workloadId: string): ReplicasLeft | null;
  /** The fault that may explain what is wrong with the workload. */
  faultBehind(workloadId: string): Fault | null;
  record(event: JournalEvent): void;
  publish(change: Change): void;
  /** What cannot even be recorded. */
  onError(error: ErrorInfo): void;
}
