import type { Random } from '../../sim/random';
import type { Matrix, Network } from '../engine/network';
import { NumericError } from '../numericError';
import { clippedSurrogate, clippedSurrogateGradient } from './clippedSurrogate';
import type { Distribution } from './distributions/distribution';
import type { ObservationInput } from './observationInput';
import type { PpoHyperparameters } from './ppoHyperparameters';
import { shuffledIndices } from './shuffledIndices';
import type { VectorAdam } from './vectorAdam';

/** An iteration stops learning where its approximate KL divergence is above this times `targetKl`. */
const KL_TOLERANCE = 1.5;
const DEVIATION_FLOOR = 1e-8;

export interface PpoUpdateParts {
  /** Its towers: policy and value. */
  network: Network;
  distribution: Distribution;
  /** Of the distribution's own parameters. */
  distributionAdam: VectorAdam;
  input: ObservationInput;
  frozenLayers: ReadonlySet<string>;
  random: Random;
}

/** What an iteration learns from: n steps in any order, one row or number each. */
export interface PpoBatch {
  count: number;
  observations: Float32Array;
  actions: Float32Array;
  /** Under the policy that acted. */
  logProbabilities: Float32Array;
  advantages: Float32Array;
  /** Targets of the value function. */
  returns: Float32Array;
}

/** The schedules' values in an iteration. */
export interface PpoRates {
  learningRate: number;
  clipRange: number;
  entCoef: number;
}

/**
 * What PPO learns from a rollout (Schulman et al. 2017, arXiv:1707.06347, algorithm 1 and equation 9), with the
 * details of Huang et al. 2022, "The 37 Implementation Details of Proximal Policy Optimization",
 * https://iclr-blog-track.github.io/2022/03/25/ppo-implementation-details/. The loss of a minibatch is
 *
 *     mean(L_CLIP) + vfCoef · mean((V − R)²) − entCoef · mean(H)
 *
 * A gradient step allocates nothing of the size of a minibatch.
 */
export class PpoUpdate {
  readonly #parts: PpoUpdateParts;
  readonly #settings: PpoHyperparameters;
  readonly #policy: { output: Matrix; gradient: Matrix };
  readonly #value: { output: Matrix; gradient: Matrix };
  readonly #order: Int32Array;
  readonly #normal = { mean: 0, deviation: 1 };
  /** Of the minibatch before. */
  readonly #last = { policyLoss: 0, valueLoss: 0, entropy: 0, approxKl: 0, clipped: 0, loss: 0 };

  /** @param count steps of an iteration */
  constructor(parts: PpoUpdateParts, settings: PpoHyperparameters, count: number) {
    this.#parts = parts;
    this.#settings = settings;
    this.#policy = towerAt(parts.network, 0);
    this.#value = towerAt(parts.network, 1);
    this.#order = new Int32Array(count);
  }

  /**
   * Learns from the batch `nEpochs` times, in minibatches of random steps.
   *
   * @returns metrics by Stable-Baselines3's names, means over all minibatches but for `approx_kl`, over those of the
   * last epoch, and `loss`, of the last minibatch; and the epochs that were begun @throws NumericError
   */
  run(batch: PpoBatch, rates: PpoRates): { epochs: number; metrics: Record<string, number> } {
    const { batchSize, nEpochs } = this.#settings;
    const sums = new Sums();
    let approxKl = 0;
    let epochs = 0;
    for (let goesOn = true; goesOn && epochs < nEpochs; ) {
      epochs++;
      shuffledIndices(this.#order, this.#parts.random, epochs === 1);
      let minibatches = 0;
      let klSum = 0;
      for (let start = 0; goesOn && start < batch.count; start += batchSize) {
        const rows = Math.min(batchSize, batch.count - start);
        this.#evaluate(batch, start, rows, rates, epochs);
        goesOn = !this.#hasMovedTooFar();
        sums.add(this.#last, goesOn ? this.#descend(rows, rates.learningRate) : 0);
        klSum += this.#last.approxKl;
        minibatches++;
      }
      approxKl = klSum / minibatches;
    }
    return {
      epochs,
      metrics: { ...sums.means(), 'train/approx_kl': approxKl, 'train/loss': this.#last.loss },
    };
  }

  /** Loss and dLoss/dOutputs of the minibatch that begins at `start` of the order. */
  #evaluate(batch: PpoBatch, start: number, rows: number, rates: PpoRates, epoch: number): void {
    const { network, input, distribution } = this.#parts;
    for (let row = 0; row < rows; row++) {
      input.write(batch.observations, this.#order[start + row] as number, network.input, row);
    }
    network.forward(rows);
    this.#normalise(batch.advantages, start, rows);
    distribution.parameterGradients.fill(0);
    this.#addLosses(batch, start, rows, rates);
    const { loss } = this.#last;
    const where = () => `the loss of epoch ${epoch}, minibatch ${start / this.#settings.batchSize + 1},`;
    if (!Number.isFinite(loss)) throw new NumericError(where(), loss);
  }

  #addLosses(batch: PpoBatch, start: number, rows: number, { clipRange, entCoef }: PpoRates): void {
    const { distribution } = this.#parts;
    const { vfCoef } = this.#settings;
    const { output, gradient } = this.#policy;
    const { output: values, gradient: valueGradient } = this.#value;
    const { mean, deviation } = this.#normal;
    let [policyLoss, valueLoss, entropy, approxKl, clipped] = [0, 0, 0, 0, 0];
    for (let row = 0; row < rows; row++) {
      const index = this.#order[start + row] as number;
      distribution.evaluate(
        output.values,
        row * output.stride,
        batch.actions,
        index * distribution.actionSize,
      );
      const logRatio = distribution.logProbability - (batch.logProbabilities[index] as number);
      const ratio = Math.exp(logRatio);
      const advantage = ((batch.advantages[index] as number) - mean) / deviation;
      policyLoss += clippedSurrogate(ratio, advantage, clipRange);
      entropy += distribution.entropy;
      // Schulman's k3, http://joschu.net/blog/kl-approx.html: unbiased, and never below 0.
      approxKl += ratio - 1 - logRatio;
      if (Math.abs(ratio - 1) > clipRange) clipped++;
      distribution.addGradient(
        clippedSurrogateGradient(ratio, advantage, clipRange) / rows,
        -entCoef / rows,
        gradient.values,
        row * gradient.stride,
      );
      const error = (values.values[row * values.stride] as number) - (batch.returns[index] as number);
      valueLoss += error * error;
      valueGradient.values[row * valueGradient.stride] = (2 * vfCoef * error) / rows;
    }
    const last = this.#last;
    last.policyLoss = policyLoss / rows;
    last.valueLoss = valueLoss / rows;
    last.entropy = entropy / rows;
    last.approxKl = approxKl / rows;
    last.clipped = clipped / rows;
    last.loss = last.policyLoss + vfCoef * last.valueLoss - entCoef * last.entropy;
  }

  /** Mean and standard deviation of the minibatch's advantages; of a single one nothing can be told. */
  #normalise(advantages: Float32Array, start: number, rows: number): void {
    const normal = this.#normal;
    normal.mean = 0;
    normal.deviation = 1;
    if (!this.#settings.normalizeAdvantage || rows < 2) return;
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += advantages[this.#order[start + row] as number] as number;
    const mean = sum / rows;
    let squares = 0;
    for (let row = 0; row < rows; row++) {
      const deviation = (advantages[this.#order[start + row] as number] as number) - mean;
      squares += deviation * deviation;
    }
    normal.mean = mean;
    normal.deviation = Math.sqrt(squares / (rows - 1)) + DEVIATION_FLOOR;
  }

  #hasMovedTooFar(): boolean {
    const { targetKl } = this.#settings;
    return targetKl !== null && this.#last.approxKl > KL_TOLERANCE * targetKl;
  }

  /** @returns the norm of the network's gradient */
  #descend(rows: number, learningRate: number): number {
    const { network, distribution, distributionAdam, frozenLayers } = this.#parts;
    const { maxGradNorm, adamEpsilon } = this.#settings;
    const options = { learningRate, maxGradNorm, epsilon: adamEpsilon, frozenLayers };
    network.backward(rows);
    const norm = network.step(options);
    distributionAdam.step(distribution.parameters, distribution.parameterGradients, options);
    return norm;
  }
}

/** Sums over minibatches. */
class Sums {
  #minibatches = 0;
  #steps = 0;
  #policyLoss = 0;
  #valueLoss = 0;
  #entropy = 0;
  #clipped = 0;
  #gradNorm = 0;

  /** @param gradNorm 0: no step was taken */
  add(
    last: { policyLoss: number; valueLoss: number; entropy: number; clipped: number },
    gradNorm: number,
  ): void {
    this.#minibatches++;
    if (gradNorm > 0) this.#steps++;
    this.#policyLoss += last.policyLoss;
    this.#valueLoss += last.valueLoss;
    this.#entropy += last.entropy;
    this.#clipped += last.clipped;
    this.#gradNorm += gradNorm;
  }

  means(): Record<string, number> {
    const count = this.#minibatches;
    return {
      'train/policy_gradient_loss': this.#policyLoss / count,
      'train/value_loss': this.#valueLoss / count,
      'train/entropy_loss': -this.#entropy / count,
      'train/clip_fraction': this.#clipped / count,
      'train/grad_norm': this.#gradNorm / Math.max(this.#steps, 1),
    };
  }
}

function towerAt({ outputs, outputGradients }: Network, index: number): { output: Matrix; gradient: Matrix } {
  const [output, gradient] = [outputs[index], outputGradients[index]];
  if (!output || !gradient) throw new RangeError('the network lacks a tower for policy or value');
  return { output, gradient };
}
