import { RunningStatistics } from '../env/runningStatistics';
import type { SavedState } from '../savedState';
import type { Rollout } from './collector';
import { invalidState, requireArray } from './nestedState';

/** As in Stable-Baselines3's VecNormalize. */
const GREATEST_REWARD = 10;
const EPSILON = 1e-8;

/**
 * Divides rewards by the running standard deviation of the discounted return, so that values are of size 1 whatever
 * the unit of the reward; the mean stays, for it may be what is to be learned. After Stable-Baselines3's VecNormalize,
 * but all rewards of a rollout are divided by the same number, which knows that rollout already.
 */
export class PpoReturnScale {
  readonly #gamma: number;
  readonly #statistics = new RunningStatistics(1);
  /** By env: discounted sum of the rewards of the running episode so far. */
  readonly #running: Float64Array;
  readonly #returns: Float64Array;

  constructor(rollout: { steps: number; envs: number }, gamma: number) {
    this.#gamma = gamma;
    this.#running = new Float64Array(rollout.envs);
    this.#returns = new Float64Array(rollout.steps * rollout.envs);
  }

  /** @param scaled receives the rewards, steps × envs */
  scale(rollout: Rollout, scaled: Float32Array): void {
    this.#count(rollout);
    const deviation = Math.sqrt((this.#statistics.variance[0] as number) + EPSILON);
    for (let index = 0; index < scaled.length; index++) {
      const reward = (rollout.rewards[index] as number) / deviation;
      scaled[index] = Math.min(Math.max(reward, -GREATEST_REWARD), GREATEST_REWARD);
    }
  }

  save(): SavedState {
    const { mean, variance, count } = this.#statistics.toNormaliser(0);
    return { values: count, arrays: { mean, variance, running: this.#running.slice() } };
  }

  /** @throws CoxswainError `checkpoint-invalid` */
  restore(state: SavedState): void {
    if (typeof state.values !== 'number') throw invalidState('its statistics of the return are missing');
    this.#statistics.mean.set(requireArray(state, 'mean', Float64Array, 1));
    this.#statistics.variance.set(requireArray(state, 'variance', Float64Array, 1));
    this.#running.set(requireArray(state, 'running', Float64Array, this.#running.length));
    this.#statistics.count = state.values;
  }

  #count({ steps, envs, rewards, terminated, truncated }: Rollout): void {
    const running = this.#running;
    for (let step = 0, index = 0; step < steps; step++) {
      for (let env = 0; env < envs; env++, index++) {
        const discounted = this.#gamma * (running[env] as number) + (rewards[index] as number);
        this.#returns[index] = discounted;
        running[env] = terminated[index] === 1 || truncated[index] === 1 ? 0 : discounted;
      }
    }
    this.#statistics.update(this.#returns);
  }
}
