import type { ClusterChange } from '../cluster/snapshotStore';
import type { ParsedParams, Proposal, Result, WorkloadState } from '../protocol';

/** The scaling side of a connected cluster, as the session sees it; `agent/tasks/scale/live/` implements it. */
export interface ScalingService {
  start(): void;
  clusterChanged(change: ClusterChange): void;
  proposalChanged(proposal: Proposal): void;
  /** New limits, another steering, another mode; what needs no take-over any more is handed back. */
  configChanged(): void;
  /** Another policy steers scaling. */
  policySwitched(): void;
  /** A workload as the views show it, with what scaling has to do with it. */
  shown(workload: WorkloadState): WorkloadState;
  takeOver(params: ParsedParams<'takeOver'>, by: string): Promise<Result<'takeOver'>>;
  handBack(params: ParsedParams<'handBack'>, by: string): Promise<Result<'handBack'>>;
  setScaling(params: ParsedParams<'setScaling'>, by: string): Promise<Result<'setScaling'>>;
  setViolationPrice(params: ParsedParams<'setViolationPrice'>, by: string): Result<'setViolationPrice'>;
  /** Hands back whatever was taken over. What has to be decided is decided before the first await. */
  close(why: string): Promise<void>;
}
