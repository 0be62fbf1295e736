import { type AdamStep, BETA1, BETA2, LEAST_MOMENT } from './adam';
import type { AdamAddresses, Block, Kernel, Size } from './kernel';
import type { Activation } from './network';
import { rationalTanh } from './rationalTanh';

/** Rows whose packed panel stays in the second-level cache while the columns go by. */
const ROW_BLOCK = 64;
/** A tile of results that is summed in registers. */
const TILE_ROWS = 4;
const TILE_COLUMNS = 2;

/** Which factor of a product is transposed. */
type Form = 'a·b' | 'aᵀ·b' | 'a·bᵀ';

/** The kernel in plain TypeScript: the same sums in 64 bits, rounded when stored. */
export class JsKernel implements Kernel {
  readonly memory: Float32Array;
  /** Factors as the tiles read them, one after the other, and in 64 bits so that the innermost loop converts none. */
  readonly #packedA: Float64Array;
  readonly #packedB: Float64Array;
  readonly #zeros: number;

  constructor(floats: number, deepest: number) {
    this.memory = new Float32Array(floats + deepest);
    this.#zeros = floats;
    this.#packedA = new Float64Array(ROW_BLOCK * deepest);
    this.#packedB = new Float64Array(TILE_COLUMNS * deepest);
  }

  forward(
    x: Block,
    weights: Block,
    bias: number,
    outputs: Block,
    size: Size,
    rows: number,
    activation: Activation,
  ): void {
    const start = { address: bias, stride: 0 };
    if (rows === 1) this.#forwardRow(x.address, weights, bias, outputs.address, size);
    else this.#product('a·b', x, weights, outputs, start, rows, size.units, size.inputs);
    const end = outputs.address + rows * outputs.stride;
    activate(this.memory.subarray(outputs.address, end), activation);
  }

  weightGradients(
    x: Block,
    gradient: Block,
    result: Block,
    biasResult: number,
    size: Size,
    rows: number,
  ): void {
    const start = { address: this.#zeros, stride: 0 };
    this.#product('aᵀ·b', x, gradient, result, start, size.inputs, size.units, rows);
    this.#columnSums(gradient, biasResult, size.units, rows);
  }

  inputGradients(
    gradient: Block,
    weights: Block,
    result: Block,
    size: Size,
    rows: number,
    adds: boolean,
    activation: Activation,
    outputs: Block,
  ): void {
    const start = adds ? result : { address: this.#zeros, stride: 0 };
    this.#product('a·bᵀ', gradient, weights, result, start, rows, size.inputs, size.units);
    this.activationGradient(
      result.address,
      outputs.address,
      result.address,
      rows * result.stride,
      activation,
    );
  }

  activationGradient(
    gradient: number,
    outputs: number,
    result: number,
    count: number,
    activation: Activation,
  ): void {
    const { memory } = this;
    for (let index = 0; index < count; index++) {
      const output = memory[outputs + index] as number;
      memory[result + index] = (memory[gradient + index] as number) * derivative(output, activation);
    }
  }

  multiply(a: number, b: number, result: number, count: number): void {
    const { memory } = this;
    for (let index = 0; index < count; index++) {
      memory[result + index] = (memory[a + index] as number) * (memory[b + index] as number);
    }
  }

  sumOfSquares(address: number, count: number): number {
    let sum = 0;
    for (let index = address; index < address + count; index++) sum += (this.memory[index] as number) ** 2;
    return Math.fround(sum);
  }

  adam(at: AdamAddresses, count: number, { rate, secondScale, epsilon, gradientScale }: AdamStep): void {
    const { memory } = this;
    for (let index = 0; index < count; index++) {
      const gradient = (memory[at.gradients + index] as number) * gradientScale;
      const first = BETA1 * (memory[at.firstMoments + index] as number) + (1 - BETA1) * gradient;
      const second = BETA2 * (memory[at.secondMoments + index] as number) + (1 - BETA2) * gradient * gradient;
      memory[at.firstMoments + index] = Math.abs(first) < LEAST_MOMENT ? 0 : first;
      memory[at.secondMoments + index] = second < LEAST_MOMENT ? 0 : second;
      const parameter = memory[at.parameters + index] as number;
      memory[at.parameters + index] =
        parameter - (rate * first) / (Math.sqrt(second) * secondScale + epsilon);
    }
  }

  /** For a single row packing would cost more than it saves. */
  #forwardRow(x: number, weights: Block, bias: number, outputs: number, { inputs, units }: Size): void {
    const { memory } = this;
    for (let unit = 0; unit < units; unit += 4) {
      let sum0 = memory[bias + unit] as number;
      let sum1 = memory[bias + unit + 1] as number;
      let sum2 = memory[bias + unit + 2] as number;
      let sum3 = memory[bias + unit + 3] as number;
      let weight = weights.address + unit;
      for (let input = 0; input < inputs; input++) {
        const value = memory[x + input] as number;
        sum0 += value * (memory[weight] as number);
        sum1 += value * (memory[weight + 1] as number);
        sum2 += value * (memory[weight + 2] as number);
        sum3 += value * (memory[weight + 3] as number);
        weight += weights.stride;
      }
      memory[outputs + unit] = sum0;
      memory[outputs + unit + 1] = sum1;
      memory[outputs + unit + 2] = sum2;
      memory[outputs + unit + 3] = sum3;
    }
  }

  /** c = start + a · b, of m × n sums of k terms, with one of the factors transposed. A stride of 0 repeats a row. */
  #product(form: Form, a: Block, b: Block, c: Block, start: Block, m: number, n: number, k: number): void {
    for (let row = 0; row < m; row += ROW_BLOCK) {
      const rows = Math.min(ROW_BLOCK, m - row);
      if (form === 'aᵀ·b') packRows(this.memory, a.address + row, 1, a.stride, rows, k, this.#packedA);
      else packRows(this.memory, a.address + row * a.stride, a.stride, 1, rows, k, this.#packedA);
      for (let column = 0; column < n; column += TILE_COLUMNS) {
        if (form === 'a·bᵀ') this.#packColumns(b.address + column * b.stride, b.stride, 1, k);
        else this.#packColumns(b.address + column, 1, b.stride, k);
        for (let tile = 0; tile < rows; tile += TILE_ROWS) {
          const target = c.address + (row + tile) * c.stride + column;
          const begin = start.address + (row + tile) * start.stride + column;
          this.#tile(tile * k, k, begin, start.stride, target, c.stride);
        }
      }
    }
  }

  #packColumns(address: number, across: number, down: number, k: number): void {
    const { memory } = this;
    const packed = this.#packedB;
    let from = address;
    for (let to = 0; to < TILE_COLUMNS * k; to += TILE_COLUMNS) {
      packed[to] = memory[from] as number;
      packed[to + 1] = memory[from + across] as number;
      from += down;
    }
  }

  #tile(a: number, k: number, start: number, startStride: number, target: number, stride: number): void {
    const { memory } = this;
    const packedA = this.#packedA;
    const packedB = this.#packedB;
    const start1 = start + startStride;
    const start2 = start1 + startStride;
    const start3 = start2 + startStride;
    let sum00 = memory[start] as number;
    let sum01 = memory[start + 1] as number;
    let sum10 = memory[start1] as number;
    let sum11 = memory[start1 + 1] as number;
    let sum20 = memory[start2] as number;
    let sum21 = memory[start2 + 1] as number;
    let sum30 = memory[start3] as number;
    let sum31 = memory[start3 + 1] as number;
    let at = a;
    for (let term = 0; term < 2 * k; term += 2) {
      const b0 = packedB[term] as number;
      const b1 = packedB[term + 1] as number;
      const a0 = packedA[at] as number;
      const a1 = packedA[at + 1] as number;
      const a2 = packedA[at + 2] as number;
      const a3 = packedA[at + 3] as number;
      sum00 += a0 * b0;
      sum01 += a0 * b1;
      sum10 += a1 * b0;
      sum11 += a1 * b1;
      sum20 += a2 * b0;
      sum21 += a2 * b1;
      sum30 += a3 * b0;
      sum31 += a3 * b1;
      at += TILE_ROWS;
    }
    memory[target] = sum00;
    memory[target + 1] = sum01;
    memory[target + stride] = sum10;
    memory[target + stride + 1] = sum11;
    memory[target + 2 * stride] = sum20;
    memory[target + 2 * stride + 1] = sum21;
    memory[target + 3 * stride] = sum30;
    memory[target + 3 * stride + 1] = sum31;
  }

  #columnSums({ address, stride }: Block, result: number, columns: number, rows: number): void {
    const { memory } = this;
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let row = 0; row < rows; row++) sum += memory[address + row * stride + column] as number;
      memory[result + column] = sum;
    }
  }
}

/** Rows in groups of four, their values of one term side by side. Rows behind the last are whatever is there. */
function packRows(
  memory: Float32Array,
  address: number,
  down: number,
  across: number,
  rows: number,
  k: number,
  packed: Float64Array,
): void {
  let to = 0;
  for (let row = 0; row < rows; row += TILE_ROWS) {
    let from = address + row * down;
    for (let term = 0; term < k; term++) {
      packed[to] = memory[from] as number;
      packed[to + 1] = memory[from + down] as number;
      packed[to + 2] = memory[from + 2 * down] as number;
      packed[to + 3] = memory[from + 3 * down] as number;
      from += across;
      to += TILE_ROWS;
    }
  }
}

/** In a way that keeps NaN. */
function activate(values: Float32Array, activation: Activation): void {
  if (activation === 'linear') return;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    values[index] = activation === 'tanh' ? rationalTanh(value) : value < 0 ? 0 : value;
  }
}

function derivative(output: number, activation: Activation): number {
  if (activation === 'linear') return 1;
  if (activation === 'relu') return output > 0 ? 1 : 0;
  return 1 - output * output;
}
