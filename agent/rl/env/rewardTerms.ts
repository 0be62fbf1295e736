import type { Env, EnvAction, StepResult } from './env';

/**
 * An env whose reward is a weighted sum of named terms, `Σ weightᵢ · termᵢ`, so that the weights can be tuned. A term
 * is oriented as a reward, greater is better: penalties are negative numbers, and weights are magnitudes ≥ 0.
 */
export interface RewardTermsEnv extends Env {
  /** Names, for example `latency`, `resource`, `thrashing`, `stability`. */
  readonly rewardTerms: readonly string[];
  /** The terms of the last step, unweighted; one per name. The env's own, valid until the next `reset` or `step`. */
  readonly terms: Float32Array;
  /**
   * What the last step was worth by the outer objective, whatever the weights are; greater is better. For scaling the
   * negative cost: pods, violated service levels, scaling actions. Valid until the next `reset` or `step`.
   */
  readonly objective: number;
}

/** @param weights one per reward term; read at every step, so that they may change between steps */
export function weightedReward(env: RewardTermsEnv, weights: Float32Array): Env {
  const { rewardTerms } = env;
  if (weights.length !== rewardTerms.length)
    throw new RangeError(`${weights.length} weights for ${rewardTerms.length} reward terms (${rewardTerms})`);
  return new RewardedBy(env, () => weightedSum(weights, env.terms, 0));
}

/**
 * The outer objective as the reward, so that returns can be compared whatever the weights are.
 *
 * @param onStep gets what each step was worth, before the env can be reset: a vector of envs does that in the same step
 * in which an episode ends, and the env's own terms do not outlast it
 */
export function objectiveReward(
  env: RewardTermsEnv,
  onStep: (terms: Float32Array, objective: number) => void,
): Env {
  return new RewardedBy(env, () => {
    onStep(env.terms, env.objective);
    return env.objective;
  });
}

export function hasRewardTerms(env: Env): env is RewardTermsEnv {
  return 'rewardTerms' in env && 'terms' in env && 'objective' in env;
}

/** `Σ weightᵢ · termᵢ` of the terms that begin at `offset`. */
export function weightedSum(weights: Float32Array, terms: Float32Array, offset: number): number {
  let sum = 0;
  for (let index = 0; index < weights.length; index++) {
    sum += (weights[index] as number) * (terms[offset + index] as number);
  }
  return sum;
}

class RewardedBy implements Env {
  readonly spec: string;
  readonly observationSpace: Env['observationSpace'];
  readonly actionSpace: Env['actionSpace'];
  readonly observation: Float32Array;
  readonly #env: Env;
  readonly #reward: () => number;
  readonly #result: StepResult = { reward: 0, terminated: false, truncated: false };

  /** @param reward of the step that `env` has just done */
  constructor(env: Env, reward: () => number) {
    this.spec = env.spec;
    this.observationSpace = env.observationSpace;
    this.actionSpace = env.actionSpace;
    this.observation = env.observation;
    this.#env = env;
    this.#reward = reward;
  }

  reset(seed: number): void {
    this.#env.reset(seed);
  }

  step(action: EnvAction): StepResult {
    const { terminated, truncated } = this.#env.step(action);
    this.#result.reward = this.#reward();
    this.#result.terminated = terminated;
    this.#result.truncated = truncated;
    return this.#result;
  }

  info(): Readonly<Record<string, number>> {
    return this.#env.info();
  }
}
