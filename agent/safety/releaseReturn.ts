import type { ErrorInfo, ReleaseOperation, WorkloadRef } from '../protocol';
import type { ReversibleChange } from './change';

/** What brings all traffic of a release back to stable, without a look at anything else. */
export interface ReleaseReturn {
  release: WorkloadRef;
  /** `rollback` of a release that Coxswain moves, `abort` of a Rollout that it steers. */
  operation: Extract<ReleaseOperation, { kind: 'rollback' | 'abort' }>;
  /** Sent one after the other; the first of them moves the traffic. */
  changes: readonly ReversibleChange[];
}

export interface ReleasesReturned {
  /** Of each release whose traffic is on stable now, in words. */
  done: readonly string[];
  /** One for each that could not be. */
  failed: readonly ErrorInfo[];
}
