import type { Random } from '../../../sim/random';
import type { Distribution } from './distribution';

/** One of n choices, from n logits: p = softmax(z). */
export class Categorical implements Distribution {
  readonly head = 'categorical';
  readonly outputs: number;
  readonly actionSize = 1;
  readonly parameters = new Float32Array(0);
  readonly parameterGradients = new Float64Array(0);
  logProbability = 0;
  entropy = 0;
  /** By choice, of the last row. */
  readonly #logProbabilities: Float64Array;
  readonly #probabilities: Float64Array;
  #choice = 0;

  constructor(choices: number) {
    this.outputs = choices;
    this.#logProbabilities = new Float64Array(choices);
    this.#probabilities = new Float64Array(choices);
  }

  sample(
    outputs: Float32Array,
    offset: number,
    random: Random,
    actions: Float32Array,
    actionOffset: number,
  ): void {
    this.#look(outputs, offset);
    const last = this.outputs - 1;
    let rest = random.uniform();
    let choice = 0;
    for (; choice < last; choice++) {
      rest -= this.#probabilities[choice] as number;
      if (rest < 0) break;
    }
    actions[actionOffset] = choice;
    this.#choose(choice);
  }

  evaluate(outputs: Float32Array, offset: number, actions: Float32Array, actionOffset: number): void {
    this.#look(outputs, offset);
    this.#choose(actions[actionOffset] as number);
  }

  /** d log p_a/dz_k = [k = a] − p_k, and dH/dz_k = −p_k·(log p_k + H). */
  addGradient(
    logProbabilityGradient: number,
    entropyGradient: number,
    outputGradients: Float32Array,
    offset: number,
  ): void {
    for (let k = 0; k < this.outputs; k++) {
      const probability = this.#probabilities[k] as number;
      const logProbability = this.#logProbabilities[k] as number;
      const chosen = k === this.#choice ? 1 : 0;
      outputGradients[offset + k] =
        logProbabilityGradient * (chosen - probability) -
        entropyGradient * probability * (logProbability + this.entropy);
    }
  }

  /** log p_k = z_k − log Σ exp z, with the greatest logit taken out so that nothing overflows. */
  #look(logits: Float32Array, offset: number): void {
    const count = this.outputs;
    let greatest = logits[offset] as number;
    for (let k = 1; k < count; k++) greatest = Math.max(greatest, logits[offset + k] as number);
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const exponential = Math.exp((logits[offset + k] as number) - greatest);
      this.#probabilities[k] = exponential;
      sum += exponential;
    }
    const logSum = greatest + Math.log(sum);
    let entropy = 0;
    for (let k = 0; k < count; k++) {
      const probability = (this.#probabilities[k] as number) / sum;
      const logProbability = (logits[offset + k] as number) - logSum;
      this.#probabilities[k] = probability;
      this.#logProbabilities[k] = logProbability;
      entropy -= probability * logProbability;
    }
    this.entropy = entropy;
  }

  #choose(choice: number): void {
    this.#choice = choice;
    this.logProbability = this.#logProbabilities[choice] as number;
  }
}
