import type { Clock } from '../../../clock';
import type { Autoscaler, ClusterSnapshot, Workload } from '../../../cluster/snapshot';
import type { Config } from '../../../config/schema';
import type { ProposalDraft, Proposer } from '../../../loop/ports';
import type { LoadRound } from '../../../metrics/collector';
import type { LoadMetrics } from '../../../metrics/loadReadings';
import type {
  Calibration,
  Change,
  Control,
  ErrorInfo,
  JournalEvent,
  Mode,
  Proposal,
  ScalingSteering,
} from '../../../protocol';
import type { HandBackForDead } from '../../../safety/handover/afterDeath';
import type { ScaleWitness } from '../witness';
import type { NotedBreaker } from './keptBreaker';
import type { LearnedScale } from './policies/learnedScale';
import type { ScaleLook, ScaleWish } from './policies/policy';

/** The gate, as the scaler sees it: it proposes, reports and hands back, and never writes. */
export interface ScalingGate extends Proposer {
  readonly mode: Mode;
  readonly control: Control;
  /** A person agrees. @throws CoxswainError `guard-denied` … */
  approve(proposalId: string, by: string): Promise<Proposal>;
  /** Whether it is this process that hands an autoscaler back, or has a moment ago. @param shown as it was before */
  gaveBack(shown: Autoscaler): boolean;
  /** In any mode. @returns what was done, in words @throws CoxswainError where something is not handed back */
  handBack(workloadId: string, why: string, by: string): Promise<string>;
}

/** Everything that the scaler needs from the outside. */
export interface ScalerPorts {
  clock: Clock;
  /** Wall time for measuring how long a decision takes, ms. */
  monotonicMs(): number;
  config(): Config;
  snapshot(): ClusterSnapshot;
  /** Cluster milliseconds since the watches last heard of the namespace; infinite where they never did. */
  watchAgeMs(namespace: string): number;
  load(workload: Workload, round: LoadRound, signal?: AbortSignal): Promise<LoadMetrics>;
  gate: ScalingGate;
  /** What this process signs its handovers with. */
  agentId: string;
  hasIncident(workloadId: string): boolean;
  /** Name of a fault that runs on the workload; null without one. */
  faultOn(workloadId: string): string | null;
  /** The learned policy that steers in place of the config's rule, or null. */
  learned(): LearnedScale | null;
  /** A stored version that decides beside it. @throws CoxswainError where it cannot */
  loadPolicy(version: string): Promise<LearnedScale>;
  /** Set where the last that became of the workload's autoscaler is that it was handed back for an agent that died. */
  handedBackForDead(workloadId: string): HandBackForDead | null;
  /** What an earlier run, or this one, has noted of the workload's circuit breaker; null for nothing. */
  notedBreaker(workload: Pick<Workload, 'ref' | 'uid'>): NotedBreaker | null;
  /** Learns from what is seen and done; null where nothing does. */
  witness: ScaleWitness | null;
  /** The latest of the workload. */
  calibration(workloadId: string): Calibration | undefined;
  record(event: JournalEvent): void;
  publish(change: Change): void;
  onError(error: ErrorInfo): void;
}

/** What the part that acts needs besides. */
export interface HelmPorts extends ScalerPorts {
  /** What is wanted of the workload. */
  wanted(): ScalingSteering;
  /** A person, or an approved proposal, wants something else; null: the config counts again. */
  want(steering: ScalingSteering | null): void;
  policy(): Proposal['policy'];
  /** A wish that is more than a thought: for the journal. */
  decided(look: ScaleLook, wish: ScaleWish, draft: ProposalDraft): void;
}
