import type { Activation } from '../../engine/network';
import { applyActivation, applyAffine, applyClip, applyDense, type Features } from './features';
import { DATA_TYPE, dataTypeName, type OnnxNode, type OnnxTensor } from './onnxModel';

/** What a name in the graph stands for. */
export type Value =
  | { kind: 'features'; features: Features }
  | { kind: 'constant'; tensor: OnnxTensor }
  /** log Σ exp over the columns, which taken off logits leaves the same distribution. */
  | { kind: 'log-sum-exp'; of: Features }
  | { kind: 'probabilities'; logits: Features }
  /** Index of the greatest column: the action. */
  | { kind: 'decision'; scores: Features }
  /** Computed from the action that was chosen, such as its log-probability; no part of the policy. */
  | { kind: 'derived' };

/** Why a node cannot be used, to go after its name. */
export class Unsupported extends Error {}

/** What a node gives. @param inputs null for one that is left out @throws Unsupported */
export function evaluateNode(node: OnnxNode, inputs: readonly (Value | null)[]): Value {
  const operator = isDefaultDomain(node) ? OPERATORS.get(node.opType) : undefined;
  const followsDecision = inputs.some((input) => input?.kind === 'decision' || input?.kind === 'derived');
  if (followsDecision) {
    const [first] = inputs;
    return first?.kind === 'decision' && KEEPS_DECISION.has(node.opType) ? first : { kind: 'derived' };
  }
  if (!operator) throw new Unsupported('this operator is not supported');
  return operator(new NodeReader(node, inputs));
}

/** In words for people. */
export function supportedOperators(): string {
  return [...OPERATORS.keys()].sort().join(', ');
}

function isDefaultDomain({ domain }: OnnxNode): boolean {
  return domain === '' || domain === 'ai.onnx';
}

/** Operators that change the shape or the type of an action, not its value. */
const KEEPS_DECISION: ReadonlySet<string> = new Set([
  'Cast',
  'Flatten',
  'Identity',
  'Reshape',
  'Squeeze',
  'Unsqueeze',
]);

type Operator = (node: NodeReader) => Value;

const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['Gemm', gemm],
  ['MatMul', matMul],
  ['Add', (node) => node.withConstant((features, offset) => applyAffine(features, { offset }))],
  ['Mul', (node) => node.withConstant((features, scale) => applyAffine(features, { scale }))],
  ['Sub', subtract],
  ['Div', divide],
  ['Clip', clip],
  ['Relu', (node) => activate(node, 'relu')],
  ['Tanh', (node) => activate(node, 'tanh')],
  ['Identity', (node) => node.value(0)],
  ['Cast', cast],
  ['Flatten', flatten],
  ['Reshape', reshape],
  ['Constant', constant],
  ['Softmax', (node) => ({ kind: 'probabilities', logits: node.rowFeatures(-1) })],
  ['LogSoftmax', (node) => of(node.rowFeatures(-1))],
  ['ReduceLogSumExp', logSumExp],
  ['ArgMax', argMax],
]);

function of(features: Features): Value {
  return { kind: 'features', features };
}

/** alpha · A · B + beta · C, https://onnx.ai/onnx/operators/onnx__Gemm.html */
function gemm(node: NodeReader): Value {
  if (node.int('transA', 0) !== 0) throw new Unsupported('transA is not supported');
  const features = node.features(0);
  const matrix = node.matrix(1, node.int('transB', 0) !== 0);
  const alpha = node.float('alpha', 1);
  const beta = node.float('beta', 1);
  const { weights, units } = weightsFor(features, matrix);
  const summands = node.has(2) ? node.columns(2, units) : [0];
  const biases = Float64Array.from(
    { length: units },
    (_, unit) => beta * ((summands.length === 1 ? summands[0] : summands[unit]) ?? 0),
  );
  return of(
    applyDense(
      features,
      weights.map((weight) => alpha * weight),
      biases,
    ),
  );
}

function matMul(node: NodeReader): Value {
  const features = node.features(0);
  const { weights, units } = weightsFor(features, node.matrix(1, false));
  return of(applyDense(features, weights, new Float64Array(units)));
}

function weightsFor(features: Features, matrix: Matrix): { weights: Float64Array; units: number } {
  if (matrix.rows === features.width && matrix.columns > 0)
    return { weights: matrix.values, units: matrix.columns };
  throw new Unsupported(`weights of ${matrix.rows} × ${matrix.columns} for ${features.width} inputs`);
}

function subtract(node: NodeReader): Value {
  const [left, right] = [node.value(0), node.value(1)];
  if (left.kind === 'features' && right.kind === 'log-sum-exp' && left.features === right.of) return left;
  if (left.kind === 'constant') {
    const features = node.features(1);
    const negative = applyAffine(features, { scale: [-1] });
    return of(applyAffine(negative, { offset: node.columns(0, features.width) }));
  }
  const features = node.features(0);
  const offset = Array.from(node.columns(1, features.width), (value) => -value);
  return of(applyAffine(features, { offset }));
}

function divide(node: NodeReader): Value {
  const features = node.features(0);
  const scale = Array.from(node.columns(1, features.width), (value) => 1 / value);
  if (!scale.every(Number.isFinite)) throw new Unsupported('it divides by 0');
  return of(applyAffine(features, { scale }));
}

/** The bounds are inputs since opset 11, attributes before. */
function clip(node: NodeReader): Value {
  const features = node.features(0);
  const low = node.has(1) ? node.scalar(1) : node.float('min', Number.NEGATIVE_INFINITY);
  const high = node.has(2) ? node.scalar(2) : node.float('max', Number.POSITIVE_INFINITY);
  const clipped = applyClip(features, low, high);
  if (clipped) return of(clipped);
  throw new Unsupported('only the observation can be cut, once, and to finite bounds');
}

function activate(node: NodeReader, activation: Activation): Value {
  const activated = applyActivation(node.features(0), activation);
  if (activated) return of(activated);
  throw new Unsupported('an activation has to follow a Gemm or a MatMul');
}

function cast(node: NodeReader): Value {
  const value = node.value(0);
  const to = node.int('to', 0);
  if (value.kind === 'constant' || to === DATA_TYPE.float || to === DATA_TYPE.double) return value;
  throw new Unsupported(`it makes ${dataTypeName(to)} of numbers that a network needs`);
}

function flatten(node: NodeReader): Value {
  if (node.int('axis', 1) !== 1) throw new Unsupported(`its axis is ${node.int('axis', 1)}, not 1`);
  return of(node.features(0));
}

/** Harmless where rows stay rows: [N, width]. */
function reshape(node: NodeReader): Value {
  const features = node.features(0);
  const shape = node.numbers(1);
  const [rows = 0, columns = 0] = shape;
  const isWidth = columns === features.width;
  // 0 leaves a size as it is, −1 takes what is left; 1 is in graphs that were exported for one observation.
  const keepsRows = rows === -1 ? isWidth : (rows === 0 || rows === 1) && (isWidth || columns === -1);
  if (shape.length === 2 && keepsRows) return of(features);
  throw new Unsupported(`it makes [${shape.join(', ')}] of rows of ${features.width}`);
}

function constant(node: NodeReader): Value {
  return { kind: 'constant', tensor: node.constantValue() };
}

/** Its axes are an input since opset 18, an attribute before. */
function logSumExp(node: NodeReader): Value {
  const axes = node.has(1) ? node.numbers(1) : node.ints('axes');
  const isOverColumns = axes.length === 1 && (axes[0] === -1 || axes[0] === 1);
  if (!isOverColumns || node.int('keepdims', 1) !== 1) throw new Unsupported('it has to keep rows apart');
  return { kind: 'log-sum-exp', of: node.features(0) };
}

function argMax(node: NodeReader): Value {
  if (node.int('select_last_index', 0) !== 0) throw new Unsupported('it takes the last of equals');
  const value = node.value(0);
  const scores = value.kind === 'probabilities' ? value.logits : node.rowFeatures(0);
  node.expectColumnAxis(0);
  return { kind: 'decision', scores };
}

interface Matrix {
  rows: number;
  columns: number;
  /** Row-major. */
  values: Float64Array;
}

/** Inputs and attributes of a node, checked as they are asked for. */
class NodeReader {
  readonly #node: OnnxNode;
  readonly #inputs: readonly (Value | null)[];

  constructor(node: OnnxNode, inputs: readonly (Value | null)[]) {
    this.#node = node;
    this.#inputs = inputs;
  }

  has(index: number): boolean {
    return (this.#inputs[index] ?? null) !== null;
  }

  value(index: number): Value {
    const value = this.#inputs[index];
    if (!value) throw new Unsupported(`its input ${index + 1} is missing`);
    return value;
  }

  features(index: number): Features {
    const value = this.value(index);
    if (value.kind === 'features') return value.features;
    throw new Unsupported(`its input ${index + 1} is no row of numbers that follows from the observation`);
  }

  /** Its first input, for an operator over columns. @param otherwise the axis where none is told */
  rowFeatures(otherwise: number): Features {
    this.expectColumnAxis(otherwise);
    return this.features(0);
  }

  expectColumnAxis(otherwise: number): void {
    const axis = this.int('axis', otherwise);
    if (axis !== 1 && axis !== -1) throw new Unsupported(`its axis is ${axis}, not 1`);
  }

  /** One operand follows from the observation, the other is constant; either may come first. */
  withConstant(apply: (features: Features, constant: ArrayLike<number>) => Features): Value {
    const constantIndex = this.value(0).kind === 'constant' ? 0 : 1;
    const features = this.features(1 - constantIndex);
    return of(apply(features, this.columns(constantIndex, features.width)));
  }

  numbers(index: number): readonly number[] {
    return Array.from(this.#data(this.#tensor(index)));
  }

  scalar(index: number): number {
    const [value, ...others] = this.numbers(index);
    if (value === undefined || others.length > 0)
      throw new Unsupported(`its input ${index + 1} is not one number`);
    return value;
  }

  /** A constant that is added to or multiplied with each row: one number, or one per column. */
  columns(index: number, width: number): ArrayLike<number> {
    const tensor = this.#tensor(index);
    const data = this.#data(tensor);
    const isRow = data.length === 1 || (data.length === width && tensor.dims.at(-1) === width);
    if (isRow) return data;
    throw new Unsupported(`its constant of shape [${tensor.dims.join(', ')}] does not fit rows of ${width}`);
  }

  matrix(index: number, isTransposed: boolean): Matrix {
    const tensor = this.#tensor(index);
    const data = this.#data(tensor);
    const [rows = 0, columns = 0] = tensor.dims;
    if (tensor.dims.length !== 2)
      throw new Unsupported(`its weights have the shape [${tensor.dims.join(', ')}]`);
    if (!isTransposed) return { rows, columns, values: Float64Array.from(data) };
    const values = new Float64Array(data.length);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        values[column * rows + row] = data[row * columns + column] as number;
      }
    }
    return { rows: columns, columns: rows, values };
  }

  int(name: string, otherwise: number): number {
    const value = this.#attribute(name);
    return value?.kind === 'int' ? value.int : otherwise;
  }

  float(name: string, otherwise: number): number {
    const value = this.#attribute(name);
    return value?.kind === 'float' ? value.float : otherwise;
  }

  ints(name: string): readonly number[] {
    const value = this.#attribute(name);
    return value?.kind === 'ints' ? value.ints : [];
  }

  /** Of a Constant node, in any of the forms that it may have. */
  constantValue(): OnnxTensor {
    const of = (dims: readonly number[], dataType: number, data: readonly number[]) => ({
      name: this.#node.name,
      dims,
      dataType,
      data,
      isExternal: false,
    });
    const value = this.#node.attributes[0]?.value;
    switch (value?.kind) {
      case 'tensor':
        return value.tensor;
      case 'float':
        return of([], DATA_TYPE.float, [value.float]);
      case 'int':
        return of([], DATA_TYPE.int64, [value.int]);
      case 'floats':
        return of([value.floats.length], DATA_TYPE.float, value.floats);
      case 'ints':
        return of([value.ints.length], DATA_TYPE.int64, value.ints);
      default:
        throw new Unsupported('it is no number');
    }
  }

  #attribute(name: string) {
    return this.#node.attributes.find((attribute) => attribute.name === name)?.value;
  }

  #tensor(index: number): OnnxTensor {
    const value = this.value(index);
    if (value.kind === 'constant') return value.tensor;
    throw new Unsupported(`its input ${index + 1} is not constant`);
  }

  #data(tensor: OnnxTensor): ArrayLike<number> {
    if (tensor.isExternal) {
      throw new Unsupported(
        `its weights ${tensor.name} are in another file: export with external_data=False`,
      );
    }
    if (tensor.data === null) throw new Unsupported(`${tensor.name} holds ${dataTypeName(tensor.dataType)}`);
    return tensor.data;
  }
}
