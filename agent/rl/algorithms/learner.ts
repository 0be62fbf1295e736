import type { Episode } from '../env/vectorEnv';
import type { PolicyModel } from '../policy/policyModel';
import type { SavedState } from '../savedState';

export type AlgorithmName = 'dqn' | 'ppo' | 'hybrid';

/** One round of collecting and learning. */
export interface Iteration {
  /** Env steps since the beginning, over all envs. */
  steps: number;
  episodes: readonly Episode[];
  /**
   * By the names that Stable-Baselines3 logs: `train/loss`, `train/policy_gradient_loss`, `train/value_loss`,
   * `train/entropy_loss`, `train/approx_kl`, `train/clip_fraction`, `train/explained_variance`,
   * `train/learning_rate`, `rollout/exploration_rate`, …
   */
  metrics: Readonly<Record<string, number>>;
}

/** An algorithm in the middle of its training; steps one round at a time, so that it can be watched and stopped. */
export interface Learner {
  readonly algorithm: AlgorithmName;
  readonly steps: number;
  /** @throws NumericError whose message names the step */
  iterate(): Promise<Iteration>;
  /** The policy as it is now, to act with and to store. A copy. */
  policy(): LearnedPolicy;
  /** @param replay whether the replay buffer is in it. Without it a resumed DQN begins with an empty buffer. */
  save(options: { replay: boolean }): Promise<SavedState>;
  restore(state: SavedState): Promise<void>;
  close(): Promise<void>;
}

/** What an algorithm knows of a policy; where it came from is added by whoever stores it. */
export type LearnedPolicy = Omit<PolicyModel, 'provenance'>;
