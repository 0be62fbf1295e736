import { describe, expect, it } from 'vitest';
import { aLayer } from '../../../test/support/referenceNetwork';
import { Random } from '../../sim/random';
import { hiddenLayers } from './network';
import { initialParameters, orthogonal } from './orthogonal';

describe('orthogonal', () => {
  it.each([
    [5, 5],
    [12, 256],
    [64, 7],
    [1, 3],
    [4, 1],
  ])('makes the columns or the rows of %d × %d orthogonal, of length the gain', (rows, columns) => {
    const matrix = orthogonal(rows, columns, 0.5, new Random(1));
    const vector = (index: number) =>
      columns <= rows
        ? Array.from({ length: rows }, (_, row) => matrix[row * columns + index] ?? Number.NaN)
        : [...matrix.subarray(index * columns, (index + 1) * columns)];
    const count = Math.min(rows, columns);
    for (let a = 0; a < count; a++) {
      for (let b = 0; b <= a; b++) {
        const other = vector(b);
        const dot = vector(a).reduce((sum, value, index) => sum + value * (other[index] ?? Number.NaN), 0);
        expect(dot).toBeCloseTo(a === b ? 0.25 : 0, 6);
      }
    }
  });

  it('prefers no direction: the entries have mean 0 and variance 1/n', () => {
    const matrix = [...orthogonal(100, 100, 1, new Random(2))];
    const mean = matrix.reduce((sum, value) => sum + value, 0) / matrix.length;
    const diagonal = matrix.filter((_, index) => index % 101 === 0).reduce((sum, value) => sum + value, 0);
    expect(Math.abs(mean)).toBeLessThan(0.003);
    // The trace of a random orthogonal matrix is standard normal.
    expect(Math.abs(diagonal)).toBeLessThan(3);
  });
});

describe('initialParameters', () => {
  it('gives each layer its own gain, and biases of 0', () => {
    const spec = {
      inputs: 4,
      trunk: hiddenLayers('trunk', [4], 'tanh'),
      towers: [
        { name: 'policy', layers: [aLayer('policy', 2, { gain: 0.01 })] },
        { name: 'value', layers: [aLayer('value', 1)] },
      ],
    };
    const parameters = initialParameters(spec, new Random(1));
    const length = (begin: number, end: number) => Math.hypot(...parameters.subarray(begin, end));
    expect(length(0, 16)).toBeCloseTo(Math.SQRT2 * Math.sqrt(4), 6);
    expect(length(16, 20)).toBe(0);
    expect(length(20, 28)).toBeCloseTo(0.01 * Math.sqrt(2), 6);
    expect(length(28, 30)).toBe(0);
    expect(length(30, 34)).toBeCloseTo(1, 6);
    expect(length(34, 35)).toBe(0);
  });
});
