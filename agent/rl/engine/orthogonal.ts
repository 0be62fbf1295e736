import type { Random } from '../../sim/random';
import { flatLayers } from './layers';
import type { NetworkSpec } from './network';

/** Orthogonal weights with each layer's gain, biases 0, in the flat order. */
export function initialParameters(spec: NetworkSpec, random: Random): Float32Array {
  const { trunk, towers, parameterCount } = flatLayers(spec);
  const parameters = new Float32Array(parameterCount);
  for (const { spec: layer, inputs, offset } of [...trunk, ...towers.flat()]) {
    parameters.set(orthogonal(inputs, layer.units, layer.gain, random), offset);
  }
  return parameters;
}

/**
 * A random matrix, row-major, whose columns – or rows, where it is wider than high – are orthogonal and of length
 * `gain` (Saxe et al. 2014, arXiv:1312.6120): Gram and Schmidt's process in its stable form on Gaussian vectors.
 */
export function orthogonal(rows: number, columns: number, gain: number, random: Random): Float32Array {
  const length = Math.max(rows, columns);
  const vectors: Float64Array[] = [];
  while (vectors.length < Math.min(rows, columns)) {
    const vector = Float64Array.from({ length }, () => random.gaussian());
    for (const earlier of vectors) subtractProjection(vector, earlier);
    normalise(vector);
    vectors.push(vector);
  }
  const matrix = new Float32Array(rows * columns);
  for (const [index, vector] of vectors.entries()) {
    for (let at = 0; at < length; at++) {
      const target = rows >= columns ? at * columns + index : index * columns + at;
      matrix[target] = gain * (vector[at] as number);
    }
  }
  return matrix;
}

function subtractProjection(vector: Float64Array, onto: Float64Array): void {
  const share = dot(vector, onto);
  for (let at = 0; at < vector.length; at++)
    vector[at] = (vector[at] as number) - share * (onto[at] as number);
}

function normalise(vector: Float64Array): void {
  const length = Math.sqrt(dot(vector, vector));
  for (let at = 0; at < vector.length; at++) vector[at] = (vector[at] as number) / length;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] as number) * (b[at] as number);
  return sum;
}
