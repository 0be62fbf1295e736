import type { SavedState } from '../savedState';
import type { ActionSpace, BoxSpace } from './env';

/** An episode that has ended. */
export interface Episode {
  /** Index of its env, over all workers. */
  env: number;
  /** Undiscounted sum of rewards. */
  return: number;
  /** Steps. */
  length: number;
  terminated: boolean;
  info: Readonly<Record<string, number>>;
}

/**
 * Several envs that step together, and begin a new episode in the same step in which one ends (Gymnasium's
 * AutoresetMode.SAME_STEP). Everything is in arrays that live as long as the vector; stepping allocates nothing but
 * the record of an episode that has ended.
 *
 * Env i of n draws the seeds of its episodes from a generator seeded by (`seed`, i) alone, so that envs may be spread
 * over workers in any way without a change of the result.
 */
export interface VectorEnv {
  readonly count: number;
  readonly spec: string;
  readonly observationSpace: BoxSpace;
  readonly actionSpace: ActionSpace;
  /** count × fields: what to act on next. */
  readonly observations: Float32Array;
  /** Of the last step, by env. */
  readonly rewards: Float32Array;
  readonly terminated: Uint8Array;
  /** Never together with `terminated`, whatever the env says. */
  readonly truncated: Uint8Array;
  /** count × fields: the last observation of the episode, in rows where one has ended in the last step. */
  readonly finalObservations: Float32Array;
  /** @param actions count × actionSize. @throws NumericError with env, field and step for a NaN in observation or reward */
  step(actions: Float32Array): void;
  /** The episodes that have ended since the last call. */
  takeEpisodes(): Episode[];
  /** Generators, the seeds of the running episodes, and their actions so far: `restore` plays them again. */
  save(): SavedState;
  restore(state: SavedState): void;
}
