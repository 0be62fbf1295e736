import { type AdamStep, BETA1, BETA2, LEAST_MOMENT } from './adam';
import type { AdamAddresses, Block, Kernel, Size } from './kernel';
import { KERNEL_BINARY } from './kernelBinary';
import type { Activation } from './network';

/** What Node has of it; its types come with the browser's alone. */
declare const WebAssembly: {
  Module: new (binary: Uint8Array) => object;
  Memory: new (pages: { initial: number; maximum: number }) => { buffer: ArrayBuffer };
  Instance: new (module: object, imports: object) => { exports: unknown };
};

/** What kernel/simd.ts exports. Addresses and strides are in bytes. */
interface Simd {
  multiplyMatrices(
    form: number,
    a: number,
    aStride: number,
    b: number,
    bStride: number,
    c: number,
    cStride: number,
    m: number,
    n: number,
    k: number,
    start: number,
    startStride: number,
    f: number,
    outputs: number,
    packedA: number,
    packedB: number,
  ): void;
  multiplyRow(
    x: number,
    weights: number,
    bias: number,
    outputs: number,
    inputs: number,
    units: number,
    f: number,
  ): void;
  multiplyDerivative(gradient: number, outputs: number, result: number, count: number, f: number): void;
  multiply(a: number, b: number, result: number, count: number): void;
  columnSums(a: number, stride: number, rows: number, columns: number, result: number): void;
  sumOfSquares(a: number, count: number): number;
  adam(
    parameters: number,
    gradients: number,
    firstMoments: number,
    secondMoments: number,
    count: number,
    rate: number,
    secondScale: number,
    epsilon: number,
    gradientScale: number,
    beta1: number,
    beta2: number,
    leastMoment: number,
  ): void;
}

/** Forms of a product. */
const PLAIN = 0;
const A_TRANSPOSED = 1;
const B_TRANSPOSED = 2;

/** What happens to sums. */
const FUNCTION: Record<Activation, number> = { linear: 0, relu: 1, tanh: 2 };
const DERIVATIVE: Record<Activation, number> = { linear: 0, relu: 3, tanh: 4 };

/** Rows of A and columns of B that simd.ts packs at a time. */
const PACKED_ROWS = 128;
const PACKED_COLUMNS = 8;

const PAGE_BYTES = 65_536;

let compiled: object | undefined;

/** The kernel on 128-bit vectors. Its memory has exactly the size it needs and never grows. */
export class WasmKernel implements Kernel {
  readonly memory: Float32Array;
  readonly #simd: Simd;
  /** Behind the floats: a row of zeros to begin sums at, and the panels of packed factors. In bytes. */
  readonly #zeros: number;
  readonly #packedA: number;
  readonly #packedB: number;

  constructor(floats: number, deepest: number) {
    this.#zeros = 4 * floats;
    this.#packedA = this.#zeros + 4 * deepest;
    this.#packedB = this.#packedA + 4 * PACKED_ROWS * deepest;
    const bytes = this.#packedB + 4 * PACKED_COLUMNS * deepest;
    const pages = Math.ceil(bytes / PAGE_BYTES);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    compiled ??= new WebAssembly.Module(decode(KERNEL_BINARY));
    this.#simd = new WebAssembly.Instance(compiled, { env: { memory } }).exports as Simd;
    this.memory = new Float32Array(memory.buffer, 0, floats);
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
    if (rows > 1) {
      const f = FUNCTION[activation];
      this.#multiply(PLAIN, x, weights, outputs, rows, size.units, size.inputs, 4 * bias, 0, f, 0);
      return;
    }
    this.#simd.multiplyRow(
      4 * x.address,
      4 * weights.address,
      4 * bias,
      4 * outputs.address,
      size.inputs,
      size.units,
      FUNCTION[activation],
    );
  }

  weightGradients(
    x: Block,
    gradient: Block,
    result: Block,
    biasResult: number,
    size: Size,
    rows: number,
  ): void {
    this.#multiply(A_TRANSPOSED, x, gradient, result, size.inputs, size.units, rows, this.#zeros, 0, 0, 0);
    this.#simd.columnSums(4 * gradient.address, 4 * gradient.stride, rows, size.units, 4 * biasResult);
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
    const start = adds ? 4 * result.address : this.#zeros;
    const startStride = adds ? 4 * result.stride : 0;
    const f = DERIVATIVE[activation];
    const { inputs, units } = size;
    const at = 4 * outputs.address;
    this.#multiply(B_TRANSPOSED, gradient, weights, result, rows, inputs, units, start, startStride, f, at);
  }

  activationGradient(
    gradient: number,
    outputs: number,
    result: number,
    count: number,
    activation: Activation,
  ): void {
    const f = DERIVATIVE[activation];
    this.#simd.multiplyDerivative(4 * gradient, 4 * outputs, 4 * result, count, f);
  }

  multiply(a: number, b: number, result: number, count: number): void {
    this.#simd.multiply(4 * a, 4 * b, 4 * result, count);
  }

  sumOfSquares(address: number, count: number): number {
    return this.#simd.sumOfSquares(4 * address, count);
  }

  adam(at: AdamAddresses, count: number, step: AdamStep): void {
    this.#simd.adam(
      4 * at.parameters,
      4 * at.gradients,
      4 * at.firstMoments,
      4 * at.secondMoments,
      count,
      step.rate,
      step.secondScale,
      step.epsilon,
      step.gradientScale,
      BETA1,
      BETA2,
      LEAST_MOMENT,
    );
  }

  #multiply(
    form: number,
    a: Block,
    b: Block,
    c: Block,
    m: number,
    n: number,
    k: number,
    startBytes: number,
    startStrideBytes: number,
    f: number,
    outputsBytes: number,
  ): void {
    this.#simd.multiplyMatrices(
      form,
      4 * a.address,
      4 * a.stride,
      4 * b.address,
      4 * b.stride,
      4 * c.address,
      4 * c.stride,
      m,
      n,
      k,
      startBytes,
      startStrideBytes,
      f,
      outputsBytes,
      this.#packedA,
      this.#packedB,
    );
  }
}

function decode(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
