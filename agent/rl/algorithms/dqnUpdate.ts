import type { Random } from '../../sim/random';
import type { AdamOptions, Network } from '../engine/network';
import { NumericError } from '../numericError';
import type { DqnHyperparameters } from './dqnHyperparameters';
import { tdTargets } from './dqnTarget';
import { huber, huberGradient } from './huber';
import { type NStepReturn, nStepReturn } from './nStep';
import type { ObservationInput } from './observationInput';
import type { ReplaySampler } from './prioritisedReplay';
import type { ReplayBuffer } from './replayBuffer';
import { scheduledValue } from './schedules';

export interface DqnUpdateParts {
  online: Network;
  target: Network;
  replay: ReplayBuffer;
  sampler: ReplaySampler;
  input: ObservationInput;
  /** One per reward term; read at every step. */
  rewardWeights: Float32Array;
  frozenLayers: ReadonlySet<string>;
  random: Random;
}

/** DQN's gradient step on a batch from the replay buffer. A step allocates nothing. */
export class DqnUpdate {
  readonly #parts: DqnUpdateParts;
  readonly #settings: DqnHyperparameters;
  readonly #adam: AdamOptions;
  readonly #rows: Int32Array;
  /** Factors of the losses, from prioritised replay. */
  readonly #weights: Float32Array;
  readonly #gains: { returns: Float32Array; discounts: Float32Array };
  readonly #targets: Float32Array;
  readonly #tdErrors: Float32Array;
  readonly #nStep: NStepReturn = { return: 0, discount: 0, bootstrapRow: 0 };
  readonly #sums = { updates: 0, loss: 0, q: 0, tdError: 0, gradNorm: 0 };

  constructor(parts: DqnUpdateParts, settings: DqnHyperparameters) {
    const { batchSize, maxGradNorm, adamEpsilon } = settings;
    this.#parts = parts;
    this.#settings = settings;
    const { frozenLayers } = parts;
    this.#adam = { learningRate: 0, maxGradNorm, epsilon: adamEpsilon, frozenLayers };
    this.#rows = new Int32Array(batchSize);
    this.#weights = new Float32Array(batchSize);
    this.#gains = { returns: new Float32Array(batchSize), discounts: new Float32Array(batchSize) };
    this.#targets = new Float32Array(batchSize);
    this.#tdErrors = new Float32Array(batchSize);
  }

  /** @param progress of the training, 0…1 @throws NumericError */
  step(progress: number): void {
    const { online, sampler, random } = this.#parts;
    const { batchSize, learningRate } = this.#settings;
    sampler.sample(this.#rows, this.#weights, progress, random);
    this.#setTargets();
    this.#observe();
    online.forwardTraining(batchSize, random);
    this.#setGradients();
    online.backward(batchSize);
    this.#adam.learningRate = scheduledValue(learningRate, progress);
    this.#sums.gradNorm += online.step(this.#adam);
    sampler.learned(this.#rows, this.#tdErrors);
  }

  /** Means over the steps since the last call; empty where there was none. */
  takeMetrics(): Record<string, number> {
    const { updates, loss, q, tdError, gradNorm } = this.#sums;
    Object.assign(this.#sums, { updates: 0, loss: 0, q: 0, tdError: 0, gradNorm: 0 });
    if (updates === 0) return {};
    return {
      'train/loss': loss / updates,
      'train/q_mean': q / updates,
      'train/td_error': tdError / updates,
      'train/grad_norm': gradNorm / updates,
      'train/learning_rate': this.#adam.learningRate,
    };
  }

  #setTargets(): void {
    const { online, target, replay, input, rewardWeights } = this.#parts;
    const { batchSize, doubleQ } = this.#settings;
    for (let index = 0; index < batchSize; index++) {
      const gain = this.#nStep;
      nStepReturn(replay, this.#rows[index] as number, rewardWeights, this.#settings, gain);
      this.#gains.returns[index] = gain.return;
      this.#gains.discounts[index] = gain.discount;
      input.write(replay.observations, gain.bootstrapRow, target.input, index);
      if (doubleQ) input.write(replay.observations, gain.bootstrapRow, online.input, index);
    }
    target.forward(batchSize);
    if (doubleQ) online.forward(batchSize);
    const selecting = doubleQ ? online : target;
    tdTargets(this.#gains, firstOutput(selecting), firstOutput(target), this.#targets);
  }

  #observe(): void {
    const { online, replay, input } = this.#parts;
    for (let index = 0; index < this.#rows.length; index++) {
      input.write(replay.observations, this.#rows[index] as number, online.input, index);
    }
  }

  /** The mean of weight · Huber(Q(s, a) − y) over the batch; the target is taken as a constant. */
  #setGradients(): void {
    const { online, replay } = this.#parts;
    const { batchSize } = this.#settings;
    const q = firstOutput(online);
    const gradient = online.outputGradients[0] ?? q;
    gradient.values.fill(0, 0, batchSize * gradient.stride);
    let loss = 0;
    let qSum = 0;
    let tdSum = 0;
    for (let index = 0; index < batchSize; index++) {
      const action = replay.actions[this.#rows[index] as number] as number;
      const value = q.values[index * q.stride + action] as number;
      const tdError = value - (this.#targets[index] as number);
      const weight = (this.#weights[index] as number) / batchSize;
      gradient.values[index * gradient.stride + action] = weight * huberGradient(tdError);
      this.#tdErrors[index] = tdError;
      loss += weight * huber(tdError);
      qSum += value;
      tdSum += Math.abs(tdError);
    }
    if (!Number.isFinite(loss)) throw new NumericError('the loss', loss);
    this.#sums.updates++;
    this.#sums.loss += loss;
    this.#sums.q += qSum / batchSize;
    this.#sums.tdError += tdSum / batchSize;
  }
}

function firstOutput({ outputs }: Network) {
  const [first] = outputs;
  if (!first) throw new RangeError('a network without outputs');
  return first;
}
