import * as z from 'zod';
import { CoxswainError } from '../../protocol';
import { Random } from '../../sim/random';
import type { Engine, Network } from '../engine/network';
import { mixSeed } from '../env/mixSeed';
import { RunningStatistics } from '../env/runningStatistics';
import type { VectorEnv } from '../env/vectorEnv';
import { namingStep } from '../numericError';
import type { SavedState } from '../savedState';
import { argmax } from './argmax';
import type { DqnHyperparameters } from './dqnHyperparameters';
import { dqnNetwork } from './dqnNetwork';
import { DqnUpdate } from './dqnUpdate';
import { explorationRate } from './explorationSchedule';
import type { Iteration, LearnedPolicy, Learner } from './learner';
import { invalidState, joinStates, requirePart, splitState } from './nestedState';
import { ObservationInput } from './observationInput';
import { PrioritisedReplay, type ReplaySampler, uniformReplay } from './prioritisedReplay';
import { ReplayBuffer, type ReplayStep } from './replayBuffer';
import { restoreNetworks, saveNetworks, type TrainedNetworks } from './trainedNetworks';
import { expectContract, frozenLayers, incompatible, initialiseFrom } from './transfer';
import { uniformInitialisation } from './uniformInitialisation';

/** Env steps of one `iterate`: short enough to be watched and stopped, a third of a second with the defaults. */
const ITERATION_STEPS = 1000;
/** Normalised observations are cut to ± this, as Stable-Baselines3's VecNormalize does. */
const NORMALISER_CLIP = 10;
/** Streams of random numbers beside those of the envs, which are numbered from 0. */
const INITIALISE = -1;
const LEARN = -2;

export interface DqnOptions {
  /** With a discrete action space. */
  envs: VectorEnv;
  engine: Engine;
  hyperparameters: DqnHyperparameters;
  /** Over which the schedules run. */
  totalSteps: number;
  seed: number;
  /** What a fine-tuning begins with. */
  initialPolicy?: LearnedPolicy | null;
  /** Layers that stay as they are, see `frozenLayers`. */
  freeze?: readonly string[];
  /** What the reward is weighted from; the envs' own reward where absent. */
  reward?: WeightedTerms;
}

export interface WeightedTerms {
  /** envs × terms, as the last step has left them. */
  terms: Float32Array;
  /** One per term; may change at any time, and then counts for what is in the replay buffer too. */
  weights: Float32Array;
}

/**
 * DQN: Mnih et al. 2015, https://doi.org/10.1038/nature14236, with double Q-learning (van Hasselt et al. 2016,
 * arXiv:1509.06461), n-step returns and prioritised replay as options.
 *
 * It steps its envs on its own thread and uses no worker pool: with the defaults there is a gradient step of over a
 * millisecond for every four env steps of a microsecond each, so that envs on other threads would save nothing.
 */
export function createDqnLearner(options: DqnOptions): DqnLearner {
  return new DqnLearner(options);
}

export class DqnLearner implements Learner {
  readonly algorithm = 'dqn';
  readonly replay: ReplayBuffer;
  readonly #envs: VectorEnv;
  readonly #settings: DqnHyperparameters;
  readonly #totalSteps: number;
  readonly #online: Network;
  readonly #target: Network;
  readonly #input: ObservationInput;
  readonly #sampler: ReplaySampler;
  readonly #update: DqnUpdate;
  readonly #random: Random;
  readonly #actions: Float32Array;
  readonly #replayStep: ReplayStep;
  #steps = 0;
  #updates = 0;
  /** Env steps when the replay buffer was empty. */
  #replayBegan = 0;

  constructor(options: DqnOptions) {
    const { envs, engine, hyperparameters, totalSteps, seed, initialPolicy = null, freeze = [] } = options;
    const { terms, weights } = options.reward ?? { terms: envs.rewards, weights: Float32Array.of(1) };
    this.#envs = envs;
    this.#settings = hyperparameters;
    this.#totalSteps = totalSteps;
    this.#random = new Random(mixSeed(seed, LEARN));
    this.#input = new ObservationInput(statisticsFor(envs, hyperparameters, initialPolicy), NORMALISER_CLIP);

    const fields = envs.observationSpace.fields.length;
    const spec = dqnNetwork(fields, actionCount(envs), hyperparameters);
    const maxRows = Math.max(hyperparameters.batchSize, envs.count);
    this.#online = engine.createNetwork(spec, { maxRows, random: null });
    this.#target = engine.createNetwork(spec, { maxRows, random: null });
    this.#online.writeParameters(uniformInitialisation(spec, new Random(mixSeed(seed, INITIALISE))));
    if (initialPolicy) expectContract(initialPolicy, envs, 'q-values');
    const frozen = initialPolicy
      ? initialiseFrom(this.#online, initialPolicy, { freeze })
      : frozenLayers(spec, freeze);
    this.#target.blendParameters(this.#online, 1);

    const capacity = hyperparameters.bufferSize;
    this.replay = new ReplayBuffer({ capacity, envs: envs.count, fields, rewardTerms: weights.length });
    this.replay.begin(envs.observations);
    this.#input.statistics?.update(envs.observations);
    this.#sampler = hyperparameters.prioritized
      ? new PrioritisedReplay(this.replay, hyperparameters)
      : uniformReplay(this.replay);
    this.#actions = new Float32Array(envs.count);
    const { terminated, truncated, finalObservations, observations } = envs;
    this.#replayStep = {
      actions: this.#actions,
      terms,
      terminated,
      truncated,
      finalObservations,
      observations,
    };
    this.#update = new DqnUpdate(
      {
        online: this.#online,
        target: this.#target,
        replay: this.replay,
        sampler: this.#sampler,
        input: this.#input,
        rewardWeights: weights,
        frozenLayers: frozen,
        random: this.#random,
      },
      hyperparameters,
    );
  }

  get steps(): number {
    return this.#steps;
  }

  async iterate(): Promise<Iteration> {
    return this.advance(ITERATION_STEPS);
  }

  /** At least `steps` env steps, with the gradient steps that belong to them. @throws NumericError */
  advance(steps: number): Iteration {
    const end = this.#steps + steps;
    const where = () => `env step ${this.#steps}, gradient step ${this.#updates}`;
    namingStep(where, () => {
      while (this.#steps < end) this.#step();
    });
    const metrics = {
      'rollout/exploration_rate': explorationRate(this.#progress, this.#settings),
      ...this.#update.takeMetrics(),
      'train/n_updates': this.#updates,
    };
    return { steps: this.#steps, episodes: this.#envs.takeEpisodes(), metrics };
  }

  policy(): LearnedPolicy {
    const { spec, observationSpace, actionSpace } = this.#envs;
    return {
      head: 'q-values',
      network: this.#online.spec,
      parameters: this.#online.readParameters(),
      logStandardDeviations: [],
      spec,
      observationSpace,
      actionSpace,
      normaliser: this.#input.statistics?.toNormaliser(this.#input.clip) ?? null,
    };
  }

  /** Goes on from other parameters, an average of several learners' say; the optimiser begins anew. */
  adoptParameters(parameters: Float32Array): void {
    this.#online.writeParameters(parameters);
    this.#target.blendParameters(this.#online, 1);
    const zeros = new Float32Array(this.#online.parameterCount);
    this.#online.writeOptimiser({ step: 0, firstMoment: zeros, secondMoment: zeros });
  }

  async save({ replay }: { replay: boolean }): Promise<SavedState> {
    const values: Saved = {
      steps: this.#steps,
      updates: this.#updates,
      replayBegan: this.#replayBegan,
      random: this.#random.save(),
    };
    const replayParts = replay ? { replay: this.replay.save(), sampler: this.#sampler.save() } : {};
    return joinStates(values, {
      envs: this.#envs.save(),
      networks: saveNetworks(this.#networks),
      ...replayParts,
    });
  }

  /** @throws CoxswainError `checkpoint-invalid` */
  async restore(state: SavedState): Promise<void> {
    const { values, parts } = splitState(state);
    const saved = Saved.safeParse(values);
    if (!saved.success) throw invalidState('it is not the state of a DQN');
    this.#envs.restore(requirePart(parts, 'envs'));
    restoreNetworks(this.#networks, requirePart(parts, 'networks'));
    this.#steps = saved.data.steps;
    this.#updates = saved.data.updates;
    this.#random.restore(saved.data.random);
    this.#restoreReplay(parts, saved.data);
  }

  async close(): Promise<void> {
    this.#online.dispose();
    this.#target.dispose();
  }

  get #networks(): TrainedNetworks {
    return { online: this.#online, target: this.#target, statistics: this.#input.statistics };
  }

  get #progress(): number {
    return this.#steps / this.#totalSteps;
  }

  /** One step of all envs, and the learning that is due after it. */
  #step(): void {
    const { trainFreq, targetUpdateInterval, tau } = this.#settings;
    const { count } = this.#envs;
    this.#act();
    this.#envs.step(this.#actions);
    this.replay.add(this.#replayStep);
    this.#input.statistics?.update(this.#envs.observations);
    const before = this.#steps;
    this.#steps += count;
    if (crosses(before, this.#steps, targetUpdateInterval)) this.#target.blendParameters(this.#online, tau);
    if ((this.#steps / count) % trainFreq === 0) this.#learn();
  }

  /** ε-greedy; at random until learning starts. */
  #act(): void {
    const { learningStarts } = this.#settings;
    const choices = this.#online.outputs[0]?.columns ?? 0;
    const epsilon = this.#steps < learningStarts ? 1 : explorationRate(this.#progress, this.#settings);
    let greedy = 0;
    for (let env = 0; env < this.#envs.count; env++) {
      const explores = this.#random.uniform() < epsilon;
      this.#actions[env] = explores ? this.#random.below(choices) : -1;
      if (!explores) greedy++;
    }
    if (greedy > 0) this.#actGreedily();
  }

  /** Where no action has been chosen yet. */
  #actGreedily(): void {
    const [q] = this.#online.outputs;
    if (!q) return;
    const { count, observations } = this.#envs;
    for (let env = 0; env < count; env++) this.#input.write(observations, env, this.#online.input, env);
    this.#online.forward(count);
    for (let env = 0; env < count; env++) {
      if (this.#actions[env] === -1) this.#actions[env] = argmax(q, env);
    }
  }

  #learn(): void {
    const { learningStarts, gradientSteps, trainFreq } = this.#settings;
    const seen = this.#steps - this.#replayBegan;
    if (seen <= learningStarts || this.replay.size === 0) return;
    const rounds = gradientSteps === -1 ? trainFreq * this.#envs.count : gradientSteps;
    for (let round = 0; round < rounds; round++) {
      this.#update.step(this.#progress);
      this.#updates++;
    }
  }

  /** Without a saved one the buffer begins anew and is filled by the policy before learning goes on. */
  #restoreReplay(parts: Readonly<Record<string, SavedState>>, { steps, replayBegan }: Saved): void {
    if (!parts.replay) {
      this.#replayBegan = steps;
      this.replay.begin(this.#envs.observations);
      return;
    }
    this.#replayBegan = replayBegan;
    this.replay.restore(parts.replay);
    this.#sampler.restore(requirePart(parts, 'sampler'));
  }
}

const Saved = z.object({
  steps: z.number().int(),
  updates: z.number().int(),
  replayBegan: z.number().int(),
  random: z.tuple([z.number(), z.number(), z.number(), z.number(), z.number().nullable()]).readonly(),
});
type Saved = z.infer<typeof Saved>;

/** Whether a multiple of `interval` lies in (before, after]. */
function crosses(before: number, after: number, interval: number): boolean {
  return Math.floor(after / interval) > Math.floor(before / interval);
}

function actionCount({ actionSpace }: VectorEnv): number {
  if (actionSpace.kind === 'discrete' && actionSpace.labels.length <= 256) return actionSpace.labels.length;
  throw new CoxswainError(
    'config-invalid',
    'DQN chooses among at most 256 actions, and the env takes numbers or more of them',
    'Train with PPO, or choose another env.',
  );
}

/** Of observations, begun with those that the initial policy has learned under. */
function statisticsFor(
  { observationSpace }: VectorEnv,
  { normalizeObservations }: DqnHyperparameters,
  initialPolicy: LearnedPolicy | null,
): RunningStatistics | null {
  if (initialPolicy && (initialPolicy.normaliser !== null) !== normalizeObservations) {
    throw incompatible(`normalizeObservations was ${!normalizeObservations} when it was learned`);
  }
  if (!normalizeObservations) return null;
  return initialPolicy?.normaliser
    ? RunningStatistics.from(initialPolicy.normaliser)
    : new RunningStatistics(observationSpace.fields.length);
}
