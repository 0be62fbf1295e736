import { weightedSum } from '../env/rewardTerms';
import { type ReplayBuffer, TERMINATED, TRUNCATED } from './replayBuffer';

export interface NStepOptions {
  /** n ≥ 1. */
  nStep: number;
  gamma: number;
  rewardScale: number;
}

/** An n-step return without its bootstrap: the target is `return + discount · value(bootstrapRow)`. */
export interface NStepReturn {
  /** Σ γᵏ · rewardₖ over k < m, scaled. */
  return: number;
  /** γᵐ, and 0 where the episode terminated: nothing comes after. */
  discount: number;
  /** The row whose observation is bootstrapped from. */
  bootstrapRow: number;
}

/**
 * The n-step return from a transition on (Sutton 1988; for DQN Hessel et al. 2018, arXiv:1710.02298). It takes m < n
 * rewards where the episode ends before, or where the newest row is reached: an episode that was truncated, or still
 * goes on, is bootstrapped from its last observation.
 *
 * Computed when a transition is drawn and not when it is stored, so that `weights` may have changed since.
 *
 * @param result where it is written
 */
export function nStepReturn(
  replay: ReplayBuffer,
  row: number,
  weights: Float32Array,
  { nStep, gamma, rewardScale }: NStepOptions,
  result: NStepReturn,
): void {
  let sum = 0;
  let discount = 1;
  let at = row;
  for (let step = 0; step < nStep && !replay.isPresent(at); step++) {
    sum += discount * weightedSum(weights, replay.terms, at * replay.rewardTerms);
    discount *= gamma;
    const kind = replay.kinds[at];
    at = replay.next(at);
    if (kind === TERMINATED) discount = 0;
    if (kind === TERMINATED || kind === TRUNCATED) break;
  }
  result.return = rewardScale * sum;
  result.discount = discount;
  result.bootstrapRow = at;
}
