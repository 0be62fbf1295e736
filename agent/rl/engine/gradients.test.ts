import { describe, expect, it } from 'vitest';
import { gaussianRows, outputsOf, readRows, relativeError, writeRows } from '../../../test/support/networks';
import { aLayer, referenceOutputs } from '../../../test/support/referenceNetwork';
import { Random } from '../../sim/random';
import { createEngine } from './engines';
import type { Activation, LayerSpec, NetworkSpec } from './network';

const hidden = (prefix: string, units: readonly number[], activation: Activation, dropout = 0): LayerSpec[] =>
  units.map((count, index) => aLayer(`${prefix}.${index}`, count, { activation, dropout, gain: Math.SQRT2 }));

const CASES: Record<string, NetworkSpec> = {
  'one linear layer': { inputs: 5, trunk: [], towers: [{ name: 'q', layers: [aLayer('q', 3)] }] },
  'one layer with tanh as its output': {
    inputs: 4,
    trunk: [],
    towers: [{ name: 'q', layers: [aLayer('q', 2, { activation: 'tanh' })] }],
  },
  'relu, 4 layers deep': {
    inputs: 12,
    trunk: hidden('trunk', [16, 9, 7], 'relu'),
    towers: [{ name: 'q', layers: [aLayer('q', 3)] }],
  },
  'tanh, with heads side by side': {
    inputs: 7,
    trunk: hidden('trunk', [13, 10], 'tanh'),
    towers: [
      { name: 'policy', layers: [aLayer('policy', 3)] },
      { name: 'value', layers: [aLayer('value', 1)] },
    ],
  },
  'a trunk and towers of different depth and function': {
    inputs: 6,
    trunk: hidden('trunk', [11], 'relu'),
    towers: [
      { name: 'policy', layers: [...hidden('policy', [5, 6], 'tanh'), aLayer('policy.out', 3)] },
      { name: 'value', layers: [aLayer('value.out', 1, { activation: 'tanh' })] },
      { name: 'other', layers: [...hidden('other', [8], 'relu'), aLayer('other.out', 2)] },
    ],
  },
  'two towers without a trunk': {
    inputs: 3,
    trunk: [],
    towers: [
      { name: 'policy', layers: [...hidden('policy', [10, 9], 'tanh'), aLayer('policy.out', 2)] },
      { name: 'value', layers: [...hidden('value', [10, 9], 'tanh'), aLayer('value.out', 1)] },
    ],
  },
  'dropout behind relu and tanh': {
    inputs: 9,
    trunk: [...hidden('a', [17], 'relu', 0.4), ...hidden('b', [15], 'tanh', 0.3)],
    towers: [
      { name: 'policy', layers: [...hidden('policy', [6], 'linear', 0.2), aLayer('policy.out', 3)] },
      { name: 'value', layers: [aLayer('value.out', 1)] },
    ],
  },
};

/** The loss is Σ outputs ⊙ these, so that these are its gradients. */
const outputWeights = (spec: NetworkSpec, rows: number) =>
  spec.towers.map(({ layers }, tower) =>
    gaussianRows(rows, layers.at(-1)?.units ?? 0, new Random(tower + 50)),
  );

describe.each(['wasm', 'js'] as const)('the gradients of engine %s', (name) => {
  describe.each(Object.entries(CASES))('of %s', (_, spec) => {
    it.each([1, 6, 8])('are those of finite differences in 64 bits, for %d rows', (rows) => {
      const network = createEngine(name).createNetwork(spec, { maxRows: 9, random: new Random(1) });
      const parameters = network.readParameters().map((value, index) => value + 0.1 * Math.sin(index));
      network.writeParameters(parameters);
      const input = gaussianRows(rows, spec.inputs, new Random(2));
      const weights = outputWeights(spec, rows);
      const loss = (at: ArrayLike<number>) =>
        referenceOutputs(spec, at, input, new Random(3))
          .flat(2)
          .reduce((sum, output, index) => {
            return sum + output * (weights.flat(2)[index] ?? Number.NaN);
          }, 0);

      writeRows(network.input, input);
      network.forwardTraining(rows, new Random(3));
      for (const [tower, matrix] of network.outputGradients.entries())
        writeRows(matrix, weights[tower] ?? []);
      network.backward(rows);

      expect(relativeError(network.readGradients(), finiteDifferences(loss, parameters))).toBeLessThan(1e-6);
    });
  });

  it('come from what the layers read, also where the pass before had dropout', () => {
    const spec = CASES['dropout behind relu and tanh'];
    if (!spec) throw new Error('no such case');
    const gradients = [true, false].map((dropsBefore) => {
      const network = createEngine(name).createNetwork(spec, { maxRows: 4, random: new Random(1) });
      const input = gaussianRows(4, spec.inputs, new Random(2));
      writeRows(network.input, input);
      if (dropsBefore) network.forwardTraining(4, new Random(5));
      outputsOf(network, input);
      network.outputGradients[0]?.values.fill(1, 0, 3);
      network.backward(4);
      return network.readGradients();
    });
    expect(gradients[0]).toEqual(gradients[1]);
  });
});

describe.each(['wasm', 'js'] as const)('the outputs of engine %s', (name) => {
  it.each(Object.entries(CASES))('are those of a reference in 64 bits: %s', (_, spec) => {
    const network = createEngine(name).createNetwork(spec, { maxRows: 7, random: new Random(1) });
    const input = gaussianRows(7, spec.inputs, new Random(2));
    const expected = referenceOutputs(spec, network.readParameters(), input);
    expect(relativeError(outputsOf(network, input).flat(2), expected.flat(2))).toBeLessThan(1e-6);
    network.forwardTraining(7, new Random(3));
    const dropped = referenceOutputs(spec, network.readParameters(), input, new Random(3));
    const training = network.outputs.map((output) => readRows(output, 7));
    expect(relativeError(training.flat(2), dropped.flat(2))).toBeLessThan(1e-6);
  });
});

function finiteDifferences(loss: (at: Float64Array) => number, parameters: Float32Array): number[] {
  const at = Float64Array.from(parameters);
  const h = 1e-5;
  return Array.from(at, (value, index) => {
    at[index] = value + h;
    const above = loss(at);
    at[index] = value - h;
    const below = loss(at);
    at[index] = value;
    return (above - below) / (2 * h);
  });
}
