import type { Matrix } from '../engine/network';
import { argmax } from './argmax';

/** What transitions have gained, by index in the batch; see `nStepReturn`. */
export interface Returns {
  readonly returns: Float32Array;
  /** 0 where the episode terminated. */
  readonly discounts: Float32Array;
}

/**
 * What Q-values are drawn to:  y = R + γᵐ · Q_evaluating(s′, argmaxₐ Q_selecting(s′, a)).
 *
 * With the target network for both it is DQN's (Mnih et al. 2015), which takes the greatest of noisy estimates and so
 * overestimates. With the online network to select it is double DQN's (van Hasselt et al. 2016,
 * https://arxiv.org/abs/1509.06461).
 *
 * @param selecting Q-values of the bootstrap observations, one row per transition
 * @param targets where they are written
 */
export function tdTargets(
  { returns, discounts }: Returns,
  selecting: Matrix,
  evaluating: Matrix,
  targets: Float32Array,
): void {
  for (let row = 0; row < targets.length; row++) {
    const value = evaluating.values[row * evaluating.stride + argmax(selecting, row)] as number;
    targets[row] = (returns[row] as number) + (discounts[row] as number) * value;
  }
}
