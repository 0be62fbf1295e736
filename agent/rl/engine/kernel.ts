import type { AdamStep } from './adam';
import type { Activation } from './network';

/** Floats in a 128-bit vector. */
export const LANES = 4;

/** The next whole number of vectors. */
export function padded(columns: number): number {
  return Math.ceil(columns / LANES) * LANES;
}

/** A row-major matrix in a kernel's memory. Address and stride are in floats and multiples of `LANES`. */
export interface Block {
  readonly address: number;
  readonly stride: number;
}

/** Widths of a dense layer, padded to multiples of `LANES`. */
export interface Size {
  readonly inputs: number;
  readonly units: number;
}

/**
 * The arithmetic of dense layers, over one memory that never moves. Addresses and counts are in floats and multiples
 * of `LANES`; rows are any number, and where rows are results up to three more are overwritten with what means
 * nothing. A row's result is the same bits in a batch of any size: each sum adds its terms in order.
 */
export interface Kernel {
  readonly memory: Float32Array;

  /** outputs = f(x · weights + bias) */
  forward(
    x: Block,
    weights: Block,
    bias: number,
    outputs: Block,
    size: Size,
    rows: number,
    activation: Activation,
  ): void;

  /** result = xᵀ · gradient, and biasResult = the sums of the gradient's columns. */
  weightGradients(
    x: Block,
    gradient: Block,
    result: Block,
    biasResult: number,
    size: Size,
    rows: number,
  ): void;

  /** result = (gradient · weightsᵀ + result, or without the latter) ⊙ f′, f′ by the outputs of the layer below. */
  inputGradients(
    gradient: Block,
    weights: Block,
    result: Block,
    size: Size,
    rows: number,
    adds: boolean,
    activation: Activation,
    outputs: Block,
  ): void;

  /** result = gradient ⊙ f′, f′ by f's outputs. */
  activationGradient(
    gradient: number,
    outputs: number,
    result: number,
    count: number,
    activation: Activation,
  ): void;

  /** result = a ⊙ b */
  multiply(a: number, b: number, result: number, count: number): void;

  /** Not finite where a value is not, and where the sum is too great for 32 bits. */
  sumOfSquares(address: number, count: number): number;

  adam(at: AdamAddresses, count: number, step: AdamStep): void;
}

export interface AdamAddresses {
  parameters: number;
  gradients: number;
  firstMoments: number;
  secondMoments: number;
}

/**
 * @param floats size of the memory, all 0
 * @param deepest the most terms of a sum and the most columns: the greatest of all widths and the batch
 */
export type KernelFactory = (floats: number, deepest: number) => Kernel;
