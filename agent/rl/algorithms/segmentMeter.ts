import type { Env } from '../env/env';
import { objectiveReward, type RewardTermsEnv } from '../env/rewardTerms';
import type { SavedState } from '../savedState';
import { requireArray } from './nestedState';

/** What a segment of training was like by the outer objective and the reward terms, over all env steps in it. */
export class SegmentMeter {
  /** envs × terms, of the last step. */
  readonly stepTerms: Float32Array;
  readonly #terms: number;
  /** Env steps, sum of the objective, sum of each term. */
  readonly #sums: Float64Array;

  constructor(envs: number, terms: number) {
    this.stepTerms = new Float32Array(envs * terms);
    this.#terms = terms;
    this.#sums = new Float64Array(2 + terms);
  }

  /** The env, measured, with the outer objective as its reward. @param index of the env */
  measure(env: RewardTermsEnv, index: number): Env {
    const stepTerms = this.stepTerms.subarray(index * this.#terms, (index + 1) * this.#terms);
    return objectiveReward(env, (terms, objective) => {
      stepTerms.set(terms);
      this.#add(1, 0);
      this.#add(objective, 1);
      for (let term = 0; term < this.#terms; term++) this.#add(terms[term] as number, 2 + term);
    });
  }

  begin(): void {
    this.#sums.fill(0);
  }

  /** Mean of an env step; 0 before the first. */
  get objective(): number {
    return this.#mean(1);
  }

  termMean(term: number): number {
    return this.#mean(2 + term);
  }

  save(): SavedState {
    return { values: null, arrays: { sums: this.#sums.slice() } };
  }

  /** @throws CoxswainError `checkpoint-invalid` */
  restore(state: SavedState): void {
    this.#sums.set(requireArray(state, 'sums', Float64Array, this.#sums.length));
  }

  #add(value: number, to: number): void {
    this.#sums[to] = (this.#sums[to] as number) + value;
  }

  #mean(of: number): number {
    const [steps = 0] = this.#sums;
    return steps === 0 ? 0 : (this.#sums[of] as number) / steps;
  }
}
