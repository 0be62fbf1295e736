import { power } from '../../sim/power';
import type { Random } from '../../sim/random';
import type { SavedState } from '../savedState';
import { requireArray } from './nestedState';
import type { ReplayBuffer } from './replayBuffer';
import { SumTree } from './sumTree';

/** Which transitions a gradient step learns from. */
export interface ReplaySampler {
  /**
   * Fills `rows` with transitions and `weights` with the factors of their losses.
   *
   * @param progress of the training, 0…1
   */
  sample(rows: Int32Array, weights: Float32Array, progress: number, random: Random): void;
  /** What the rows were learned with. */
  learned(rows: Int32Array, tdErrors: Float32Array): void;
  save(): SavedState;
  restore(state: SavedState): void;
  readonly byteLength: number;
}

export interface PrioritisedReplayOptions {
  /** α: how much priorities count; 0 is uniform. */
  prioritizedAlpha: number;
  /** β at the beginning: how much of the bias is corrected. It rises to 1 in the end. */
  prioritizedBeta0: number;
}

/** Added to each error's size, so that everything stays possible. */
const LEAST_ERROR = 1e-6;

/** Each transition is as likely as every other. */
export function uniformReplay(replay: ReplayBuffer): ReplaySampler {
  return {
    sample(rows, weights, _progress, random) {
      for (let index = 0; index < rows.length; index++) rows[index] = replay.draw(random);
      weights.fill(1);
    },
    learned() {},
    save: () => ({ values: null, arrays: {} }),
    restore() {},
    byteLength: 0,
  };
}

/**
 * Prioritised experience replay, the proportional variant (Schaul et al. 2016, https://arxiv.org/abs/1511.05952).
 *
 * Transition i is drawn with the probability P(i) = pᵢ^α ⁄ Σ p^α of its priority pᵢ = |δᵢ| + 1e-6, one from each of
 * k equal parts of the sum. The bias of that is corrected by the weight (N · P(i))^−β, divided by the greatest of the
 * batch so that weights only ever make a step smaller. A new transition gets the greatest priority seen so far.
 */
export class PrioritisedReplay implements ReplaySampler {
  readonly #replay: ReplayBuffer;
  readonly #options: PrioritisedReplayOptions;
  /** pᵢ^α by row, 0 for rows that hold no transition. */
  readonly #tree: SumTree;
  #greatest = 1;

  /** Listens to the buffer from now on; it has to be empty. */
  constructor(replay: ReplayBuffer, options: PrioritisedReplayOptions) {
    this.#replay = replay;
    this.#options = options;
    this.#tree = new SumTree(replay.rows);
    replay.listen((row, isTransition) => this.#tree.set(row, isTransition ? this.#greatest : 0));
  }

  get byteLength(): number {
    return this.#tree.byteLength;
  }

  sample(rows: Int32Array, weights: Float32Array, progress: number, random: Random): void {
    const { total } = this.#tree;
    if (!(total > 0)) throw new RangeError('an empty replay buffer has nothing to draw');
    const part = total / rows.length;
    for (let index = 0; index < rows.length; index++) {
      rows[index] = this.#tree.find(Math.min((index + random.uniform()) * part, total));
    }
    this.#weigh(rows, weights, progress);
  }

  learned(rows: Int32Array, tdErrors: Float32Array): void {
    for (let index = 0; index < rows.length; index++) {
      const error = Math.abs(tdErrors[index] as number);
      const priority = power(error + LEAST_ERROR, this.#options.prioritizedAlpha);
      this.#greatest = Math.max(this.#greatest, priority);
      this.#tree.set(rows[index] as number, priority);
    }
  }

  save(): SavedState {
    const priorities = Float64Array.from({ length: this.#replay.rows }, (_, row) => this.#tree.get(row));
    return { values: null, arrays: { priorities, greatest: Float64Array.of(this.#greatest) } };
  }

  restore(state: SavedState): void {
    const priorities = requireArray(state, 'priorities', Float64Array, this.#replay.rows);
    this.#greatest = requireArray(state, 'greatest', Float64Array, 1)[0] as number;
    for (const [row, priority] of priorities.entries()) this.#tree.set(row, priority);
  }

  #weigh(rows: Int32Array, weights: Float32Array, progress: number): void {
    const { prioritizedBeta0 } = this.#options;
    const beta = prioritizedBeta0 + (1 - prioritizedBeta0) * Math.min(1, progress);
    const mean = this.#tree.total / this.#replay.size;
    let greatest = 0;
    for (let index = 0; index < rows.length; index++) {
      // N · P(i) is the priority over the mean priority.
      weights[index] = power(this.#tree.get(rows[index] as number) / mean, -beta);
      greatest = Math.max(greatest, weights[index] as number);
    }
    for (let index = 0; index < rows.length; index++) weights[index] = (weights[index] as number) / greatest;
  }
}
