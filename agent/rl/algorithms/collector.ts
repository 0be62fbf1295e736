import type { NetworkSpec } from '../engine/network';
import type { Episode } from '../env/vectorEnv';
import type { NormaliserState } from '../policy/policyModel';
import type { SavedState } from '../savedState';

/** What actors need to collect with a policy as it is now. */
export interface CollectRequest {
  parameters: Float32Array;
  /** Of a Gaussian head, one for each number of the action; empty for the others. */
  logStandardDeviations: Float32Array;
  /** Null: observations are taken as they are. */
  normaliser: NormaliserState | null;
}

/**
 * `steps` steps of `envs` envs under one policy; index t·envs + i. Observations are raw, as the envs gave them. The
 * arrays are the collector's own, valid until it collects again.
 */
export interface Rollout {
  steps: number;
  envs: number;
  observations: Float32Array;
  /** × actionSize; before clipping to the space. */
  actions: Float32Array;
  logProbabilities: Float32Array;
  values: Float32Array;
  rewards: Float32Array;
  terminated: Uint8Array;
  truncated: Uint8Array;
  /** Value of the final observation where an episode was truncated and has not terminated, else 0. */
  truncationValues: Float32Array;
  /** envs: value of the observation after the last step. */
  lastValues: Float32Array;
  /** That have ended; by env, then in time. */
  episodes: readonly Episode[];
}

/**
 * Runs envs under a policy, here or on other threads. Random numbers of env i depend on (`seed`, i) alone, so the
 * result is the same bits for any number of workers.
 */
export interface Collector {
  readonly envs: number;
  /** @throws NumericError for NaN in an observation or a reward, and whatever an env throws */
  collect(request: CollectRequest): Promise<Rollout>;
  /** The envs as they are now; does not depend on how they are spread over workers. */
  save(): Promise<SavedState>;
  /** @throws CoxswainError `checkpoint-invalid` */
  restore(state: SavedState): Promise<void>;
  close(): Promise<void>;
}

/** How a collector is made; plain data, so that it can be sent to a worker. */
export interface CollectorSpec {
  /** Name and options of the env, see training/environments. */
  env: EnvSpec;
  network: NetworkSpec;
  /** Distribution of the policy tower. */
  head: 'categorical' | 'gaussian';
  engine: 'wasm' | 'js';
  envs: number;
  steps: number;
  seed: number;
}

/** An env by name, with options that its factory checks. */
export interface EnvSpec {
  name: string;
  options: Readonly<Record<string, unknown>>;
}
