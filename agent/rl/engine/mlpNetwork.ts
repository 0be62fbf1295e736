import type { Random } from '../../sim/random';
import { adamStep } from './adam';
import { Arena } from './arena';
import {
  checkFinite,
  checkFrozenLayers,
  checkMaxRows,
  checkParameterCount,
  checkRows,
  checkSameSpec,
} from './checks';
import { DenseLayer, type Regions, view } from './denseLayer';
import { type Block, type Kernel, type KernelFactory, padded } from './kernel';
import { type Layout, type Part, type PlannedLayer, planLayout } from './layout';
import type { AdamOptions, Matrix, Network, NetworkSpec, OptimiserState } from './network';
import { initialParameters } from './orthogonal';
import { keepRows, readFlat, rowsOf, writeFlat } from './parameters';

const NOTHING: ReadonlySet<string> = new Set();

/**
 * A network in one piece of memory that a kernel works on. Between `forward` and `backward` the input has to stay as
 * it is: the gradients of the first layers come from it.
 */
export class MlpNetwork implements Network {
  readonly spec: NetworkSpec;
  readonly maxRows: number;
  readonly input: Matrix;
  readonly outputs: readonly Matrix[];
  readonly outputGradients: readonly Matrix[];
  readonly parameterCount: number;
  readonly #layout: Layout;
  readonly #regions: Regions;
  readonly #inputBlock: Block;
  readonly #layers: readonly DenseLayer[];
  readonly #kernel: Kernel;
  /** Of the last forward pass. */
  #rows = 0;
  #isTraining = false;
  #steps = 0;

  constructor(spec: NetworkSpec, maxRows: number, random: Random | null, createKernel: KernelFactory) {
    checkMaxRows(maxRows);
    const layout = planLayout(spec);
    const arena = new Arena();
    const take = () => arena.take(layout.paddedCount);
    const regions = { parameters: take(), gradients: take(), firstMoments: take(), secondMoments: take() };
    const inputBlock = arena.takeBlock(maxRows, padded(spec.inputs));
    const layers = new Map<PlannedLayer, DenseLayer>();
    for (const planned of layout.layers) {
      const from = (planned.from && layers.get(planned.from)) ?? null;
      layers.set(planned, new DenseLayer(planned, from, maxRows, regions, arena));
    }
    const kernel = createKernel(arena.floats, deepestOf(layout, maxRows));
    const ends = layout.outputs.flatMap(({ planned, part }) => {
      const layer = layers.get(planned);
      return layer ? [{ layer, column: part.column, columns: part.layer.spec.units }] : [];
    });

    this.spec = spec;
    this.maxRows = maxRows;
    this.input = view(kernel, inputBlock, maxRows, 0, spec.inputs);
    this.outputs = ends.map(({ layer, column, columns }) =>
      view(kernel, layer.outputs, maxRows, column, columns),
    );
    this.outputGradients = ends.map(({ layer, column, columns }) =>
      view(kernel, layer.outputGradients, maxRows, column, columns),
    );
    this.parameterCount = layout.parameterCount;
    this.#layout = layout;
    this.#regions = regions;
    this.#inputBlock = inputBlock;
    this.#layers = [...layers.values()];
    this.#kernel = kernel;
    if (random) this.writeParameters(initialParameters(spec, random));
  }

  forward(rows: number): void {
    this.#begin(rows, false);
    for (const layer of this.#layers) layer.forward(this.#kernel, this.#read(layer), rows);
  }

  forwardTraining(rows: number, random: Random): void {
    this.#begin(rows, true);
    for (const layer of this.#layers) {
      layer.forward(this.#kernel, this.#read(layer), rows);
      layer.dropOut(this.#kernel, rows, random);
    }
  }

  backward(rows: number): void {
    if (rows !== this.#rows) throw new RangeError(`backward of ${rows} rows after forward of ${this.#rows}`);
    for (const layer of this.#layers.toReversed()) {
      layer.backward(this.#kernel, this.#read(layer), rows, this.#isTraining);
    }
  }

  step(options: AdamOptions): number {
    const frozen = options.frozenLayers ?? NOTHING;
    checkFrozenLayers(this.spec, frozen);
    const restore = this.#keepPartlyFrozen(frozen);
    try {
      const learning = this.#layers.filter(({ planned }) => planned.parts.some(isLearning(frozen)));
      return this.#adam(learning, options);
    } finally {
      restore();
    }
  }

  readParameters(): Float32Array {
    return this.#readFlat(this.#regions.parameters);
  }

  writeParameters(values: Float32Array): void {
    this.#writeFlat(this.#regions.parameters, values);
  }

  blendParameters(other: Network, tau: number): void {
    if (!(other instanceof MlpNetwork)) throw new RangeError('a network of another engine');
    checkSameSpec(other.spec, this.spec);
    const mine = this.#parameters();
    const theirs = other.#parameters();
    if (tau === 1) mine.set(theirs);
    else blend(mine, theirs, tau);
  }

  readGradients(): Float32Array {
    return this.#readFlat(this.#regions.gradients);
  }

  readOptimiser(): OptimiserState {
    return {
      step: this.#steps,
      firstMoment: this.#readFlat(this.#regions.firstMoments),
      secondMoment: this.#readFlat(this.#regions.secondMoments),
    };
  }

  writeOptimiser({ step, firstMoment, secondMoment }: OptimiserState): void {
    this.#writeFlat(this.#regions.firstMoments, firstMoment);
    this.#writeFlat(this.#regions.secondMoments, secondMoment);
    this.#steps = step;
  }

  /** Its memory is freed with it. */
  dispose(): void {}

  #begin(rows: number, isTraining: boolean): void {
    checkRows(rows, this.maxRows);
    const { address, stride } = this.#inputBlock;
    const squares = this.#kernel.sumOfSquares(address, rows * stride);
    // Also where the values are finite and only the sum is too great.
    if (!Number.isFinite(squares)) checkFinite(this.input, rows);
    this.#rows = rows;
    this.#isTraining = isTraining;
  }

  #read({ from }: DenseLayer): Block {
    return from ? from.read(this.#isTraining) : this.#inputBlock;
  }

  #parameters(): Float32Array {
    const { parameters } = this.#regions;
    return this.#kernel.memory.subarray(parameters, parameters + this.#layout.paddedCount);
  }

  #adam(layers: readonly DenseLayer[], options: AdamOptions): number {
    let squares = 0;
    for (const { planned } of layers) {
      squares += this.#kernel.sumOfSquares(this.#regions.gradients + planned.offset, planned.count);
    }
    const norm = Math.sqrt(squares);
    const step = adamStep(options, this.#steps + 1, norm);
    this.#steps += 1;
    for (const { planned } of layers) this.#kernel.adam(this.#addressesOf(planned), planned.count, step);
    return norm;
  }

  #addressesOf({ offset }: PlannedLayer): Regions {
    const { parameters, gradients, firstMoments, secondMoments } = this.#regions;
    return {
      parameters: parameters + offset,
      gradients: gradients + offset,
      firstMoments: firstMoments + offset,
      secondMoments: secondMoments + offset,
    };
  }

  #readFlat(region: number): Float32Array {
    return readFlat(this.#kernel.memory, region, this.#layout);
  }

  #writeFlat(region: number, values: Float32Array): void {
    checkParameterCount(values, this.parameterCount);
    writeFlat(this.#kernel.memory, region, this.#layout, values);
  }

  /**
   * Where some of the layers side by side are frozen and others not, the step goes over all of them: the gradients of
   * the frozen ones are 0 meanwhile, and what this returns puts everything of theirs back.
   */
  #keepPartlyFrozen(frozen: ReadonlySet<string>): () => void {
    const { memory } = this.#kernel;
    const { gradients } = this.#regions;
    const kept = this.#layers.flatMap(({ planned }) => {
      if (!planned.parts.some(isLearning(frozen))) return [];
      return planned.parts
        .filter((part) => !isLearning(frozen)(part))
        .flatMap((part) => {
          const rows = rowsOf(planned, part);
          const undo = Object.values(this.#regions).map((region) => keepRows(memory, region, rows));
          for (const { padded: at, count } of rows) memory.fill(0, gradients + at, gradients + at + count);
          return undo;
        });
    });
    return () => {
      for (const undo of kept) undo();
    };
  }
}

const isLearning =
  (frozen: ReadonlySet<string>) =>
  ({ layer }: Part) =>
    !frozen.has(layer.spec.name);

function deepestOf({ layers }: Layout, maxRows: number): number {
  return Math.max(padded(maxRows), ...layers.flatMap(({ inputs, units }) => [inputs, units]));
}

function blend(mine: Float32Array, theirs: Float32Array, tau: number): void {
  for (let index = 0; index < mine.length; index++) {
    mine[index] = tau * (theirs[index] as number) + (1 - tau) * (mine[index] as number);
  }
}
