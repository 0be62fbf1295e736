import type * as TensorFlowCore from '@tensorflow/tfjs-core';
import type { Random } from '../../sim/random';
import { type AdamStep, adamStep, BETA1, BETA2 } from './adam';
import {
  checkFinite,
  checkFrozenLayers,
  checkMaxRows,
  checkParameterCount,
  checkRows,
  checkSameSpec,
} from './checks';
import { drawDropout } from './dropout';
import { type FlatLayer, flatLayers } from './layers';
import type {
  Activation,
  AdamOptions,
  Engine,
  Matrix,
  Network,
  NetworkSpec,
  OptimiserState,
} from './network';
import { initialParameters } from './orthogonal';

/** What is used of TensorFlow's API; @tensorflow/tfjs-node has it, and every other backend. */
export type TensorFlow = Pick<
  typeof TensorFlowCore,
  | 'add'
  | 'cast'
  | 'dispose'
  | 'div'
  | 'greater'
  | 'matMul'
  | 'mul'
  | 'relu'
  | 'sqrt'
  | 'square'
  | 'sub'
  | 'sum'
  | 'tanh'
  | 'tensor'
  | 'tidy'
>;
type Tensor = TensorFlowCore.Tensor;

/** An engine on TensorFlow's operations; forward and back by hand like the others, so that it computes the same. */
export function tfjsEngine(tf: TensorFlow): Engine {
  return {
    name: 'tfjs-node',
    createNetwork: (spec, { maxRows, random }) => new TfjsNetwork(tf, spec, maxRows, random),
  };
}

/** A layer, and what the last pass has left of it. */
interface TfjsLayer {
  readonly flat: FlatLayer;
  /** Null: reads the network's input. */
  readonly from: TfjsLayer | null;
  outputs: Tensor | null;
  /** 0 and 1/(1 − dropout); null where nothing is dropped. */
  mask: Tensor | null;
  /** What the next layer reads: outputs ⊙ mask. */
  read: Tensor | null;
}

class TfjsNetwork implements Network {
  readonly spec: NetworkSpec;
  readonly maxRows: number;
  readonly input: Matrix;
  readonly outputs: readonly Matrix[];
  readonly outputGradients: readonly Matrix[];
  readonly parameterCount: number;
  readonly #tf: TensorFlow;
  readonly #layers: readonly TfjsLayer[];
  readonly #ends: readonly TfjsLayer[];
  /** In the flat order, weights and biases by turns; the others likewise. */
  #parameters: Tensor[];
  #gradients: Tensor[];
  #firstMoments: Tensor[];
  #secondMoments: Tensor[];
  #steps = 0;
  #inputTensor: Tensor | null = null;
  #rows = 0;

  constructor(tf: TensorFlow, spec: NetworkSpec, maxRows: number, random: Random | null) {
    checkMaxRows(maxRows);
    const { trunk, towers, parameterCount } = flatLayers(spec);
    const layers: TfjsLayer[] = [];
    const chain = (flats: readonly FlatLayer[], begin: TfjsLayer | null) =>
      flats.reduce<TfjsLayer | null>((from, flat) => {
        const layer = { flat, from, outputs: null, mask: null, read: null };
        layers.push(layer);
        return layer;
      }, begin);
    const trunkEnd = chain(trunk, null);
    this.#ends = towers.map((tower) => chain(tower, trunkEnd)).filter((end) => end !== null);
    this.#layers = layers;
    this.#tf = tf;
    this.spec = spec;
    this.maxRows = maxRows;
    this.parameterCount = parameterCount;
    this.input = matrix(maxRows, spec.inputs);
    this.outputs = this.#ends.map(({ flat }) => matrix(maxRows, flat.spec.units));
    this.outputGradients = this.#ends.map(({ flat }) => matrix(maxRows, flat.spec.units));
    const zeros = new Float32Array(parameterCount);
    this.#parameters = this.#tensors(random ? initialParameters(spec, random) : zeros);
    this.#gradients = this.#tensors(zeros);
    this.#firstMoments = this.#tensors(zeros);
    this.#secondMoments = this.#tensors(zeros);
  }

  forward(rows: number): void {
    this.#forward(rows, null);
  }

  forwardTraining(rows: number, random: Random): void {
    this.#forward(rows, random);
  }

  backward(rows: number): void {
    if (rows !== this.#rows) throw new RangeError(`backward of ${rows} rows after forward of ${this.#rows}`);
    const tf = this.#tf;
    this.#gradients = this.#replace(this.#gradients, () => {
      const outputGradients = new Map<TfjsLayer, Tensor>();
      const add = (layer: TfjsLayer, gradient: Tensor) => {
        const before = outputGradients.get(layer);
        outputGradients.set(layer, before ? tf.add(before, gradient) : gradient);
      };
      for (const [index, end] of this.#ends.entries()) {
        const gradient = this.outputGradients[index];
        if (gradient) add(end, this.#rowsOf(gradient, rows));
      }
      return this.#layers
        .map((layer, index) => ({ layer, weights: this.#parameters[2 * index] }))
        .toReversed()
        .map(({ layer, weights }) => {
          const x = layer.from ? layer.from.read : this.#inputTensor;
          const outputGradient = outputGradients.get(layer);
          if (!x || !weights || !outputGradient) throw new RangeError('backward before forward');
          const gradient = this.#derive(layer, outputGradient);
          if (layer.from) add(layer.from, tf.matMul(gradient, weights, false, true));
          return [tf.matMul(x, gradient, true, false), tf.sum(gradient, 0)];
        })
        .toReversed()
        .flat();
    });
  }

  step(options: AdamOptions): number {
    const frozen = options.frozenLayers ?? new Set();
    checkFrozenLayers(this.spec, frozen);
    const isLearning = (index: number) => !frozen.has(this.#layers[index >> 1]?.flat.spec.name ?? '');
    const learning = this.#gradients.filter((_, index) => isLearning(index));
    const norm = Math.sqrt(learning.reduce((sum, gradient) => sum + this.#sumOfSquares(gradient), 0));
    const step = adamStep(options, this.#steps + 1, norm);
    this.#steps += 1;
    for (const index of this.#parameters.keys()) if (isLearning(index)) this.#adam(index, step);
    return norm;
  }

  readParameters(): Float32Array {
    return this.#flat(this.#parameters);
  }

  writeParameters(values: Float32Array): void {
    this.#parameters = this.#replace(this.#parameters, () => this.#tensors(values));
  }

  blendParameters(other: Network, tau: number): void {
    if (!(other instanceof TfjsNetwork)) throw new RangeError(`a network of another engine`);
    checkSameSpec(other.spec, this.spec);
    const tf = this.#tf;
    const theirs = other.#parameters;
    this.#parameters = this.#replace(this.#parameters, () =>
      this.#parameters.map((mine, index) =>
        tf.add(tf.mul(theirs[index] ?? mine, tau), tf.mul(mine, 1 - tau)),
      ),
    );
  }

  readGradients(): Float32Array {
    return this.#flat(this.#gradients);
  }

  readOptimiser(): OptimiserState {
    return {
      step: this.#steps,
      firstMoment: this.#flat(this.#firstMoments),
      secondMoment: this.#flat(this.#secondMoments),
    };
  }

  writeOptimiser({ step, firstMoment, secondMoment }: OptimiserState): void {
    this.#firstMoments = this.#replace(this.#firstMoments, () => this.#tensors(firstMoment));
    this.#secondMoments = this.#replace(this.#secondMoments, () => this.#tensors(secondMoment));
    this.#steps = step;
  }

  dispose(): void {
    this.#forget();
    this.#tf.dispose([this.#parameters, this.#gradients, this.#firstMoments, this.#secondMoments].flat());
  }

  #forward(rows: number, random: Random | null): void {
    checkRows(rows, this.maxRows);
    checkFinite(this.input, rows);
    const tf = this.#tf;
    this.#forget();
    this.#rows = rows;
    this.#inputTensor = this.#rowsOf(this.input, rows);
    for (const [index, layer] of this.#layers.entries()) {
      const x = layer.from ? layer.from.read : this.#inputTensor;
      const weights = this.#parameters[2 * index];
      const bias = this.#parameters[2 * index + 1];
      if (!x || !weights || !bias) throw new RangeError('a layer before the one it reads');
      const outputs = tf.tidy(() =>
        activate(tf, tf.add(tf.matMul(x, weights), bias), layer.flat.spec.activation),
      );
      const mask = random && this.#drawMask(layer, rows, random);
      Object.assign(layer, { outputs, mask, read: mask ? tf.mul(outputs, mask) : outputs });
    }
    for (const [index, end] of this.#ends.entries()) {
      this.outputs[index]?.values.set(end.outputs?.dataSync<'float32'>() ?? []);
    }
  }

  #drawMask({ flat }: TfjsLayer, rows: number, random: Random): Tensor | null {
    const { units, dropout } = flat.spec;
    if (dropout === 0) return null;
    const mask = matrix(rows, units);
    drawDropout(mask, rows, dropout, random);
    return this.#rowsOf(mask, rows);
  }

  /** From dLoss/d(what is read of a layer) to dLoss/d(its sums). */
  #derive({ outputs, mask, flat }: TfjsLayer, gradient: Tensor): Tensor {
    const tf = this.#tf;
    const kept = mask ? tf.mul(gradient, mask) : gradient;
    const { activation } = flat.spec;
    if (!outputs || activation === 'linear') return kept;
    if (activation === 'relu') return tf.mul(kept, tf.cast(tf.greater(outputs, 0), 'float32'));
    return tf.mul(kept, tf.sub(1, tf.square(outputs)));
  }

  #adam(index: number, { rate, secondScale, epsilon, gradientScale }: AdamStep): void {
    const tf = this.#tf;
    const [parameter, scaledGradient, first, second] = [
      this.#parameters,
      this.#gradients,
      this.#firstMoments,
      this.#secondMoments,
    ].map((tensors) => tensors[index]);
    if (!parameter || !scaledGradient || !first || !second) throw new RangeError(`no parameters ${index}`);
    const updated = tf.tidy(() => {
      const gradient = tf.mul(scaledGradient, gradientScale);
      const m = tf.add(tf.mul(first, BETA1), tf.mul(gradient, 1 - BETA1));
      const v = tf.add(tf.mul(second, BETA2), tf.mul(tf.square(gradient), 1 - BETA2));
      const change = tf.div(tf.mul(m, rate), tf.add(tf.mul(tf.sqrt(v), secondScale), epsilon));
      return { parameter: tf.sub(parameter, change), m, v };
    });
    tf.dispose([parameter, first, second]);
    this.#parameters[index] = updated.parameter;
    this.#firstMoments[index] = updated.m;
    this.#secondMoments[index] = updated.v;
  }

  #sumOfSquares(tensor: Tensor): number {
    const tf = this.#tf;
    const sum = tf.tidy(() => tf.sum(tf.square(tensor)));
    const [value = Number.NaN] = sum.dataSync();
    sum.dispose();
    return value;
  }

  #rowsOf({ values, columns }: Matrix, rows: number): Tensor {
    return this.#tf.tensor(values.slice(0, rows * columns), [rows, columns]);
  }

  /** Weights and biases by turns. */
  #tensors(flat: Float32Array): Tensor[] {
    checkParameterCount(flat, this.parameterCount);
    return this.#layers.flatMap(({ flat: { inputs, offset, spec } }) => {
      const biases = offset + inputs * spec.units;
      return [
        this.#tf.tensor(flat.slice(offset, biases), [inputs, spec.units]),
        this.#tf.tensor(flat.slice(biases, biases + spec.units), [spec.units]),
      ];
    });
  }

  #flat(tensors: readonly Tensor[]): Float32Array {
    const flat = new Float32Array(this.parameterCount);
    let offset = 0;
    for (const tensor of tensors) {
      flat.set(tensor.dataSync<'float32'>(), offset);
      offset += tensor.size;
    }
    return flat;
  }

  /** The new ones, after the old ones and what was needed in between are freed. */
  #replace(old: readonly Tensor[], make: () => Tensor[]): Tensor[] {
    const fresh = this.#tf.tidy(make);
    this.#tf.dispose([...old]);
    return fresh;
  }

  /** Frees what the last pass has left. */
  #forget(): void {
    const left = this.#layers.flatMap(({ outputs, mask, read }) => [outputs, mask, read]);
    this.#tf.dispose([this.#inputTensor, ...left].filter((tensor) => tensor !== null));
    this.#inputTensor = null;
    for (const layer of this.#layers) Object.assign(layer, { outputs: null, mask: null, read: null });
  }
}

function activate(tf: TensorFlow, sums: Tensor, activation: Activation): Tensor {
  if (activation === 'relu') return tf.relu(sums);
  if (activation === 'tanh') return tf.tanh(sums);
  return sums;
}

function matrix(rows: number, columns: number): Matrix {
  return { values: new Float32Array(rows * columns), stride: columns, columns };
}
