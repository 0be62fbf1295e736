import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CoxswainError } from '../../protocol';
import { fitInputDistribution } from './inputDistribution';
import { decodeOnnx } from './onnx/decode';
import { encodeOnnx } from './onnx/encode';
import type { OnnxModel } from './onnx/onnxModel';
import type { PolicyModel } from './policyModel';
import { decodePolicy, encodePolicy } from './policyOnnx';
import { SAMPLE_POLICIES, samplePolicy } from './testing/samplePolicies';

function errorOf(action: () => unknown): CoxswainError {
  try {
    action();
  } catch (error) {
    if (error instanceof CoxswainError) return error;
    throw error;
  }
  throw new Error('nothing thrown');
}

function changed(bytes: Uint8Array, change: (model: OnnxModel) => OnnxModel): Uint8Array {
  return encodeOnnx(change(decodeOnnx(bytes)));
}

function withMetadata(bytes: Uint8Array, key: string, value: string | null): Uint8Array {
  return changed(bytes, (model) => {
    const metadata = new Map(model.metadata);
    if (value === null) metadata.delete(key);
    else metadata.set(key, value);
    return { ...model, metadata };
  });
}

describe('a policy as a file', () => {
  it.each(SAMPLE_POLICIES)('holds all of a policy and always in the same bytes: %s', (kind) => {
    const policy = samplePolicy(kind);
    const bytes = encodePolicy(policy);
    expect(decodePolicy(bytes, 'a.onnx')).toEqual(policy);
    expect(encodePolicy(samplePolicy(kind))).toEqual(bytes);
  });

  it('holds what was measured of it, and no more than fits it', () => {
    const measured: PolicyModel = {
      ...samplePolicy('shared trunk'),
      calibration: {
        idleMargin: 0.5,
        actions: 300,
        points: [
          { probability: 0.4, helped: 0.3 },
          { probability: 0.9, helped: 0.8 },
        ],
      },
      inputDistribution: fitInputDistribution(
        Float32Array.from({ length: 50 }, (_, at) => at % 7),
        5,
      ),
    };
    expect(decodePolicy(encodePolicy(measured), 'a.onnx')).toEqual(measured);
    const { calibration, inputDistribution } = measured;
    if (!calibration || !inputDistribution) throw new Error('both were given');
    const wrong: readonly [Partial<PolicyModel>, string][] = [
      [{ calibration: { ...calibration, points: calibration.points.toReversed() } }, 'do not ascend'],
      [{ calibration: { ...calibration, points: [] } }, 'could not be read again'],
      [{ calibration: { ...calibration, idleMargin: -1 } }, 'could not be read again'],
      [{ inputDistribution: { ...inputDistribution, mean: [0] } }, '1 means in the input distribution'],
      [{ inputDistribution: { ...inputDistribution, whitening: [1] } }, '1 numbers in the whitening matrix'],
      [{ inputDistribution: { ...inputDistribution, limit: 0 } }, 'could not be read again'],
    ];
    for (const [change, message] of wrong)
      expect(() => encodePolicy({ ...measured, ...change })).toThrow(message);
  });

  it('is read from any place in memory', () => {
    const bytes = encodePolicy(samplePolicy('normalised'));
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodePolicy(shifted.subarray(3), 'a.onnx')).toEqual(samplePolicy('normalised'));
  });

  it('names its initialisers by layer and its outputs by tower', () => {
    const { graph } = decodeOnnx(encodePolicy(samplePolicy('shared trunk')));
    expect(graph.initializers.map(({ name, dims }) => `${name} ${dims.join('×')}`)).toEqual([
      'trunk.0.weight 5×16',
      'trunk.0.bias 16',
      'trunk.1.weight 16×8',
      'trunk.1.bias 8',
      'policy.out.weight 8×3',
      'policy.out.bias 3',
      'value.out.weight 8×1',
      'value.out.bias 1',
    ]);
    expect(graph.inputs.map(({ name, shape }) => [name, shape])).toEqual([['observation', ['N', 5]]]);
    expect(graph.outputs.map(({ name, shape }) => [name, shape])).toEqual([
      ['policy', ['N', 3]],
      ['value', ['N', 1]],
    ]);
  });

  const policy = samplePolicy('normalised');
  const impossible: [string, PolicyModel, string][] = [
    ['too few parameters', { ...policy, parameters: policy.parameters.slice(1) }, 'parameters where'],
    ['a NaN', { ...policy, parameters: policy.parameters.with(4, Number.NaN) }, 'a parameter is NaN'],
    [
      'another action space',
      { ...policy, actionSpace: { kind: 'discrete', labels: ['a', 'b'] } },
      '2 are needed',
    ],
    ['a Gaussian head for choices', { ...policy, head: 'gaussian' }, 'gaussian head for a discrete'],
    [
      'a curve with a NaN',
      { ...policy, provenance: { ...policy.provenance, curve: [{ steps: 1, return: Number.NaN }] } },
      'curve',
    ],
  ];
  it.each(impossible)('is not made of a policy with %s', (_, model, message) => {
    expect(() => encodePolicy(model)).toThrow(RangeError);
    expect(() => encodePolicy(model)).toThrow(message);
  });
});

describe('a damaged policy file', () => {
  const bytes = encodePolicy(samplePolicy('normalised'));
  const json = decodeOnnx(bytes).metadata.get('coxswain.policy') ?? '';

  const damages: [string, Uint8Array, string, string][] = [
    ['is empty', new Uint8Array(0), 'model-invalid', '0 graphs'],
    [
      'is something else',
      new TextEncoder().encode('{"weights": [1, 2, 3]}'),
      'model-invalid',
      'cannot be read',
    ],
    ['ends early', bytes.subarray(0, bytes.length / 2), 'model-invalid', 'cannot be read'],
    [
      'has a newer format',
      withMetadata(bytes, 'coxswain.format', '2'),
      'model-incompatible',
      'reads up to 1',
    ],
    ['has no format', withMetadata(bytes, 'coxswain.format', null), 'model-invalid', 'which format'],
    ['has no checksum', withMetadata(bytes, 'coxswain.checksum', null), 'model-invalid', 'checksum'],
    ['has no description', withMetadata(bytes, 'coxswain.policy', null), 'model-invalid', 'description'],
    [
      'has another description',
      withMetadata(bytes, 'coxswain.policy', json.replace('"seed":5', '"seed":6')),
      'model-invalid',
      'checksum',
    ],
    [
      'has another graph',
      changed(bytes, (model) => ({
        ...model,
        graph: {
          ...model.graph,
          nodes: model.graph.nodes.map((node) =>
            node.opType === 'Relu' ? { ...node, opType: 'Tanh' } : node,
          ),
        },
      })),
      'model-invalid',
      'graph is not the one',
    ],
    [
      'lacks a layer',
      changed(bytes, (model) => ({
        ...model,
        graph: { ...model.graph, initializers: model.graph.initializers.slice(0, -1) },
      })),
      'model-invalid',
      'value.out.bias are missing',
    ],
    [
      'is of another program',
      changed(bytes, (model) => ({ ...model, producerName: 'pytorch', metadata: new Map() })),
      'model-incompatible',
      'of another program',
    ],
  ];
  it.each(damages)('that %s is refused with its path and a remedy', (_, damaged, code, message) => {
    const error = errorOf(() => decodePolicy(damaged, '/models/a.onnx'));
    expect(error.code).toBe(code);
    expect(error.message).toContain('/models/a.onnx');
    expect(error.message).toContain(message);
    expect(error.remedy).not.toBe('');
  });

  it('is noticed wherever a byte of a weight is flipped', () => {
    const small = samplePolicy('gaussian');
    const file = encodePolicy(small);
    const weights = new Uint8Array(small.parameters.buffer, 0, 32);
    const start = indexOf(file, weights);
    for (let index = start; index < start + 32; index++) {
      for (const bit of [1, 16, 128]) {
        const flipped = file.with(index, (file[index] ?? 0) ^ bit);
        expect(errorOf(() => decodePolicy(flipped, 'a.onnx')).code).toBe('model-invalid');
      }
    }
  });

  it('gives an error or the very same policy, whichever bits are flipped', () => {
    const small = samplePolicy('gaussian');
    const file = encodePolicy(small);
    const flips = fc.array(fc.tuple(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(flips, (places) => {
        const damaged = file.slice();
        for (const [index, mask] of places) damaged[index] = (damaged[index] ?? 0) ^ mask;
        try {
          expect(decodePolicy(damaged, 'a.onnx')).toEqual(small);
        } catch (error) {
          if (!(error instanceof CoxswainError)) throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('is refused wherever it ends early', () => {
    const file = encodePolicy(samplePolicy('gaussian'));
    for (let length = 0; length < file.length; length++) {
      expect(errorOf(() => decodePolicy(file.subarray(0, length), 'a.onnx')).code).toMatch(/^model-in/);
    }
  });
});

function indexOf(bytes: Uint8Array, part: Uint8Array): number {
  for (let start = 0; start <= bytes.length - part.length; start++) {
    if (part.every((byte, index) => bytes[start + index] === byte)) return start;
  }
  throw new Error('not in the file');
}
