import { adamStep, BETA1, BETA2 } from '../engine/adam';
import type { AdamOptions, OptimiserState } from '../engine/network';

/** Adam (Kingma and Ba 2015, arXiv:1412.6980, algorithm 1) for the few parameters that are in no network. */
export class VectorAdam {
  #step = 0;
  readonly #firstMoment: Float32Array;
  readonly #secondMoment: Float32Array;

  constructor(parameters: number) {
    this.#firstMoment = new Float32Array(parameters);
    this.#secondMoment = new Float32Array(parameters);
  }

  /** @throws NumericError where the gradients' norm is not finite */
  step(parameters: Float32Array, gradients: Float64Array, options: AdamOptions): void {
    const norm = Math.sqrt(gradients.reduce((sum, gradient) => sum + gradient * gradient, 0));
    const { rate, secondScale, epsilon, gradientScale } = adamStep(options, this.#step + 1, norm);
    this.#step++;
    for (let index = 0; index < parameters.length; index++) {
      const gradient = (gradients[index] as number) * gradientScale;
      const first = BETA1 * (this.#firstMoment[index] as number) + (1 - BETA1) * gradient;
      const second = BETA2 * (this.#secondMoment[index] as number) + (1 - BETA2) * gradient * gradient;
      this.#firstMoment[index] = first;
      this.#secondMoment[index] = second;
      const change = (rate * first) / (Math.sqrt(second) * secondScale + epsilon);
      parameters[index] = (parameters[index] as number) - change;
    }
  }

  /** A copy. */
  read(): OptimiserState {
    return {
      step: this.#step,
      firstMoment: this.#firstMoment.slice(),
      secondMoment: this.#secondMoment.slice(),
    };
  }

  write({ step, firstMoment, secondMoment }: OptimiserState): void {
    this.#step = step;
    this.#firstMoment.set(firstMoment);
    this.#secondMoment.set(secondMoment);
  }
}
