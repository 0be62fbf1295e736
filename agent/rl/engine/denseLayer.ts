import type { Random } from '../../sim/random';
import type { Arena } from './arena';
import { drawDropout } from './dropout';
import type { Block, Kernel, Size } from './kernel';
import type { PlannedLayer } from './layout';
import type { Activation, Matrix } from './network';

/** Where a network's parameters and what belongs to each of them begin; all in the layout's padded order. */
export interface Regions {
  readonly parameters: number;
  readonly gradients: number;
  readonly firstMoments: number;
  readonly secondMoments: number;
}

/** One dense layer at its addresses: what it computes, and what it keeps for the way back. */
export class DenseLayer {
  readonly planned: PlannedLayer;
  /** What it reads; null: the network's input. */
  readonly from: DenseLayer | null;
  readonly size: Size;
  readonly activation: Activation;
  /** f(x · weights + bias). */
  readonly outputs: Block;
  /** dLoss/d(x · weights + bias). */
  readonly gradient: Block;
  /** dLoss/dOutputs, of a tower's output, where f is not linear; else the same as `gradient`. */
  readonly outputGradients: Block;
  readonly #weights: Block;
  readonly #bias: number;
  readonly #weightGradients: Block;
  readonly #biasGradients: number;
  readonly #dropout: { share: number; mask: Block; outputs: Block } | null;
  /** How many others read this one, and which of them this one is for `from`: 0 is the first. */
  #readers = 0;
  readonly #readerIndex: number;

  constructor(planned: PlannedLayer, from: DenseLayer | null, rows: number, regions: Regions, arena: Arena) {
    const { units, inputs, offset, parts, isOutput } = planned;
    this.planned = planned;
    this.from = from;
    this.size = planned;
    // Those that share a planned layer have the same activation, and are outputs, which have no dropout.
    const { activation = 'linear', dropout: share = 0 } = parts[0]?.layer.spec ?? {};
    this.activation = activation;
    this.outputs = arena.takeBlock(rows, units);
    this.gradient = arena.takeBlock(rows, units);
    this.outputGradients = isOutput && activation !== 'linear' ? arena.takeBlock(rows, units) : this.gradient;
    this.#weights = { address: regions.parameters + offset, stride: units };
    this.#bias = this.#weights.address + inputs * units;
    this.#weightGradients = { address: regions.gradients + offset, stride: units };
    this.#biasGradients = this.#weightGradients.address + inputs * units;
    this.#dropout =
      share > 0 ? { share, mask: arena.takeBlock(rows, units), outputs: arena.takeBlock(rows, units) } : null;
    this.#readerIndex = from ? from.#readers++ : 0;
  }

  /** What the next layer reads. */
  read(isTraining: boolean): Block {
    return isTraining && this.#dropout ? this.#dropout.outputs : this.outputs;
  }

  forward(kernel: Kernel, x: Block, rows: number): void {
    kernel.forward(x, this.#weights, this.#bias, this.outputs, this.size, rows, this.activation);
  }

  dropOut(kernel: Kernel, rows: number, random: Random): void {
    if (!this.#dropout) return;
    const { share, mask, outputs } = this.#dropout;
    const columns = this.planned.parts[0]?.layer.spec.units ?? 0;
    drawDropout(view(kernel, mask, rows, 0, columns), rows, share, random);
    kernel.multiply(this.outputs.address, mask.address, outputs.address, rows * mask.stride);
  }

  /** Its parameters' gradients and its share of the gradient of `from`, after all layers that read this one. */
  backward(kernel: Kernel, x: Block, rows: number, isTraining: boolean): void {
    if (this.outputGradients !== this.gradient) this.#derive(kernel, rows);
    kernel.weightGradients(x, this.gradient, this.#weightGradients, this.#biasGradients, this.size, rows);
    const { from } = this;
    if (!from) return;
    // Backwards, the last reader comes first. Only when the sum is complete the activation's derivative follows.
    const isFirst = this.#readerIndex === from.#readers - 1;
    const isLast = this.#readerIndex === 0;
    const activation = isLast ? from.activation : 'linear';
    kernel.inputGradients(
      this.gradient,
      this.#weights,
      from.gradient,
      this.size,
      rows,
      !isFirst,
      activation,
      from.outputs,
    );
    if (isLast && isTraining && from.#dropout) {
      const { address, stride } = from.gradient;
      kernel.multiply(address, from.#dropout.mask.address, address, rows * stride);
    }
  }

  #derive(kernel: Kernel, rows: number): void {
    const { gradient, outputGradients, outputs, activation } = this;
    const count = rows * outputs.stride;
    kernel.activationGradient(outputGradients.address, outputs.address, gradient.address, count, activation);
  }
}

/** `columns` columns of a block from `column` on. */
export function view(
  kernel: Kernel,
  { address, stride }: Block,
  rows: number,
  column: number,
  columns: number,
): Matrix {
  return { values: kernel.memory.subarray(address + column, address + rows * stride), stride, columns };
}
