import type { Random } from '../../sim/random';

export type Activation = 'linear' | 'relu' | 'tanh';

export interface LayerSpec {
  /** Unique within the network, for example `trunk.0` or `policy.out`; what freezing and ONNX initialisers name. */
  name: string;
  /** Outputs of the layer, ≥ 1. */
  units: number;
  activation: Activation;
  /** Share of outputs that training drops, [0, 1). The others are divided by 1 − dropout (inverted dropout). */
  dropout: number;
  /** Gain of the orthogonal initialisation (Saxe et al. 2014, arXiv:1312.6120); biases begin at 0. */
  gain: number;
}

/** A multilayer perceptron: a shared trunk, which may be empty, and towers that each begin at its end. */
export interface NetworkSpec {
  inputs: number;
  trunk: readonly LayerSpec[];
  /** At least one; the last layer of each is its output. */
  towers: readonly { name: string; layers: readonly LayerSpec[] }[];
}

/**
 * Rows of numbers: row r, column c is `values[r * stride + c]`. What lies beyond `columns` is not for use: it is padding
 * that has to stay 0, or the numbers of another tower whose outputs lie beside these.
 */
export interface Matrix {
  readonly values: Float32Array;
  readonly stride: number;
  readonly columns: number;
}

export const ENGINE_NAMES = ['wasm', 'js', 'tfjs-node'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** Makes networks. Every engine computes the same up to rounding; one engine computes the same bits everywhere. */
export interface Engine {
  readonly name: EngineName;
  /** @param options.random what the parameters are drawn from; null leaves them 0, for those that are written at once */
  createNetwork(spec: NetworkSpec, options: { maxRows: number; random: Random | null }): Network;
}

/**
 * Parameters, activations, gradients and optimiser of one MLP. Views stay valid as long as the network lives.
 *
 * Flat parameter order, everywhere: trunk layers, then towers in order; of each layer the weights (inputs × units,
 * row-major: `w[i * units + u]`), then the biases. Without any padding.
 */
export interface Network {
  readonly spec: NetworkSpec;
  readonly maxRows: number;
  /** Write observations here, then `forward`. */
  readonly input: Matrix;
  /** By tower, in the order of the spec: valid after `forward` until the next one. */
  readonly outputs: readonly Matrix[];
  /** By tower: write dLoss/dOutput here, then `backward`. */
  readonly outputGradients: readonly Matrix[];
  /** Evaluates the first `rows` rows, 1…maxRows, without dropout. @throws NumericError on NaN or infinite input. */
  forward(rows: number): void;
  /** The same with dropout, whose masks come from `random`. */
  forwardTraining(rows: number, random: Random): void;
  /**
   * Gradients of the parameters for the last forward pass, of as many rows and with its input still in place; those
   * before are overwritten.
   */
  backward(rows: number): void;
  /** One step of Adam (Kingma and Ba 2015, arXiv:1412.6980). @returns the gradient's norm before clipping. @throws NumericError */
  step(options: AdamOptions): number;
  readonly parameterCount: number;
  /** A copy. */
  readParameters(): Float32Array;
  writeParameters(values: Float32Array): void;
  /** θ ← τ·θ_other + (1 − τ)·θ, for another network of the same engine and spec; τ = 1 copies. */
  blendParameters(other: Network, tau: number): void;
  /** A copy. */
  readGradients(): Float32Array;
  readOptimiser(): OptimiserState;
  writeOptimiser(state: OptimiserState): void;
  /** Frees what the garbage collector would not. */
  dispose(): void;
}

export interface AdamOptions {
  /** > 0. */
  learningRate: number;
  /** Gradients are scaled to this global L2 norm where theirs is greater; Infinity leaves them. */
  maxGradNorm: number;
  /** Stable-Baselines3 uses 1e-8 for DQN and 1e-5 for PPO. */
  epsilon: number;
  /** Layers whose parameters stay as they are. Their gradients do not count for the norm. */
  frozenLayers?: ReadonlySet<string>;
}

/** β1 = 0.9 and β2 = 0.999. */
export interface OptimiserState {
  /** Steps so far. */
  step: number;
  /** In the flat parameter order. */
  firstMoment: Float32Array;
  secondMoment: Float32Array;
}

/** Layers of hidden units with one activation, for specs; `prefix` names them `prefix.0`, `prefix.1`, … */
export function hiddenLayers(
  prefix: string,
  units: readonly number[],
  activation: Activation,
  dropout: readonly number[] = [],
): LayerSpec[] {
  return units.map((count, index) => ({
    name: `${prefix}.${index}`,
    units: count,
    activation,
    dropout: dropout[index] ?? 0,
    gain: Math.SQRT2,
  }));
}
