import { power } from '../../sim/power';
import type { Random } from '../../sim/random';
import { type Cholesky, cholesky, inverse, logDeterminant, solve, solveLower } from './cholesky';

/** Covariance of the process, in units of standardised values; lengths in units of the cube. */
export interface Kernel {
  /** One length scale for each input (automatic relevance determination). */
  lengthScales: readonly number[];
  signalVariance: number;
  noiseVariance: number;
}

/** What the process knows about one point: normal with this mean and deviation (of the function, without noise). */
export interface Prediction {
  mean: number;
  standardDeviation: number;
}

/** Keeps the search for a kernel where numbers stay sane. */
const LENGTH_BOUNDS = [0.03, 10] as const;
const SIGNAL_BOUNDS = [0.05, 20] as const;
const NOISE_BOUNDS = [1e-6, 1] as const;
const FIT_STARTS = 4;
const FIT_STEPS = 80;
const FIT_RATE = 0.1;
const JITTER = 1e-9;

/**
 * Gaussian process regression (Rasmussen and Williams 2006, http://gaussianprocess.org/gpml/, algorithm 2.1) with the
 * Matérn 5/2 kernel. Inputs lie in the unit cube; values are standardised inside.
 */
export class GaussianProcess {
  readonly kernel: Kernel;
  readonly #points: readonly (readonly number[])[];
  readonly #factor: Cholesky;
  readonly #alpha: Float64Array;
  readonly #offset: number;
  readonly #scale: number;

  /** Conditions the process with this kernel on what was observed. @throws RangeError where that cannot be done */
  constructor(points: readonly (readonly number[])[], values: readonly number[], kernel: Kernel) {
    const { standardised, offset, scale } = standardise(values);
    const factor = cholesky(covariance(points, kernel), points.length);
    if (!factor) throw new RangeError('the covariance is not positive definite');
    this.kernel = kernel;
    this.#points = points;
    this.#factor = factor;
    this.#alpha = solve(factor, standardised);
    this.#offset = offset;
    this.#scale = scale;
  }

  /** The kernel of the greatest marginal likelihood (equation 5.8), searched from several starts. */
  static fit(
    points: readonly (readonly number[])[],
    values: readonly number[],
    random: Random,
  ): GaussianProcess {
    const inputs = points[0]?.length ?? 0;
    const { standardised } = standardise(values);
    let best = { parameters: startOf(inputs, null), likelihood: Number.NEGATIVE_INFINITY };
    for (let start = 0; start < FIT_STARTS; start++) {
      const found = ascend(points, standardised, startOf(inputs, start === 0 ? null : random));
      if (found.likelihood > best.likelihood) best = found;
    }
    return new GaussianProcess(points, values, kernelOf(best.parameters));
  }

  predict(point: readonly number[]): Prediction {
    const covariances = Float64Array.from(this.#points, (other) =>
      matern(distance(point, other, this.kernel), this.kernel),
    );
    let mean = 0;
    for (let index = 0; index < covariances.length; index++) {
      mean += (covariances[index] as number) * (this.#alpha[index] as number);
    }
    const explained = solveLower(this.#factor, covariances).reduce((sum, value) => sum + value * value, 0);
    const variance = Math.max(0, this.kernel.signalVariance - explained);
    return {
      mean: this.#offset + this.#scale * mean,
      standardDeviation: this.#scale * Math.sqrt(variance),
    };
  }
}

/**
 * ln p(values | points, kernel), and its gradient by the logarithms of length scales, signal and noise variance
 * (equations 5.8 and 5.9). Null where the covariance is not positive definite.
 */
export function logMarginalLikelihood(
  points: readonly (readonly number[])[],
  values: Float64Array,
  kernel: Kernel,
): { likelihood: number; gradient: number[] } | null {
  const size = points.length;
  const factor = cholesky(covariance(points, kernel), size);
  if (!factor) return null;
  const alpha = solve(factor, values);
  const inverted = inverse(factor);
  const fit = alpha.reduce((sum, value, index) => sum + value * (values[index] as number), 0);
  const likelihood = -0.5 * (fit + logDeterminant(factor) + size * Math.log(2 * Math.PI));

  const inputs = kernel.lengthScales.length;
  const gradient = new Array<number>(inputs + 2).fill(0);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      // ½·tr((α·αᵀ − K⁻¹)·∂K/∂θ)
      const weight =
        0.5 *
        ((alpha[row] as number) * (alpha[column] as number) - (inverted[row * size + column] as number));
      const [a, b] = [points[row] as readonly number[], points[column] as readonly number[]];
      const r = distance(a, b, kernel);
      const slope = ((5 * kernel.signalVariance) / 3) * (1 + Math.sqrt(5) * r) * Math.exp(-Math.sqrt(5) * r);
      for (let input = 0; input < inputs; input++) {
        const step = ((a[input] as number) - (b[input] as number)) / (kernel.lengthScales[input] as number);
        gradient[input] = (gradient[input] as number) + weight * slope * step * step;
      }
      gradient[inputs] = (gradient[inputs] as number) + weight * matern(r, kernel);
      if (row === column)
        gradient[inputs + 1] = (gradient[inputs + 1] as number) + weight * kernel.noiseVariance;
    }
  }
  return { likelihood, gradient };
}

/** σ²·(1 + √5·r + 5r²/3)·e^(−√5·r) */
function matern(r: number, { signalVariance }: Kernel): number {
  const scaled = Math.sqrt(5) * r;
  return signalVariance * (1 + scaled + (scaled * scaled) / 3) * Math.exp(-scaled);
}

function distance(a: readonly number[], b: readonly number[], { lengthScales }: Kernel): number {
  let sum = 0;
  for (let input = 0; input < lengthScales.length; input++) {
    const step = ((a[input] as number) - (b[input] as number)) / (lengthScales[input] as number);
    sum += step * step;
  }
  return Math.sqrt(sum);
}

function covariance(points: readonly (readonly number[])[], kernel: Kernel): Float64Array {
  const size = points.length;
  const matrix = new Float64Array(size * size);
  points.forEach((a, row) => {
    points.forEach((b, column) => {
      matrix[row * size + column] = matern(distance(a, b, kernel), kernel);
    });
    matrix[row * size + row] = (matrix[row * size + row] as number) + kernel.noiseVariance + JITTER;
  });
  return matrix;
}

function standardise(values: readonly number[]): {
  standardised: Float64Array;
  offset: number;
  scale: number;
} {
  const offset = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - offset) ** 2, 0) / values.length;
  const scale = variance > 0 ? Math.sqrt(variance) : 1;
  return { standardised: Float64Array.from(values, (value) => (value - offset) / scale), offset, scale };
}

/** Logarithms of length scales, signal variance, noise variance. */
type Parameters = readonly number[];

function startOf(inputs: number, random: Random | null): Parameters {
  const between = ([low, high]: readonly [number, number]) =>
    random ? Math.log(low) + random.uniform() * Math.log(high / low) : 0;
  if (!random) return [...new Array<number>(inputs).fill(Math.log(0.3)), 0, Math.log(1e-3)];
  return [
    ...Array.from({ length: inputs }, () => between([0.1, 2])),
    between([0.3, 3]),
    between([1e-4, 0.1]),
  ];
}

function kernelOf(parameters: Parameters): Kernel {
  const values = parameters.map(Math.exp);
  return {
    lengthScales: values.slice(0, -2),
    signalVariance: values.at(-2) as number,
    noiseVariance: values.at(-1) as number,
  };
}

/** Gradient ascent by Adam, within bounds. */
function ascend(
  points: readonly (readonly number[])[],
  values: Float64Array,
  start: Parameters,
): { parameters: Parameters; likelihood: number } {
  const parameters = [...start];
  const first = parameters.map(() => 0);
  const second = parameters.map(() => 0);
  let best = { parameters: start, likelihood: Number.NEGATIVE_INFINITY };
  for (let step = 1; step <= FIT_STEPS; step++) {
    const here = logMarginalLikelihood(points, values, kernelOf(parameters));
    if (!here) break;
    if (here.likelihood > best.likelihood)
      best = { parameters: [...parameters], likelihood: here.likelihood };
    here.gradient.forEach((slope, index) => {
      const m = 0.9 * (first[index] as number) + 0.1 * slope;
      const v = 0.99 * (second[index] as number) + 0.01 * slope * slope;
      first[index] = m;
      second[index] = v;
      const move =
        (FIT_RATE * (m / (1 - power(0.9, step)))) / (Math.sqrt(v / (1 - power(0.99, step))) + 1e-8);
      parameters[index] = within((parameters[index] as number) + move, index, parameters.length);
    });
  }
  return best;
}

function within(parameter: number, index: number, length: number): number {
  const [low, high] =
    index === length - 1 ? NOISE_BOUNDS : index === length - 2 ? SIGNAL_BOUNDS : LENGTH_BOUNDS;
  return Math.min(Math.log(high), Math.max(Math.log(low), parameter));
}
