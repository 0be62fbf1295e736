import type { Rollout } from './collector';

/** What generalised advantage estimation needs of a rollout; index t·envs + i. */
export type ValuedRewards = Pick<
  Rollout,
  'steps' | 'envs' | 'rewards' | 'values' | 'terminated' | 'truncated' | 'truncationValues' | 'lastValues'
>;

/**
 * Generalised advantage estimation (Schulman et al. 2016, arXiv:1506.02438, equation 16), backwards in time:
 *
 *     δ_t = r_t + γ·V(s_{t+1}) − V(s_t)
 *     A_t = δ_t + γλ·A_{t+1}
 *
 * Where an episode ends, A_{t+1} belongs to another one and is left out. V(s_{t+1}) is then 0 if it has terminated,
 * and the value of its final observation if it was truncated: the time limit is no part of the task.
 *
 * @param advantages receives A, steps × envs
 * @param returns receives A + V, the target of the value function
 */
export function estimateAdvantages(
  rollout: ValuedRewards,
  { gamma, gaeLambda }: { gamma: number; gaeLambda: number },
  advantages: Float32Array,
  returns: Float32Array,
): void {
  const { steps, envs, rewards, values, terminated, truncated, truncationValues, lastValues } = rollout;
  for (let env = 0; env < envs; env++) {
    let advantage = 0;
    let nextValue = lastValues[env] as number;
    for (let index = (steps - 1) * envs + env; index >= 0; index -= envs) {
      if (terminated[index] === 1) {
        nextValue = advantage = 0;
      } else if (truncated[index] === 1) {
        nextValue = truncationValues[index] as number;
        advantage = 0;
      }
      const value = values[index] as number;
      const tdError = (rewards[index] as number) + gamma * nextValue - value;
      advantage = tdError + gamma * gaeLambda * advantage;
      advantages[index] = advantage;
      returns[index] = advantage + value;
      nextValue = value;
    }
  }
}
