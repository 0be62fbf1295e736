import * as z from 'zod';
import { Random } from '../../sim/random';
import type { Engine, Network } from '../engine/network';
import { mixSeed } from '../env/mixSeed';
import { RunningStatistics } from '../env/runningStatistics';
import { NumericError } from '../numericError';
import type { PolicyContract } from '../policy/contract';
import type { SavedState } from '../savedState';
import type { Collector, CollectorSpec, EnvSpec, Rollout } from './collector';
import { createDistribution, type Distribution } from './distributions/distribution';
import { explainedVariance } from './explainedVariance';
import { estimateAdvantages } from './gae';
import type { Iteration, LearnedPolicy, Learner } from './learner';
import { invalidState, joinStates, requireArray, requirePart, splitState } from './nestedState';
import { ObservationInput } from './observationInput';
import type { PpoHyperparameters } from './ppoHyperparameters';
import { ppoNetwork } from './ppoNetwork';
import { PpoReturnScale } from './ppoReturnScale';
import { type PpoRates, PpoUpdate } from './ppoUpdate';
import { scheduledValue } from './schedules';
import { expectContract, frozenLayers, incompatible, initialiseFrom } from './transfer';
import { VectorAdam } from './vectorAdam';

/** Normalised observations are cut to ± this, as Stable-Baselines3's VecNormalize does. */
const NORMALISER_CLIP = 10;
/** Streams of random numbers beside those of the envs, which are numbered from 0. */
const INITIALISE = -1;
const LEARN = -2;

export interface PpoOptions {
  /** Made from `ppoCollectorSpec`. The learner closes it. */
  collector: Collector;
  /** What is learned. */
  env: PolicyContract;
  engine: Engine;
  hyperparameters: PpoHyperparameters;
  /** Over which the schedules run. */
  totalSteps: number;
  seed: number;
  /** What a fine-tuning begins with. */
  initialPolicy?: LearnedPolicy | null;
  /** Layers that stay as they are, see `frozenLayers`. */
  freeze?: readonly string[];
}

/** The collector that PPO needs: its policy, its number of envs and steps. */
export function ppoCollectorSpec(
  env: EnvSpec,
  contract: PolicyContract,
  {
    engine,
    seed,
    hyperparameters,
  }: Pick<CollectorSpec, 'engine' | 'seed'> & Pick<PpoOptions, 'hyperparameters'>,
): CollectorSpec {
  const { nEnvs, nSteps } = hyperparameters;
  const { head } = createDistribution(contract.actionSpace);
  const network = networkOf(contract, hyperparameters);
  return { env, network, head, engine, seed, envs: nEnvs, steps: nSteps };
}

/**
 * Proximal policy optimisation: Schulman et al. 2017, https://arxiv.org/abs/1707.06347, algorithm 1. An iteration
 * collects `nSteps` of `nEnvs` envs, estimates their advantages, and learns from them `nEpochs` times.
 *
 * @throws CoxswainError `model-incompatible` for the initial policy, `config-invalid` for layers to freeze
 */
export function createPpoLearner(options: PpoOptions): Learner {
  return new PpoLearner(options);
}

class PpoLearner implements Learner {
  readonly algorithm = 'ppo';
  readonly #options: PpoOptions;
  readonly #network: Network;
  readonly #distribution: Distribution;
  readonly #distributionAdam: VectorAdam;
  readonly #input: ObservationInput;
  readonly #returnScale: PpoReturnScale | null;
  readonly #update: PpoUpdate;
  readonly #random: Random;
  readonly #rewards: Float32Array;
  readonly #advantages: Float32Array;
  readonly #returns: Float32Array;
  #steps = 0;
  #epochs = 0;

  constructor(options: PpoOptions) {
    const { collector, env, engine, hyperparameters, seed, initialPolicy = null, freeze = [] } = options;
    const { nSteps, nEnvs, batchSize } = hyperparameters;
    const count = nSteps * nEnvs;
    if (collector.envs !== nEnvs) throw new RangeError(`a collector of ${collector.envs} envs, not ${nEnvs}`);
    this.#options = options;
    this.#distribution = createDistribution(env.actionSpace);
    this.#distributionAdam = new VectorAdam(this.#distribution.parameters.length);
    this.#network = engine.createNetwork(networkOf(env, hyperparameters), {
      maxRows: Math.min(batchSize, count),
      random: new Random(mixSeed(seed, INITIALISE)),
    });
    const frozen = this.#begin(initialPolicy, freeze);
    this.#input = new ObservationInput(statisticsFor(options), NORMALISER_CLIP);
    this.#returnScale = hyperparameters.normalizeReturns
      ? new PpoReturnScale({ steps: nSteps, envs: nEnvs }, hyperparameters.gamma)
      : null;
    this.#random = new Random(mixSeed(seed, LEARN));
    this.#update = new PpoUpdate(
      {
        network: this.#network,
        distribution: this.#distribution,
        distributionAdam: this.#distributionAdam,
        input: this.#input,
        frozenLayers: frozen,
        random: this.#random,
      },
      hyperparameters,
      count,
    );
    this.#rewards = new Float32Array(count);
    this.#advantages = new Float32Array(count);
    this.#returns = new Float32Array(count);
  }

  get steps(): number {
    return this.#steps;
  }

  async iterate(): Promise<Iteration> {
    try {
      const rollout = await this.#collect();
      return this.#learn(rollout);
    } catch (error) {
      if (!(error instanceof NumericError)) throw error;
      throw new NumericError(`iteration after env step ${this.#steps}: ${error.where}`, error.value);
    }
  }

  policy(): LearnedPolicy {
    const { spec, observationSpace, actionSpace } = this.#options.env;
    return {
      head: this.#distribution.head,
      network: this.#network.spec,
      parameters: this.#network.readParameters(),
      logStandardDeviations: [...this.#distribution.parameters],
      spec,
      observationSpace,
      actionSpace,
      normaliser: this.#normaliser(),
    };
  }

  async save(): Promise<SavedState> {
    const values: Saved = {
      steps: this.#steps,
      epochs: this.#epochs,
      random: this.#random.save(),
      statisticsCount: this.#input.statistics?.count ?? 0,
      networkAdamStep: this.#network.readOptimiser().step,
      distributionAdamStep: this.#distributionAdam.read().step,
    };
    return joinStates(values, {
      collector: await this.#options.collector.save(),
      policy: { values: null, arrays: this.#savePolicy() },
      ...(this.#returnScale && { returnScale: this.#returnScale.save() }),
    });
  }

  /** @throws CoxswainError `checkpoint-invalid` */
  async restore(state: SavedState): Promise<void> {
    const { values, parts } = splitState(state);
    const saved = Saved.safeParse(values);
    if (!saved.success) throw invalidState('it is not the state of a PPO');
    this.#restorePolicy(requirePart(parts, 'policy'), saved.data);
    this.#returnScale?.restore(requirePart(parts, 'returnScale'));
    await this.#options.collector.restore(requirePart(parts, 'collector'));
    this.#random.restore(saved.data.random);
    this.#steps = saved.data.steps;
    this.#epochs = saved.data.epochs;
  }

  async close(): Promise<void> {
    this.#network.dispose();
    await this.#options.collector.close();
  }

  /** @returns the layers that stay as they are */
  #begin(initialPolicy: LearnedPolicy | null, freeze: readonly string[]): ReadonlySet<string> {
    if (!initialPolicy) return frozenLayers(this.#network.spec, freeze);
    expectContract(initialPolicy, this.#options.env, this.#distribution.head);
    this.#distribution.parameters.set(initialPolicy.logStandardDeviations);
    return initialiseFrom(this.#network, initialPolicy, { freeze });
  }

  #collect(): Promise<Rollout> {
    return this.#options.collector.collect({
      parameters: this.#network.readParameters(),
      logStandardDeviations: this.#distribution.parameters.slice(),
      normaliser: this.#normaliser(),
    });
  }

  #learn(rollout: Rollout): Iteration {
    const { hyperparameters } = this.#options;
    const rates = this.#ratesNow();
    const rewards = this.#scaledRewards(rollout);
    estimateAdvantages({ ...rollout, rewards }, hyperparameters, this.#advantages, this.#returns);
    const count = this.#advantages.length;
    const batch = { ...rollout, count, advantages: this.#advantages, returns: this.#returns };
    const { epochs, metrics } = this.#update.run(batch, rates);
    // The statistics stay while a rollout is collected and learned from: the policy has acted by them.
    this.#input.statistics?.update(rollout.observations);
    this.#steps += count;
    this.#epochs += epochs;
    return {
      steps: this.#steps,
      episodes: rollout.episodes,
      metrics: {
        ...metrics,
        'train/explained_variance': explainedVariance(rollout.values, this.#returns),
        'train/learning_rate': rates.learningRate,
        'train/clip_range': rates.clipRange,
        'train/n_updates': this.#epochs,
        ...this.#spread(),
      },
    };
  }

  #scaledRewards(rollout: Rollout): Float32Array {
    if (!this.#returnScale) return rollout.rewards;
    this.#returnScale.scale(rollout, this.#rewards);
    return this.#rewards;
  }

  /** By the steps before the iteration, so that the first has the schedules' start. */
  #ratesNow(): PpoRates {
    const { hyperparameters, totalSteps } = this.#options;
    const progress = this.#steps / totalSteps;
    return {
      learningRate: scheduledValue(hyperparameters.learningRate, progress),
      clipRange: scheduledValue(hyperparameters.clipRange, progress),
      entCoef: scheduledValue(hyperparameters.entCoef, progress),
    };
  }

  /** The mean standard deviation of a Gaussian's numbers. */
  #spread(): Record<string, number> {
    const { parameters } = this.#distribution;
    if (parameters.length === 0) return {};
    return { 'train/std': parameters.reduce((sum, log) => sum + Math.exp(log), 0) / parameters.length };
  }

  #normaliser() {
    return this.#input.statistics?.toNormaliser(this.#input.clip) ?? null;
  }

  #savePolicy(): SavedState['arrays'] {
    const network = this.#network.readOptimiser();
    const distribution = this.#distributionAdam.read();
    const { mean, variance } = this.#normaliser() ?? {};
    return {
      network: this.#network.readParameters(),
      networkFirstMoment: network.firstMoment,
      networkSecondMoment: network.secondMoment,
      distribution: this.#distribution.parameters.slice(),
      distributionFirstMoment: distribution.firstMoment,
      distributionSecondMoment: distribution.secondMoment,
      ...(mean && variance && { mean, variance }),
    };
  }

  #restorePolicy(state: SavedState, saved: Saved): void {
    const floats = (name: string, of: { length: number }) =>
      requireArray(state, name, Float32Array, of.length);
    const network = { length: this.#network.parameterCount };
    const distribution = this.#distribution.parameters;
    this.#network.writeParameters(floats('network', network));
    this.#network.writeOptimiser({
      step: saved.networkAdamStep,
      firstMoment: floats('networkFirstMoment', network),
      secondMoment: floats('networkSecondMoment', network),
    });
    distribution.set(floats('distribution', distribution));
    this.#distributionAdam.write({
      step: saved.distributionAdamStep,
      firstMoment: floats('distributionFirstMoment', distribution),
      secondMoment: floats('distributionSecondMoment', distribution),
    });
    const { statistics } = this.#input;
    if (!statistics) return;
    statistics.mean.set(requireArray(state, 'mean', Float64Array, statistics.mean.length));
    statistics.variance.set(requireArray(state, 'variance', Float64Array, statistics.mean.length));
    statistics.count = saved.statisticsCount;
  }
}

const Saved = z.object({
  steps: z.number().int(),
  /** Times that any rollout was learned from. */
  epochs: z.number().int(),
  random: z.tuple([z.number(), z.number(), z.number(), z.number(), z.number().nullable()]).readonly(),
  statisticsCount: z.number(),
  networkAdamStep: z.number().int(),
  distributionAdamStep: z.number().int(),
});
type Saved = z.infer<typeof Saved>;

function networkOf({ observationSpace, actionSpace }: PolicyContract, hyperparameters: PpoHyperparameters) {
  const { outputs } = createDistribution(actionSpace);
  return ppoNetwork(observationSpace.fields.length, outputs, hyperparameters);
}

/** Of observations, begun with those that the initial policy has learned under. */
function statisticsFor({ env, hyperparameters, initialPolicy }: PpoOptions): RunningStatistics | null {
  const { normalizeObservations } = hyperparameters;
  if (initialPolicy && (initialPolicy.normaliser !== null) !== normalizeObservations) {
    throw incompatible(`normalizeObservations was ${!normalizeObservations} when it was learned`);
  }
  if (!normalizeObservations) return null;
  return initialPolicy?.normaliser
    ? RunningStatistics.from(initialPolicy.normaliser)
    : new RunningStatistics(env.observationSpace.fields.length);
}
