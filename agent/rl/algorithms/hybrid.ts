import * as z from 'zod';
import { CoxswainError } from '../../protocol';
import type { Engine } from '../engine/network';
import type { Env } from '../env/env';
import { hasRewardTerms, type RewardTermsEnv } from '../env/rewardTerms';
import { createVectorEnv } from '../env/syncVectorEnv';
import type { SavedState } from '../savedState';
import { createDqnLearner, type DqnLearner } from './dqn';
import type { HybridHyperparameters, WeightRange } from './hybridHyperparameters';
import type { Iteration, LearnedPolicy, Learner } from './learner';
import { invalidState, joinStates, requirePart, splitState } from './nestedState';
import { SegmentMeter } from './segmentMeter';
import { WeightTuner } from './weightTuner';

/** From this share of the training on the weights stay: the policy that is kept has learned under one set of them. */
const SETTLED_FROM = 0.9;
/** Numbers of the outer observation besides two for each term. */
const GENERAL_FIELDS = 3;

export interface HybridOptions {
  /** Makes one of `dqn.nEnvs` envs alike, whose reward has terms; see `RewardTermsEnv`. */
  createEnv: () => Env;
  engine: Engine;
  hyperparameters: HybridHyperparameters;
  /** Over which the schedules run. */
  totalSteps: number;
  seed: number;
  initialPolicy?: LearnedPolicy | null;
  freeze?: readonly string[];
}

/**
 * The hybrid of seed 001: DQN takes the discrete decisions, and PPO tunes the continuous weights of the reward that DQN
 * learns from, by an outer objective that does not depend on them (service levels and cost).
 *
 * One outer step, which is one `iterate`:
 * 1. The tuner (a Gaussian PPO actor) observes the last segment: progress of the training, the objective per env step
 *    and its change, the mean of each reward term, and the weights as they were, each in standard deviations. It draws
 *    weights within their bounds.
 * 2. DQN trains for `segmentSteps` env steps on the reward Σ weightᵢ · termᵢ. Its replay buffer keeps terms, not
 *    rewards: when the weights change, everything in the buffer is seen under the new ones at once, which is possible
 *    because the next state does not depend on the reward. Stored rewards would mix several goals in one Q-function,
 *    and forgetting the buffer would waste most of the experience.
 * 3. The tuner's reward is the mean objective per env step of the segment, standardised by the segments so far. What
 *    DQN explores is in it: all choices of weights suffer from that alike.
 *
 * After each `ppo.nSteps` segments the tuner learns (GAE, clipped surrogate), with a discount, for what DQN learns in a
 * segment stays with it in the next. In the last tenth of the training the weights are the tuner's means and stay.
 * Episodes report the outer objective as their return, so that curves can be compared with those of other weights.
 *
 * @throws CoxswainError `config-invalid` where the env's reward has no terms, or one without a weight
 */
export function createHybridLearner(options: HybridOptions): Learner {
  return new HybridLearner(options);
}

class HybridLearner implements Learner {
  readonly algorithm = 'hybrid';
  readonly #settings: HybridHyperparameters;
  readonly #totalSteps: number;
  readonly #terms: readonly string[];
  readonly #dqn: DqnLearner;
  readonly #tuner: WeightTuner;
  readonly #meter: SegmentMeter;
  readonly #observation: Float32Array;
  #lastObjective = 0;

  constructor(options: HybridOptions) {
    const { createEnv, hyperparameters, initialPolicy = null, freeze = [], ...common } = options;
    const { dqn, ppo, rewardWeights } = hyperparameters;
    this.#settings = hyperparameters;
    this.#totalSteps = common.totalSteps;
    this.#terms = withTerms(createEnv()).rewardTerms;
    this.#observation = new Float32Array(GENERAL_FIELDS + 2 * this.#terms.length);
    this.#meter = new SegmentMeter(dqn.nEnvs, this.#terms.length);
    this.#tuner = new WeightTuner({
      ranges: rangesOf(this.#terms, rewardWeights),
      observationSize: this.#observation.length,
      engine: common.engine,
      hyperparameters: ppo,
      seed: common.seed,
    });
    let made = 0;
    const envs = createVectorEnv(() => this.#meter.measure(withTerms(createEnv()), made++), {
      count: dqn.nEnvs,
      seed: common.seed,
    });
    const reward = { terms: this.#meter.stepTerms, weights: this.#tuner.weights };
    this.#dqn = createDqnLearner({ ...common, envs, hyperparameters: dqn, reward, initialPolicy, freeze });
  }

  get steps(): number {
    return this.#dqn.steps;
  }

  async iterate(): Promise<Iteration> {
    const progress = this.steps / this.#totalSteps;
    const isSettled = progress >= SETTLED_FROM;
    this.#observe(progress);
    if (isSettled) this.#tuner.settle(this.#observation);
    else this.#tuner.choose(this.#observation, progress);
    this.#lastObjective = this.#meter.objective;
    this.#meter.begin();
    const iteration = this.#dqn.advance(this.#settings.segmentSteps);
    if (!isSettled) this.#tuner.reward(this.#meter.objective);
    return { ...iteration, metrics: { ...iteration.metrics, ...this.#metrics() } };
  }

  /** DQN’s. */
  policy(): LearnedPolicy {
    return this.#dqn.policy();
  }

  async save(options: { replay: boolean }): Promise<SavedState> {
    const values: Saved = { lastObjective: this.#lastObjective };
    return joinStates(values, {
      dqn: await this.#dqn.save(options),
      tuner: this.#tuner.save(),
      meter: this.#meter.save(),
    });
  }

  async restore(state: SavedState): Promise<void> {
    const { values, parts } = splitState(state);
    const saved = Saved.safeParse(values);
    if (!saved.success) throw invalidState('it is not the state of a hybrid');
    await this.#dqn.restore(requirePart(parts, 'dqn'));
    this.#tuner.restore(requirePart(parts, 'tuner'));
    // After the envs, which have played their episodes again and were measured doing so.
    this.#meter.restore(requirePart(parts, 'meter'));
    this.#lastObjective = saved.data.lastObjective;
  }

  async close(): Promise<void> {
    this.#tuner.dispose();
    await this.#dqn.close();
  }

  /** The tuner’s observation: how the last segment was. */
  #observe(progress: number): void {
    const { objective } = this.#meter;
    const means = this.#terms.map((_, term) => this.#meter.termMean(term));
    this.#observation.set([
      progress,
      objective,
      objective - this.#lastObjective,
      ...means,
      ...this.#tuner.weights,
    ]);
  }

  #metrics(): Record<string, number> {
    const weights = this.#terms.map((name, term): [string, number] => [
      `hybrid/weight_${name}`,
      this.#tuner.weights[term] as number,
    ]);
    const update = Object.entries(this.#tuner.takeMetrics()).map(([name, value]): [string, number] => [
      name.replace('train/', 'hybrid/'),
      value,
    ]);
    return { 'hybrid/objective': this.#meter.objective, ...Object.fromEntries([...weights, ...update]) };
  }
}

const Saved = z.object({ lastObjective: z.number() });
type Saved = z.infer<typeof Saved>;

function withTerms(env: Env): RewardTermsEnv {
  if (hasRewardTerms(env)) return env;
  throw new CoxswainError(
    'config-invalid',
    `The hybrid tunes the weights of a reward’s terms, and the reward of ${env.spec} has none`,
    'Train with DQN or PPO, or choose another env.',
  );
}

/** In the order of the terms. */
function rangesOf(
  terms: readonly string[],
  weights: Readonly<Record<string, WeightRange>>,
): readonly WeightRange[] {
  const unknown = Object.keys(weights).find((name) => !terms.includes(name));
  if (unknown !== undefined) throw invalidWeights(`the reward has no term "${unknown}"`, terms);
  return terms.map((name) => {
    const range = weights[name];
    if (!range) throw invalidWeights(`the reward’s term "${name}" has no weight`, terms);
    return range;
  });
}

function invalidWeights(why: string, terms: readonly string[]): CoxswainError {
  return new CoxswainError(
    'config-invalid',
    `The hybrid’s rewardWeights do not fit the env: ${why}`,
    `Give initial, min and max for each of ${terms.join(', ')}.`,
  );
}
