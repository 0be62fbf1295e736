import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { gaussianRows, outputsOf, readRows, relativeError, writeRows } from '../../../test/support/networks';
import { aLayer } from '../../../test/support/referenceNetwork';
import { Random } from '../../sim/random';
import { NumericError } from '../numericError';
import { createEngine } from './engines';
import { type AdamOptions, type Engine, hiddenLayers, type Network, type NetworkSpec } from './network';
import { tfjsEngine } from './tfjsEngine';

const ENGINES: [string, Engine][] = [
  ['wasm', createEngine('wasm')],
  ['js', createEngine('js')],
  ['tfjs', tfjsEngine(tf)],
];
const ADAM: AdamOptions = { learningRate: 0.01, maxGradNorm: Number.POSITIVE_INFINITY, epsilon: 1e-8 };

/** Heads side by side on a trunk. */
const HEADS: NetworkSpec = {
  inputs: 5,
  trunk: hiddenLayers('trunk', [9, 7], 'tanh'),
  towers: [
    { name: 'policy', layers: [aLayer('policy', 3)] },
    { name: 'value', layers: [aLayer('value', 1)] },
  ],
};
/** Everything else. */
const MIXED: NetworkSpec = {
  inputs: 6,
  trunk: hiddenLayers('trunk', [10], 'relu', [0.3]),
  towers: [
    { name: 'policy', layers: [...hiddenLayers('policy', [5], 'tanh', [0.2]), aLayer('policy.out', 2)] },
    { name: 'value', layers: [aLayer('value', 1, { activation: 'tanh' })] },
  ],
};
/** y = w · x + b, whose every step can be worked by hand. */
const LINE: NetworkSpec = { inputs: 1, trunk: [], towers: [{ name: 'y', layers: [aLayer('y', 1)] }] };

beforeAll(() => tf.setBackend('cpu'));

/** One pass back from gradients that `random` draws. */
function passBack(network: Network, rows: number, seed: number): void {
  const random = new Random(seed);
  writeRows(network.input, gaussianRows(rows, network.spec.inputs, random));
  network.forwardTraining(rows, random);
  for (const matrix of network.outputGradients) {
    writeRows(matrix, gaussianRows(rows, matrix.columns, random));
  }
  network.backward(rows);
}

describe.each(ENGINES)('a network of engine %s', (_, engine) => {
  const create = (spec: NetworkSpec, maxRows = 8, seed = 1) =>
    engine.createNetwork(spec, { maxRows, random: new Random(seed) });

  /** y = 2x + 1 at x = 3, with dLoss/dy = 1: the gradients are 3 and 1. */
  const createLine = () => {
    const network = create(LINE, 1);
    network.writeParameters(Float32Array.of(2, 1));
    network.input.values[0] = 3;
    return network;
  };
  const stepLine = (network: Network, gradient: number, options: AdamOptions) => {
    network.forward(1);
    network.outputGradients[0]?.values.set([gradient]);
    network.backward(1);
    return network.step(options);
  };

  it('computes a line', () => {
    expect(outputsOf(createLine(), [[3]])).toEqual([[[7]]]);
  });

  it('is the same for every engine: outputs, gradients, and what is learned', () => {
    for (const spec of [HEADS, MIXED]) {
      const oracle = createEngine('wasm').createNetwork(spec, { maxRows: 8, random: new Random(1) });
      const network = create(spec);
      for (let step = 0; step < 5; step++) {
        for (const one of [oracle, network]) passBack(one, 6, step);
        expect(relativeError(network.readGradients(), oracle.readGradients())).toBeLessThan(1e-5);
        const [norm, expected] = [network.step(ADAM), oracle.step(ADAM)];
        expect(norm / expected).toBeCloseTo(1, 5);
      }
      expect(relativeError(network.readParameters(), oracle.readParameters())).toBeLessThan(1e-5);
      const rows = gaussianRows(8, spec.inputs, new Random(3));
      expect(relativeError(outputsOf(network, rows).flat(2), outputsOf(oracle, rows).flat(2))).toBeLessThan(
        1e-5,
      );
      network.dispose();
    }
  });

  it('has its parameters in the flat order: of each layer the weights, row-major, then the biases', () => {
    const network = create({
      inputs: 2,
      trunk: [aLayer('trunk', 1)],
      towers: [
        { name: 'a', layers: [aLayer('a', 2)] },
        { name: 'b', layers: [aLayer('b', 1)] },
      ],
    });
    expect(network.parameterCount).toBe(3 + 4 + 2);
    //                                      trunk         a           b
    network.writeParameters(Float32Array.of(1, 10, 100, 2, 3, 20, 30, 5, 50));
    expect(outputsOf(network, [[7, 9]])).toEqual([[[2 * 197 + 20, 3 * 197 + 30]], [[5 * 197 + 50]]]);
    expect([...network.readParameters()]).toEqual([1, 10, 100, 2, 3, 20, 30, 5, 50]);
  });

  it('steps as Adam by hand', () => {
    const network = createLine();
    const options = { ...ADAM, learningRate: 0.1 };
    // t = 1: m̂ = g and v̂ = g², so that each parameter moves by the learning rate.
    expect(stepLine(network, 1, options)).toBeCloseTo(Math.sqrt(10), 6);
    expect(network.readParameters()[0]).toBeCloseTo(1.9, 6);
    expect(network.readParameters()[1]).toBeCloseTo(0.9, 6);
    // t = 2 with g = −6 and −2: m = 0.9 · 0.3 − 0.6 = −0.33, m̂ = −0.33/0.19; v = 0.999 · 0.009 + 0.036 = 0.044991,
    // v̂ = 0.044991/0.001999; the change is 0.1 · 1.7368421/4.7441 = 0.0366105. For the bias the ratio is the same.
    stepLine(network, -2, options);
    expect(network.readParameters()[0]).toBeCloseTo(1.9366105, 5);
    expect(network.readParameters()[1]).toBeCloseTo(0.9366105, 5);
    const { step, firstMoment, secondMoment } = network.readOptimiser();
    expect(step).toBe(2);
    expect(firstMoment[0]).toBeCloseTo(-0.33, 6);
    expect(secondMoment[0]).toBeCloseTo(0.044991, 6);
    // t = 3 with g = 0: m = −0.297, m̂ = −0.297/0.271; v = 0.044946009, v̂ = v/0.002997001.
    stepLine(network, 0, options);
    expect(network.readParameters()[0]).toBeCloseTo(1.9366105 + (0.1 * 1.095941) / 3.8725932, 5);
  });

  it.each([
    ['above the limit', 1, Math.sqrt(10), Math.sqrt(10) / 2],
    ['below the limit', 1, Math.sqrt(10), 4],
    ['of 0', 0, 0, 0.5],
  ])('clips the gradient’s norm: %s', (_case, gradient, norm, maxGradNorm) => {
    const network = createLine();
    expect(stepLine(network, gradient, { ...ADAM, maxGradNorm })).toBeCloseTo(norm, 6);
    const scale = norm > maxGradNorm ? maxGradNorm / norm : 1;
    expect(network.readOptimiser().firstMoment[0]).toBeCloseTo(0.1 * 3 * gradient * scale, 6);
  });

  it.each([
    [HEADS, ['trunk.0', 'trunk.1']],
    [HEADS, ['policy']],
    [HEADS, ['value', 'trunk.1']],
    [MIXED, ['policy.0', 'value']],
  ] as const)('leaves frozen layers as they are %#', (spec, names) => {
    const frozenLayers = new Set<string>(names);
    const network = create(spec);
    passBack(network, 7, 1);
    network.step(ADAM);
    const before = [network.readParameters(), ...moments(network)];
    passBack(network, 7, 2);
    const gradients = network.readGradients();
    const norm = network.step({ ...ADAM, frozenLayers });
    const after = [network.readParameters(), ...moments(network)];

    const isFrozen = layerOfEach(spec).map((name) => frozenLayers.has(name));
    const learning = gradients.filter((_gradient, index) => !isFrozen[index]);
    expect(norm).toBeCloseTo(Math.hypot(...learning), 4);
    for (const [index, values] of after.entries()) {
      const changed = values.map((value, at) => Number(value !== before[index]?.[at]));
      const wrong = isFrozen.filter((frozen, at) => frozen === (changed[at] === 1) && gradients[at] !== 0);
      expect(wrong).toEqual([]);
    }
    expect([...network.readGradients()]).toEqual([...gradients]);
  });

  it('goes on from a copy of its parameters and its optimiser', () => {
    const first = create(MIXED);
    const second = create(MIXED, 8, 2);
    passBack(first, 5, 1);
    first.step(ADAM);
    second.writeParameters(first.readParameters());
    second.writeOptimiser(first.readOptimiser());
    for (const network of [first, second]) {
      passBack(network, 5, 2);
      network.step(ADAM);
    }
    expect(second.readParameters()).toEqual(first.readParameters());
    expect(second.readOptimiser()).toEqual(first.readOptimiser());
  });

  it('blends its parameters with another’s', () => {
    const [mine, theirs] = [create(HEADS, 8, 1), create(HEADS, 2, 2)];
    const [before, other] = [mine.readParameters(), theirs.readParameters()];
    mine.blendParameters(theirs, 0.25);
    const expected = before.map((value, index) => 0.25 * (other[index] ?? Number.NaN) + 0.75 * value);
    expect(relativeError(mine.readParameters(), expected)).toBeLessThan(1e-6);
    mine.blendParameters(theirs, 1);
    expect(mine.readParameters()).toEqual(other);
  });

  it('gives copies: what is done to them changes nothing', () => {
    const network = create(HEADS);
    const before = network.readParameters();
    network.readParameters().fill(7);
    network.readOptimiser().firstMoment.fill(7);
    expect(network.readParameters()).toEqual(before);
    expect(network.readOptimiser().firstMoment.every((value) => value === 0)).toBe(true);
  });

  it('drops nothing in forward, and in forwardTraining what the random numbers say', () => {
    const network = create(MIXED);
    const rows = gaussianRows(8, MIXED.inputs, new Random(3));
    const expected = outputsOf(network, rows);
    const train = (seed: number) => {
      network.forwardTraining(8, new Random(seed));
      return network.outputs.map((output) => readRows(output, 8));
    };
    expect(train(4)).not.toEqual(expected);
    expect(train(4)).toEqual(train(4));
    expect(train(4)).not.toEqual(train(5));
    expect(outputsOf(network, rows)).toEqual(expected);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'refuses %d as input',
    (value) => {
      const network = create(HEADS);
      network.input.values.set([value], 2 * network.input.stride + 4);
      expect(() => network.forward(2)).not.toThrow();
      expect(() => network.forward(3)).toThrow(new NumericError('input 4 of row 2', value));
      expect(() => network.forwardTraining(3, new Random(1))).toThrow(NumericError);
    },
  );

  it('takes great numbers as input, whose squares are infinite', () => {
    const network = createLine();
    expect(outputsOf(network, [[1e30]])[0]?.[0]?.[0]).toBeCloseTo(2e30, -25);
  });

  it('refuses to step by a gradient that is not finite, and stays as it was', () => {
    const network = create(HEADS);
    passBack(network, 2, 1);
    network.step(ADAM);
    const before = [network.readParameters(), network.readOptimiser()];
    network.forward(2);
    network.outputGradients[1]?.values.set([Number.NaN]);
    network.backward(2);
    expect(() => network.step(ADAM)).toThrow(NumericError);
    expect([network.readParameters(), network.readOptimiser()]).toEqual(before);
  });

  it.each(['relu', 'tanh', 'linear'] as const)('does not hide NaN behind %s', (activation) => {
    const network = create({
      inputs: 1,
      trunk: [aLayer('trunk', 1, { activation })],
      towers: [{ name: 'y', layers: [aLayer('y', 1)] }],
    });
    network.writeParameters(Float32Array.of(1, Number.NaN, 1, 0));
    expect(outputsOf(network, [[1]])).toEqual([[[Number.NaN]]]);
  });

  it('refuses what it cannot do', () => {
    const network = create(HEADS, 4);
    expect(() => create(HEADS, 0)).toThrow('maxRows is 0');
    expect(() => network.forward(0)).toThrow('0 rows, not 1…4');
    expect(() => network.forward(5)).toThrow('5 rows, not 1…4');
    expect(() => network.forward(1.5)).toThrow('1.5 rows, not 1…4');
    expect(() => network.backward(1)).toThrow('backward of 1 rows after forward of 0');
    network.forward(3);
    expect(() => network.backward(2)).toThrow('backward of 2 rows after forward of 3');
    expect(() => network.step({ ...ADAM, frozenLayers: new Set(['trunk.9']) })).toThrow(
      'no layer is named trunk.9',
    );
    expect(() => network.writeParameters(new Float32Array(3))).toThrow('3 values for the 156 parameters');
    expect(() => network.blendParameters(create(MIXED), 1)).toThrow('different specs');
    const another = engine.name === 'tfjs-node' ? createEngine('js') : tfjsEngine(tf);
    const foreign = another.createNetwork(HEADS, { maxRows: 1, random: new Random(1) });
    expect(() => network.blendParameters(foreign, 1)).toThrow('another engine');
  });
});

it('leaves no tensor behind after dispose', () => {
  const before = tf.memory().numTensors;
  const network = tfjsEngine(tf).createNetwork(MIXED, { maxRows: 8, random: new Random(1) });
  for (let step = 0; step < 3; step++) {
    passBack(network, 4, step);
    network.step(ADAM);
    network.readGradients();
  }
  network.blendParameters(network, 0.5);
  network.writeOptimiser(network.readOptimiser());
  network.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

function moments(network: Network): Float32Array[] {
  const { firstMoment, secondMoment } = network.readOptimiser();
  return [firstMoment, secondMoment];
}

/** The name of the layer that each parameter belongs to. */
function layerOfEach({ inputs, trunk, towers }: NetworkSpec): string[] {
  const names: string[] = [];
  const add = (layers: NetworkSpec['trunk'], from: number) =>
    layers.reduce((width, { name, units }) => {
      names.push(...new Array<string>((width + 1) * units).fill(name));
      return units;
    }, from);
  const trunkEnd = add(trunk, inputs);
  for (const { layers } of towers) add(layers, trunkEnd);
  return names;
}
