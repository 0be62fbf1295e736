import type { Config } from '../../../config/schema';

/** What a managed release is planned by. */
export interface ManagedContext {
  /** Cluster time. */
  nowMs: number;
  config: Config;
}

/** The same for an operation that somebody wishes. */
export interface OperationContext extends ManagedContext {
  /** Who asks: a person, or `auto`. */
  by: string;
  /** For a new release: random, unique. */
  newId(): string;
}
