import { CoxswainError, type ErrorInfo, fromErrorInfo } from '../protocol';
import type { CollectorSpec, CollectRequest, Rollout } from '../rl/algorithms/collector';
import { NumericError } from '../rl/numericError';
import type { SavedState } from '../rl/savedState';

/** A worker's envs among those of the collector. */
export interface EnvRange {
  first: number;
  count: number;
}

/** What a worker is started with. */
export interface RolloutTask {
  spec: CollectorSpec;
  envs: EnvRange;
  /** Where its envs go on; null: at the beginning. */
  state: SavedState | null;
}

/** From the pool: collect once. */
export interface RolloutJob {
  request: CollectRequest;
  /** Arrays of the job before, to be filled again; null: the worker makes new ones. */
  spare: Rollout | null;
}

/** From the worker: one at its start, and one for each job. */
export type RolloutReply =
  | { kind: 'ready'; state: SavedState }
  | { kind: 'collected'; rollout: Rollout; state: SavedState }
  /** The env or its input is to blame: doing it again would end the same way. */
  | { kind: 'failed'; failure: Failure };

/** An error that can be sent. */
export type Failure =
  | { kind: 'numeric'; where: string; value: number }
  | { kind: 'coxswain'; info: ErrorInfo }
  | { kind: 'other'; name: string; message: string; stack: string };

export function toFailure(error: unknown): Failure {
  if (error instanceof NumericError) return { kind: 'numeric', where: error.where, value: error.value };
  if (error instanceof CoxswainError) return { kind: 'coxswain', info: error.toInfo() };
  if (!(error instanceof Error)) return { kind: 'other', name: 'Error', message: String(error), stack: '' };
  const { name, message, stack = '' } = error;
  return { kind: 'other', name, message, stack };
}

export function fromFailure(failure: Failure): Error {
  switch (failure.kind) {
    case 'numeric':
      return new NumericError(failure.where, failure.value);
    case 'coxswain':
      return fromErrorInfo(failure.info);
    case 'other': {
      const { name, message, stack } = failure;
      return Object.assign(new Error(message), { name, stack });
    }
  }
}
