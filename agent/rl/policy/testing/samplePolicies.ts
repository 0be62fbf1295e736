import { Random } from '../../../sim/random';
import { flatLayers } from '../../engine/layers';
import { type Activation, hiddenLayers, type LayerSpec, type NetworkSpec } from '../../engine/network';
import type { BoxSpace } from '../../env/env';
import { layersOf } from '../onnx/policyGraph';
import type { NormaliserState, PolicyModel } from '../policyModel';

/** Policies for tests, with weights by chance. */
export const SAMPLE_POLICIES = ['dqn', 'shared trunk', 'separate towers', 'gaussian', 'normalised'] as const;

export function samplePolicy(kind: (typeof SAMPLE_POLICIES)[number]): PolicyModel {
  switch (kind) {
    case 'dqn':
      return policyOf(mlp(12, [256, 256, 128], 'relu', [['q', 3]]), 'q-values');
    case 'shared trunk':
      return policyOf(mlp(5, [16, 8], 'tanh', TWO_TOWERS), 'categorical');
    case 'separate towers':
      return policyOf(separateTowers(), 'categorical');
    case 'gaussian':
      return gaussianPolicy();
    case 'normalised':
      return {
        ...policyOf(mlp(5, [16, 8], 'relu', TWO_TOWERS), 'categorical'),
        normaliser: sampleNormaliser(5),
      };
  }
}

/** Observations of the policy's length, some of them far out. */
export function sampleObservations({ network }: PolicyModel, count: number, seed = 7): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length: count * network.inputs }, () => random.gaussian() * 3);
}

const TWO_TOWERS: readonly (readonly [string, number])[] = [
  ['policy', 3],
  ['value', 1],
];

function mlp(
  inputs: number,
  units: readonly number[],
  activation: Activation,
  outputs: readonly (readonly [string, number])[],
): NetworkSpec {
  const towers = outputs.map(([name, count]) => ({ name, layers: [output(`${name}.out`, count)] }));
  return { inputs, trunk: hiddenLayers('trunk', units, activation, [0.2]), towers };
}

function separateTowers(): NetworkSpec {
  const tower = (name: string, units: number) => ({
    name,
    layers: [...hiddenLayers(name, [16, 8], 'tanh'), output(`${name}.out`, units)],
  });
  return { inputs: 5, trunk: [], towers: [tower('policy', 3), tower('value', 1)] };
}

function gaussianPolicy(): PolicyModel {
  const network = mlp(4, [8], 'tanh', [
    ['policy', 2],
    ['value', 1],
  ]);
  const fields = [
    { name: 'gain', unit: 'share', min: -0.5, max: 0.5 },
    { name: 'pull', unit: 'newton', min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY },
  ];
  return {
    ...policyOf(network, 'categorical'),
    head: 'gaussian',
    actionSpace: { kind: 'box', fields },
    logStandardDeviations: [-1.5, 0.25],
  };
}

function output(name: string, units: number): LayerSpec {
  return { name, units, activation: 'linear', dropout: 0, gain: 0.01 };
}

function sampleNormaliser(inputs: number): NormaliserState {
  const random = new Random(3);
  return {
    mean: Float64Array.from({ length: inputs }, () => random.gaussian()),
    variance: Float64Array.from({ length: inputs }, () => 0.1 + random.uniform()),
    count: 1000,
    clip: 4,
  };
}

function policyOf(network: NetworkSpec, head: 'q-values' | 'categorical'): PolicyModel {
  const random = new Random(11);
  const { parameterCount } = flatLayers(network);
  const widest = Math.max(...layersOf(network).map(({ units }) => units));
  return {
    head,
    network,
    parameters: Float32Array.from(
      { length: parameterCount },
      () => (random.gaussian() * 0.8) / Math.sqrt(widest),
    ),
    logStandardDeviations: [],
    spec: `sample/${network.inputs}`,
    observationSpace: observed(network.inputs),
    actionSpace: { kind: 'discrete', labels: ['down', 'hold', 'up'] },
    normaliser: null,
    provenance: {
      algorithm: head === 'q-values' ? 'dqn' : 'ppo',
      env: { name: 'sample', options: { load: 'steady' } },
      seed: 5,
      steps: 2048,
      hyperparameters: { learningRate: 3e-4, dropout: [0.2, 0.1] },
      codeVersion: '1.2.3',
      createdAtMs: 1_700_000_000_000,
      parent: null,
      curve: [{ steps: 1024, return: -1.5 }],
      evaluation: null,
    },
  };
}

function observed(inputs: number): BoxSpace {
  const field = (index: number) => ({
    name: `x${index}`,
    unit: 'share',
    min: 0,
    max: Number.POSITIVE_INFINITY,
  });
  return { kind: 'box', fields: Array.from({ length: inputs }, (_, index) => field(index)) };
}
