import type { ClusterChange } from '../cluster/snapshotStore';
import type { ParsedParams, Proposal, Result } from '../protocol';
import type { ReleaseReturn, ReleasesReturned } from '../safety/releaseReturn';

/** The releases of a connected cluster, as the session sees them; `agent/tasks/canary/live/` implements it. */
export interface ReleaseService {
  start(): void;
  clusterChanged(change: ClusterChange): void;
  proposalChanged(proposal: Proposal): void;
  configChanged(): void;
  /** Another policy sets the pace. */
  policySwitched(): void;
  operate(params: ParsedParams<'releaseOperation'>, by: string): Promise<Result<'releaseOperation'>>;
  setSteering(params: ParsedParams<'setReleaseSteering'>, by: string): Result<'setReleaseSteering'>;
  prepare(params: ParsedParams<'prepareCanary'>, by: string): Promise<Result<'prepareCanary'>>;
  checkSplit(params: ParsedParams<'checkSplit'>, by: string): Promise<Result<'checkSplit'>>;
  /** What an emergency has to send for that, as things are now. */
  returns(): readonly ReleaseReturn[];
  /** Whether it steers a release, by its id. */
  hasSay(id: string): boolean;
  /**
   * Emergency: the traffic of every release that Coxswain moves goes back to stable, and Rollouts that it steers are
   * aborted. Never throws: it reports. On its way when it returns.
   */
  stopAll(why: string, by: string): Promise<ReleasesReturned>;
  close(why: string): Promise<void>;
}
