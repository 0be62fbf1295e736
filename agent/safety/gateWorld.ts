import type { ChaosProvider } from '../chaos/providers/provider';
import type { Clock } from '../clock';
import type { ClusterSnapshot, RunningFault } from '../cluster/snapshot';
import type { Config } from '../config/schema';
import type { Journal } from '../journal/journal';
import type {
  ChaosProviderName,
  Control,
  DataState,
  ErrorInfo,
  Mode,
  Permission,
  Proposal,
} from '../protocol';
import type { Charge } from './keeper/charge';
import type { ReleaseReturn } from './releaseReturn';
import type { ClusterWriter } from './writer';

/** Who puts right what this process has taken over or done when it dies. */
export interface Keeper {
  /** Resolves once it knows of it: only then may it be done. Throws CoxswainError where it cannot be had. */
  hold(charge: Charge): Promise<void>;
  /** It is again what it was. Also of one that was never held. */
  release(charge: Pick<Charge, 'kind' | 'resource'>): void;
}

/** Everything that the gate needs of the rest of the agent. Asked anew for each judgement, so that all is current. */
export interface GateWorld {
  readonly clock: Clock;
  /** Wall time for what has to be over soon, ms from any origin. */
  monotonicMs(): number;
  readonly journal: Pick<Journal, 'append' | 'query'>;
  config(): Config;
  snapshot(): ClusterSnapshot;
  dataState(workloadId: string): DataState;
  /** Milliseconds of cluster time since the watches last heard of the namespace; null where they never did. */
  watchAgeMs(namespace: string): number | null;
  permissions(): readonly Permission[];
  /** The road to the connected cluster; null without a connection. */
  writer(): ClusterWriter | null;
  /** The id of the workload that a fault hits. */
  faultWorkload(fault: RunningFault): string;
  /** Whether the workload has an open incident. */
  hasIncident(workloadId: string): boolean;
  /** What brings the traffic of the releases under way back to stable: those that Coxswain moves, or steers. */
  releaseReturns(): readonly ReleaseReturn[];
  /** Whether Coxswain steers a release, by its id: only then may its canary be taken away without a person. */
  hasSay(releaseId: string): boolean;
  /** Who knows how faults of a tool are ended. */
  provider(name: ChaosProviderName): Pick<ChaosProvider, 'recover' | 'forceRecovery' | 'pause'>;
  /** Random for each process: what is noted on an autoscaler is signed with it. */
  readonly agentId: string;
  readonly keeper: Keeper;
  /** A fault cannot be ended, though everything was tried. */
  onFaultStuck(error: ErrorInfo): void;
  /** An id that no other run of the agent makes, for example a random UUID. */
  newId(): string;
  onProposal(proposal: Proposal): void;
  onMode(mode: Mode): void;
  onControl(control: Control): void;
}
