/** One number that an observation or an action carries, under its contract. */
export interface Field {
  name: string;
  /** For people, for example `seconds` or `share of limit`. */
  unit: string;
  /** Infinite where it is not bounded. */
  min: number;
  max: number;
}

/** One of `labels.length` choices; an action is the index of its label. */
export interface DiscreteSpace {
  kind: 'discrete';
  labels: readonly string[];
}

/** A vector with one number per field. */
export interface BoxSpace {
  kind: 'box';
  fields: readonly Field[];
}

export type ActionSpace = DiscreteSpace | BoxSpace;

/** An index of a discrete space, or a vector of a box. */
export type EnvAction = number | Float32Array;

export interface StepResult {
  reward: number;
  /** The episode has ended by itself: nothing comes after, its value is 0. */
  terminated: boolean;
  /** The episode was cut off, by a time limit say: what would have come is still worth something. */
  truncated: boolean;
}

/**
 * A task to learn, after Gymnasium (https://gymnasium.farama.org/api/env/), with `step` and `reset` that allocate
 * nothing. An episode is a pure function of its seed and its actions; checkpoints and dead workers rely on it.
 */
export interface Env {
  /** The contract of the observation, named and versioned, for example `scale/36`. Stored in each policy. */
  readonly spec: string;
  readonly observationSpace: BoxSpace;
  readonly actionSpace: ActionSpace;
  /** The env's own, filled by `reset` and `step`, valid until the next of them. Length: the number of fields. */
  readonly observation: Float32Array;
  /** Begins an episode. @param seed a whole number in [0, 2³²) */
  reset(seed: number): void;
  /** @returns an object of the env's own, valid until the next call. @throws RangeError for an action out of range */
  step(action: EnvAction): StepResult;
  /** What the episode was like so far, by name, for logs: costs, violations, actions. Allocates. */
  info(): Readonly<Record<string, number>>;
}

/** Vectors of envs draw the seeds of their episodes below; what a policy is judged on it has not been trained on. */
export const FIRST_HELD_OUT_SEED = 2 ** 31;

/** How many numbers an action of the space takes: 1 for an index. */
export function actionSize(space: ActionSpace): number {
  return space.kind === 'discrete' ? 1 : space.fields.length;
}
