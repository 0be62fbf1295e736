import type { Random } from '../../../sim/random';
import type { Distribution } from './distribution';

const HALF_LOG_TWO_PI = Math.log(2 * Math.PI) / 2;

/**
 * Independent normal numbers: their means are the outputs, their log standard deviations parameters that do not
 * depend on the state and begin at 0, as in Stable-Baselines3. Unbounded: who acts clips to the space.
 */
export class Gaussian implements Distribution {
  readonly head = 'gaussian';
  readonly outputs: number;
  readonly actionSize: number;
  readonly parameters: Float32Array;
  readonly parameterGradients: Float64Array;
  logProbability = 0;
  entropy = 0;
  /** (a − μ) ÷ σ and σ of the last row. */
  readonly #standardised: Float64Array;
  readonly #deviations: Float64Array;

  constructor(numbers: number) {
    this.outputs = numbers;
    this.actionSize = numbers;
    this.parameters = new Float32Array(numbers);
    this.parameterGradients = new Float64Array(numbers);
    this.#standardised = new Float64Array(numbers);
    this.#deviations = new Float64Array(numbers);
  }

  sample(
    outputs: Float32Array,
    offset: number,
    random: Random,
    actions: Float32Array,
    actionOffset: number,
  ): void {
    for (let k = 0; k < this.outputs; k++) {
      const deviation = Math.exp(this.parameters[k] as number);
      actions[actionOffset + k] = (outputs[offset + k] as number) + deviation * random.gaussian();
    }
    // Of the action as it is stored, rounded to 32 bits.
    this.evaluate(outputs, offset, actions, actionOffset);
  }

  evaluate(outputs: Float32Array, offset: number, actions: Float32Array, actionOffset: number): void {
    let logProbability = 0;
    let entropy = 0;
    for (let k = 0; k < this.outputs; k++) {
      const logDeviation = this.parameters[k] as number;
      const deviation = Math.exp(logDeviation);
      const mean = outputs[offset + k] as number;
      const standardised = ((actions[actionOffset + k] as number) - mean) / deviation;
      logProbability -= 0.5 * standardised * standardised + logDeviation + HALF_LOG_TWO_PI;
      entropy += 0.5 + HALF_LOG_TWO_PI + logDeviation;
      this.#standardised[k] = standardised;
      this.#deviations[k] = deviation;
    }
    this.logProbability = logProbability;
    this.entropy = entropy;
  }

  /** d log π/dμ = (a − μ)/σ², d log π/d log σ = ((a − μ)/σ)² − 1, and dH/d log σ = 1. */
  addGradient(
    logProbabilityGradient: number,
    entropyGradient: number,
    outputGradients: Float32Array,
    offset: number,
  ): void {
    for (let k = 0; k < this.outputs; k++) {
      const standardised = this.#standardised[k] as number;
      outputGradients[offset + k] = (logProbabilityGradient * standardised) / (this.#deviations[k] as number);
      this.parameterGradients[k] =
        (this.parameterGradients[k] as number) +
        logProbabilityGradient * (standardised * standardised - 1) +
        entropyGradient;
    }
  }
}
