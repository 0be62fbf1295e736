import * as z from 'zod';
import { Random } from '../../sim/random';
import type { Engine, Matrix, Network } from '../engine/network';
import { mixSeed } from '../env/mixSeed';
import { RunningStatistics } from '../env/runningStatistics';
import type { SavedState } from '../savedState';
import type { Rollout } from './collector';
import { Gaussian } from './distributions/gaussian';
import { estimateAdvantages } from './gae';
import type { WeightRange } from './hybridHyperparameters';
import { invalidState, joinStates, requireArray, requirePart, splitState } from './nestedState';
import { ObservationInput } from './observationInput';
import type { PpoHyperparameters } from './ppoHyperparameters';
import { ppoNetwork } from './ppoNetwork';
import { PpoUpdate } from './ppoUpdate';
import { emptyRollout } from './rolloutArrays';
import { scheduledValue } from './schedules';
import { VectorAdam } from './vectorAdam';

/** Spread of the first choices, as a share of half the range. */
const FIRST_SPREAD = 0.5;
/** Numbers of the outer observation, in standard deviations, are cut to ± this; the outer reward too. */
const CLIP = 5;
/** Beside those of DQN. */
const TUNE = -3;

export interface WeightTunerOptions {
  ranges: readonly WeightRange[];
  /** Numbers of the outer observation. */
  observationSize: number;
  engine: Engine;
  hyperparameters: PpoHyperparameters;
  seed: number;
}

/**
 * PPO (Schulman et al. 2017, arXiv:1707.06347) with a Gaussian policy over reward weights. One of its steps is a choice
 * of weights and, a segment of training later, what the outer objective was. Everything is one endless episode.
 *
 * An action a of 0 is the initial weight and ±1 is half the range away from it:
 * weight = clip(initial + a · (max − min)/2, min, max).
 */
export class WeightTuner {
  /** The weights of now; the same array for ever. */
  readonly weights: Float32Array;
  readonly #ranges: readonly WeightRange[];
  readonly #settings: PpoHyperparameters;
  readonly #network: Network;
  readonly #gaussian: Gaussian;
  readonly #adam: VectorAdam;
  readonly #update: PpoUpdate;
  readonly #random: Random;
  readonly #input: ObservationInput;
  readonly #statistics: RunningStatistics;
  readonly #objectives = new RunningStatistics(1);
  readonly #rollout: Rollout;
  readonly #advantages: Float32Array;
  readonly #returns: Float32Array;
  /** Steps in the rollout that have their reward. */
  #filled = 0;
  #metrics: Readonly<Record<string, number>> = {};

  constructor({ ranges, observationSize, engine, hyperparameters, seed }: WeightTunerOptions) {
    const { nSteps, batchSize } = hyperparameters;
    this.weights = Float32Array.from(ranges, ({ initial }) => initial);
    this.#ranges = ranges;
    this.#settings = hyperparameters;
    this.#random = new Random(mixSeed(seed, TUNE));
    this.#network = engine.createNetwork(ppoNetwork(observationSize, ranges.length, hyperparameters), {
      maxRows: batchSize,
      random: this.#random,
    });
    this.#gaussian = new Gaussian(ranges.length);
    this.#gaussian.parameters.fill(Math.log(FIRST_SPREAD));
    this.#adam = new VectorAdam(ranges.length);
    this.#statistics = new RunningStatistics(observationSize);
    this.#input = new ObservationInput(this.#statistics, CLIP);
    this.#update = new PpoUpdate(
      {
        network: this.#network,
        distribution: this.#gaussian,
        distributionAdam: this.#adam,
        // What is stored has been normalised as it was when it was acted on.
        input: new ObservationInput(null, CLIP),
        frozenLayers: new Set(),
        random: this.#random,
      },
      hyperparameters,
      nSteps,
    );
    this.#rollout = emptyRollout({
      steps: nSteps,
      envs: 1,
      fields: observationSize,
      actionSize: ranges.length,
    });
    this.#advantages = new Float32Array(nSteps);
    this.#returns = new Float32Array(nSteps);
  }

  /** Draws new weights for what is observed, after learning from the last `nSteps` if they are complete. */
  choose(observation: Float32Array, progress: number): void {
    let value = this.#evaluate(observation);
    if (this.#filled === this.#settings.nSteps) {
      this.#learn(value, progress);
      value = this.#evaluate(observation);
    }
    const rollout = this.#rollout;
    const at = this.#filled;
    const fields = observation.length;
    const { input } = this.#network;
    for (let field = 0; field < fields; field++) {
      rollout.observations[at * fields + field] = input.values[field] as number;
    }
    const first = at * this.#ranges.length;
    this.#gaussian.sample(this.#means.values, 0, this.#random, rollout.actions, first);
    rollout.logProbabilities[at] = this.#gaussian.logProbability;
    rollout.values[at] = value;
    this.#apply(rollout.actions, first);
    this.#statistics.update(observation);
  }

  /** Takes the weights that the policy means, without its spread; nothing is learned from it. */
  settle(observation: Float32Array): void {
    this.#evaluate(observation);
    this.#apply(this.#means.values, 0);
  }

  /** What the outer objective was under the weights that `choose` has drawn. */
  reward(objective: number): void {
    this.#objectives.update(Float64Array.of(objective));
    const [mean = 0, variance = 0] = [this.#objectives.mean[0], this.#objectives.variance[0]];
    const standardised = (objective - mean) / Math.sqrt(variance + 1e-8);
    this.#rollout.rewards[this.#filled] = Math.min(Math.max(standardised, -CLIP), CLIP);
    this.#filled++;
  }

  /** Of the last update, by the names that PPO logs; once each. */
  takeMetrics(): Readonly<Record<string, number>> {
    const metrics = this.#metrics;
    this.#metrics = {};
    return metrics;
  }

  save(): SavedState {
    const { observations, actions, logProbabilities, values, rewards } = this.#rollout;
    const network = this.#network.readOptimiser();
    const gaussian = this.#adam.read();
    const saved: Saved = {
      filled: this.#filled,
      random: this.#random.save(),
      networkAdamStep: network.step,
      gaussianAdamStep: gaussian.step,
      observed: this.#statistics.count,
      rewarded: this.#objectives.count,
    };
    const { weights } = this;
    const rollout = { observations, actions, logProbabilities, values, rewards, weights };
    return joinStates(saved, {
      rollout: { values: null, arrays: copyOf(rollout) },
      policy: {
        values: null,
        arrays: {
          network: this.#network.readParameters(),
          networkFirst: network.firstMoment,
          networkSecond: network.secondMoment,
          gaussian: this.#gaussian.parameters.slice(),
          gaussianFirst: gaussian.firstMoment,
          gaussianSecond: gaussian.secondMoment,
        },
      },
      statistics: { values: null, arrays: copyOf(this.#statisticsArrays) },
    });
  }

  /** @throws CoxswainError `checkpoint-invalid` */
  restore(state: SavedState): void {
    const { values: own, parts } = splitState(state);
    const saved = Saved.safeParse(own);
    if (!saved.success) throw invalidState('it is not the state of a hybrid');
    const policy = requirePart(parts, 'policy');
    const floats = (name: string, length: number) => requireArray(policy, name, Float32Array, length);
    const { parameterCount } = this.#network;
    const terms = this.#ranges.length;
    this.#network.writeParameters(floats('network', parameterCount));
    this.#network.writeOptimiser({
      step: saved.data.networkAdamStep,
      firstMoment: floats('networkFirst', parameterCount),
      secondMoment: floats('networkSecond', parameterCount),
    });
    this.#gaussian.parameters.set(floats('gaussian', terms));
    this.#adam.write({
      step: saved.data.gaussianAdamStep,
      firstMoment: floats('gaussianFirst', terms),
      secondMoment: floats('gaussianSecond', terms),
    });
    const { observations, actions, logProbabilities, values, rewards } = this.#rollout;
    const rollout = { observations, actions, logProbabilities, values, rewards, weights: this.weights };
    for (const [name, array] of Object.entries(rollout))
      array.set(requireArray(requirePart(parts, 'rollout'), name, Float32Array, array.length));
    for (const [name, array] of Object.entries(this.#statisticsArrays))
      array.set(requireArray(requirePart(parts, 'statistics'), name, Float64Array, array.length));
    this.#statistics.count = saved.data.observed;
    this.#objectives.count = saved.data.rewarded;
    this.#filled = saved.data.filled;
    this.#random.restore(saved.data.random);
  }

  dispose(): void {
    this.#network.dispose();
  }

  get #means(): Matrix {
    return outputOf(this.#network, 0);
  }

  get #statisticsArrays() {
    return {
      mean: this.#statistics.mean,
      variance: this.#statistics.variance,
      objectiveMean: this.#objectives.mean,
      objectiveVariance: this.#objectives.variance,
    };
  }

  /** @returns the value of what is observed; the means are then in the policy's output */
  #evaluate(observation: Float32Array): number {
    this.#input.write(observation, 0, this.#network.input, 0);
    this.#network.forward(1);
    return outputOf(this.#network, 1).values[0] as number;
  }

  #apply(actions: Float32Array, offset: number): void {
    for (const [index, { initial, min, max }] of this.#ranges.entries()) {
      const weight = initial + ((actions[offset + index] as number) * (max - min)) / 2;
      this.weights[index] = Math.min(Math.max(weight, min), max);
    }
  }

  #learn(lastValue: number, progress: number): void {
    const { learningRate, clipRange, entCoef, nSteps } = this.#settings;
    this.#rollout.lastValues[0] = lastValue;
    estimateAdvantages(this.#rollout, this.#settings, this.#advantages, this.#returns);
    const { metrics } = this.#update.run(
      { ...this.#rollout, count: nSteps, advantages: this.#advantages, returns: this.#returns },
      {
        learningRate: scheduledValue(learningRate, progress),
        clipRange: scheduledValue(clipRange, progress),
        entCoef: scheduledValue(entCoef, progress),
      },
    );
    this.#metrics = metrics;
    this.#filled = 0;
  }
}

const Saved = z.object({
  filled: z.number().int(),
  random: z.tuple([z.number(), z.number(), z.number(), z.number(), z.number().nullable()]).readonly(),
  networkAdamStep: z.number().int(),
  gaussianAdamStep: z.number().int(),
  observed: z.number(),
  rewarded: z.number(),
});
type Saved = z.infer<typeof Saved>;

function copyOf<Kind extends Float32Array | Float64Array>(arrays: Readonly<Record<string, Kind>>) {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, array.slice()]));
}

function outputOf({ outputs }: Network, index: number): Matrix {
  const output = outputs[index];
  if (!output) throw new RangeError('the network lacks a tower for policy or value');
  return output;
}
