import type { Decision } from '../loop/task';
import type { ReleaseOperation, WorkloadRef } from '../protocol';
import type { ReversibleChange } from './change';

/**
 * A wish to do something to a release. Its changes are sent one after the other, each recorded before it is; where
 * one fails, those before it are taken back in reverse, as far as their inverses are safe.
 */
export interface ReleaseDraft {
  release: WorkloadRef;
  policy: { name: string; version: string };
  operation: ReleaseOperation;
  /** `action` of it is the operation. */
  decision: Decision;
  plan: ReleasePlan;
  /** What carries it; null where nothing was gathered. */
  evidence: ReleaseEvidenceFacts | null;
  /** A person asks for it, and has been told what speaks against it; null where the controller does. */
  orderedBy: string | null;
}

export interface ReleasePlan {
  changes: readonly ReversibleChange[];
  /** For people: two small YAML texts. */
  before: string;
  after: string;
  promise: string;
}

/** The evidence as the guard judges by it. */
export interface ReleaseEvidenceFacts {
  verdict: 'undecided' | 'harm' | 'safe' | 'limited';
  /** Requests of the canary since the start, and how many there have to be. */
  requests: number;
  minRequests: number;
  /** The most weight that it allows now, percent. */
  mostWeight: number;
  /** When the newest counts behind it were taken. */
  atMs: number;
  text: string;
}
