import type { Random } from '../../sim/random';
import type { SavedState } from '../savedState';
import { requireArray } from './nestedState';

/** What a row is: nothing that can be drawn, or a transition by how it goes on. */
const EMPTY = 0;
export const CONTINUES = 1;
export const TERMINATED = 2;
export const TRUNCATED = 3;
/** The last observation of a truncated episode: bootstrapped from, never drawn. */
const FINAL = 4;

export interface ReplayShape {
  /** Transitions over all envs. */
  capacity: number;
  envs: number;
  /** Numbers in an observation. */
  fields: number;
  /** Numbers that a reward is weighted from; 1 for a plain reward. */
  rewardTerms: number;
}

/** A step of all envs, as `VectorEnv` leaves it. */
export interface ReplayStep {
  /** Indices of a discrete space below 256, by env. */
  readonly actions: Float32Array;
  /** envs × rewardTerms. */
  readonly terms: Float32Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  readonly finalObservations: Float32Array;
  /** What the envs begin their next step with. */
  readonly observations: Float32Array;
}

/** Told when a row becomes a transition that can be drawn, and when it is one no more. */
export type RowListener = (row: number, isTransition: boolean) => void;

/**
 * Transitions for experience replay (Lin 1992; Mnih et al. 2015, https://doi.org/10.1038/nature14236).
 *
 * Each env has a ring of rows in the order of time. A row holds an observation, and what was done and gained in it;
 * the next observation is the next row's, so that each is stored once. A terminated episode needs no next one. A
 * truncated one gets a row of its own for its last observation, and that costs one transition of the capacity.
 * The newest row holds the present observation, in which nothing has been done yet.
 *
 * 100,000 transitions with 12 numbers are 5.4 MB, with 36 numbers 15.0 MB.
 */
export class ReplayBuffer {
  readonly rows: number;
  readonly fields: number;
  readonly rewardTerms: number;
  /** rows × fields. */
  readonly observations: Float32Array;
  readonly actions: Uint8Array;
  /** rows × rewardTerms. Terms and not rewards, so that what was seen under other weights can be learned from. */
  readonly terms: Float32Array;
  readonly kinds: Uint8Array;
  readonly #envs: number;
  readonly #rowsPerEnv: number;
  /** By env, the row of its present observation. */
  readonly #heads: Int32Array;
  /** Rows of the fullest ring that have been used. */
  #used = 1;
  #size = 0;
  #listener: RowListener = () => {};

  constructor({ capacity, envs, fields, rewardTerms }: ReplayShape) {
    // One more for the present observation.
    this.#rowsPerEnv = Math.ceil(capacity / envs) + 1;
    this.#envs = envs;
    this.rows = this.#rowsPerEnv * envs;
    this.fields = fields;
    this.rewardTerms = rewardTerms;
    this.observations = new Float32Array(this.rows * fields);
    this.actions = new Uint8Array(this.rows);
    this.terms = new Float32Array(this.rows * rewardTerms);
    this.kinds = new Uint8Array(this.rows);
    this.#heads = new Int32Array(envs);
  }

  /** Transitions that can be drawn. */
  get size(): number {
    return this.#size;
  }

  /** Of all arrays. */
  get byteLength(): number {
    return [this.observations, this.actions, this.terms, this.kinds, this.#heads].reduce(
      (sum, { byteLength }) => sum + byteLength,
      0,
    );
  }

  /** One listener, from now on. */
  listen(listener: RowListener): void {
    this.#listener = listener;
  }

  /** Empties the buffer; these are the present observations. */
  begin(observations: Float32Array): void {
    for (let row = 0; row < this.rows; row++) this.#mark(row, EMPTY);
    this.#used = 1;
    for (let env = 0; env < this.#envs; env++) {
      this.#heads[env] = env * this.#rowsPerEnv;
      this.#observe(env, observations);
    }
  }

  /** Stores a step of all envs. Allocates nothing. */
  add(step: ReplayStep): void {
    for (let env = 0; env < this.#envs; env++) this.#addOne(env, step);
  }

  /** The row after this one in its env's time. */
  next(row: number): number {
    const after = row + 1;
    return after % this.#rowsPerEnv === 0 ? after - this.#rowsPerEnv : after;
  }

  isTransition(row: number): boolean {
    const kind = this.kinds[row];
    return kind === CONTINUES || kind === TERMINATED || kind === TRUNCATED;
  }

  /** Whether the row holds an observation and nothing done in it yet. */
  isPresent(row: number): boolean {
    return this.kinds[row] === EMPTY;
  }

  /** A transition, each as likely as every other. @throws RangeError where there is none */
  draw(random: Random): number {
    if (this.#size === 0) throw new RangeError('an empty replay buffer has nothing to draw');
    for (;;) {
      const drawn = random.below(this.#envs * this.#used);
      const env = Math.floor(drawn / this.#used);
      const row = env * this.#rowsPerEnv + (drawn % this.#used);
      if (this.isTransition(row)) return row;
    }
  }

  save(): SavedState {
    return {
      values: null,
      arrays: {
        observations: this.observations.slice(),
        actions: this.actions.slice(),
        terms: this.terms.slice(),
        kinds: this.kinds.slice(),
        heads: this.#heads.slice(),
      },
    };
  }

  /** Does not tell the listener. @throws CoxswainError `checkpoint-invalid` for one of another shape */
  restore(state: SavedState): void {
    this.observations.set(requireArray(state, 'observations', Float32Array, this.observations.length));
    this.actions.set(requireArray(state, 'actions', Uint8Array, this.rows));
    this.terms.set(requireArray(state, 'terms', Float32Array, this.terms.length));
    this.kinds.set(requireArray(state, 'kinds', Uint8Array, this.rows));
    this.#heads.set(requireArray(state, 'heads', Int32Array, this.#envs));
    this.#size = 0;
    this.#used = 1;
    for (let row = 0; row < this.rows; row++) {
      if (this.isTransition(row)) this.#size++;
      if (this.kinds[row] !== EMPTY) this.#use(row);
    }
    for (const head of this.#heads) this.#use(head);
  }

  #use(row: number): void {
    this.#used = Math.max(this.#used, (row % this.#rowsPerEnv) + 1);
  }

  #addOne(env: number, step: ReplayStep): void {
    const row = this.#heads[env] as number;
    this.actions[row] = step.actions[env] as number;
    for (let term = 0; term < this.rewardTerms; term++) {
      this.terms[row * this.rewardTerms + term] = step.terms[env * this.rewardTerms + term] as number;
    }
    const isTruncated = step.truncated[env] === 1 && step.terminated[env] === 0;
    this.#advance(env);
    this.#mark(row, step.terminated[env] === 1 ? TERMINATED : isTruncated ? TRUNCATED : CONTINUES);
    if (isTruncated) {
      this.#observe(env, step.finalObservations);
      const final = this.#heads[env] as number;
      this.#advance(env);
      this.#mark(final, FINAL);
    }
    this.#observe(env, step.observations);
  }

  /** Makes the next row the present one; the oldest transition goes where the ring is full. */
  #advance(env: number): void {
    const head = this.next(this.#heads[env] as number);
    this.#heads[env] = head;
    this.#use(head);
    this.#mark(head, EMPTY);
  }

  #observe(env: number, observations: Float32Array): void {
    const to = (this.#heads[env] as number) * this.fields;
    const from = env * this.fields;
    for (let field = 0; field < this.fields; field++) {
      this.observations[to + field] = observations[from + field] as number;
    }
  }

  #mark(row: number, kind: number): void {
    const before = this.isTransition(row);
    this.kinds[row] = kind;
    const after = this.isTransition(row);
    if (before === after) return;
    this.#size += after ? 1 : -1;
    this.#listener(row, after);
  }
}
