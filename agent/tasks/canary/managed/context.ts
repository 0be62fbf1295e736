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
  /** The person whose word counts for it, whatever the evidence says; absent or null where that has to carry it. */
  orderedBy?: string | null;
  /** For a new release: random, unique. */
  newId(): string;
}
