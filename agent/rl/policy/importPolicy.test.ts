import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CoxswainError } from '../../protocol';
import { createEngine } from '../engine/engines';
import { createActor } from './actor';
import type { ImportOptions } from './onnx/foreignPolicy';
import { DATA_TYPE, type OnnxNode, type OnnxTensor } from './onnx/onnxModel';
import { encodePolicy, importPolicy } from './policyOnnx';
import { float, foreignFile, importOptions, int, node, numbers, weights } from './testing/foreignGraphs';
import { runOnnx } from './testing/onnxRuntime';
import { sampleObservations, samplePolicy } from './testing/samplePolicies';

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures/onnx');
const engine = createEngine('js');

interface Expected {
  observations: number[][];
  ppo: { actions: number[]; logits: number[][]; values: number[] };
  dqn: { actions: number[]; qValues: number[][] };
}

const expected: Expected = JSON.parse(readFileSync(join(FIXTURES, 'sb3-expected.json'), 'utf8'));
const cartPole: ImportOptions = {
  ...importOptions(4),
  actionSpace: { kind: 'discrete', labels: ['left', 'right'] },
};

function fixture(name: string): Uint8Array {
  return readFileSync(join(FIXTURES, `${name}.onnx`));
}

describe('an export of Stable-Baselines3', () => {
  const exports = [
    ['sb3-ppo-documented', 'categorical', expected.ppo.actions, expected.ppo.logits],
    ['sb3-ppo-networks', 'categorical', expected.ppo.actions, expected.ppo.logits],
    ['sb3-dqn-documented', 'q-values', expected.dqn.actions, expected.dqn.qValues],
    ['sb3-dqn-networks', 'q-values', expected.dqn.actions, expected.dqn.qValues],
  ] as const;

  it.each(exports)('%s acts here as it does there', (name, head, actions, scores) => {
    const policy = importPolicy(fixture(name), name, cartPole);
    expect(policy.head).toBe(head);
    const actor = createActor(policy, engine);
    for (const [row, observation] of expected.observations.entries()) {
      const { action, values } = actor.decide(observation);
      expect(action).toBe(actions[row]);
      for (const [index, value] of values.entries()) expect(value).toBeCloseTo(scores[row]?.[index] ?? 9, 5);
    }
    // As a file of ours it is the same policy.
    const again = importPolicy(encodePolicy(policy), 'copy', cartPole);
    expect(again).toEqual(policy);
  });

  it.each(['sb3-ppo-documented', 'sb3-ppo-networks'])('%s keeps the critic as a tower of its own', (name) => {
    const policy = importPolicy(fixture(name), name, cartPole);
    const { trunk, towers } = policy.network;
    expect(trunk).toEqual([]);
    expect(
      towers.map((tower) => [
        tower.name,
        tower.layers.map(({ units, activation }) => `${units} ${activation}`),
      ]),
    ).toEqual([
      ['policy', ['16 tanh', '16 tanh', '2 linear']],
      ['value', ['16 tanh', '16 tanh', '1 linear']],
    ]);
    // The critic alone, as if its value were a score; the actor has 17 parameters more.
    const [, critic] = towers;
    const criticCount = (policy.parameters.length - 17) / 2;
    const value = createActor(
      {
        ...policy,
        network: { ...policy.network, towers: critic ? [critic] : [] },
        parameters: policy.parameters.slice(-criticCount),
        actionSpace: { kind: 'discrete', labels: ['only'] },
      },
      engine,
    );
    for (const [row, observation] of expected.observations.entries()) {
      expect(value.decide(observation).values[0]).toBeCloseTo(expected.ppo.values[row] ?? 9, 5);
    }
  });
});

describe('a foreign graph', () => {
  const w = weights('w', 4, 6);
  const wTransposed = weights('w', 6, 4);
  const b = weights('b', 6);
  const v = weights('v', 6, 3);
  const shape = (name: string, ...values: number[]) =>
    numbers(name, [values.length], values, DATA_TYPE.int64);
  const hidden = node('Gemm', 'x w b', 'h');
  const relu = node('Relu', 'h', 'a');
  const last = node('MatMul', 'a v', 'scores');

  const readable: [string, OnnxNode[], OnnxTensor[]][] = [
    ['MatMul and Add', [node('MatMul', 'x w', 'm'), node('Add', 'b m', 'h'), relu, last], [w, b, v]],
    ['transB', [node('Gemm', 'x w b', 'h', { transB: int(1) }), relu, last], [wTransposed, b, v]],
    [
      'alpha and beta',
      [node('Gemm', 'x w b', 'h', { alpha: float(0.5), beta: float(-2) }), relu, last],
      [w, b, v],
    ],
    ['Gemm without biases', [node('Gemm', 'x w', 'h'), node('Tanh', 'h', 'a'), last], [w, v]],
    ['one bias for all', [hidden, relu, last], [w, numbers('b', [1, 1], [0.3]), v]],
    ['double precision', [hidden, relu, node('Gemm', 'a v', 'scores')], [w, b, v]],
    ['no activation', [hidden, node('MatMul', 'h v', 'scores')], [w, b, v]],
    [
      'an activation at the end',
      [hidden, relu, node('MatMul', 'a v', 's'), node('Tanh', 's', 'scores')],
      [w, b, v],
    ],
    [
      'a normaliser',
      [
        node('Sub', 'x mean', 'c'),
        node('Div', 'c deviation', 's'),
        node('Clip', 's low high', 'n'),
        node('Gemm', 'n w b', 'h'),
        relu,
        last,
      ],
      [
        w,
        b,
        v,
        numbers('mean', [4], [0.5, -1, 2, 0]),
        numbers('deviation', [1, 4], [2, 0.5, -1, 3]),
        numbers('low', [], [-0.75]),
        numbers('high', [], [0.75]),
      ],
    ],
    [
      'a normaliser that cuts to [0, 1]',
      [
        node('Mul', 'x scale', 's'),
        node('Clip', 's low high', 'n'),
        node('Sub', 'one n', 'c'),
        node('Gemm', 'c w b', 'h'),
        relu,
        last,
      ],
      [
        w,
        b,
        v,
        numbers('scale', [], [0.4]),
        numbers('one', [], [1]),
        numbers('low', [], [0]),
        numbers('high', [], [1]),
      ],
    ],
    [
      'factors and summands everywhere',
      [
        node('Add', 'x shift', 'x1'),
        node('Gemm', 'x1 w b', 'h0'),
        node('Mul', 'h0 twice', 'h'),
        relu,
        node('Div', 'a twice', 'a1'),
        node('Sub', 'a1 third', 'a2'),
        node('MatMul', 'a2 v', 's'),
        node('Sub', 'third s', 'scores'),
      ],
      [w, b, v, weights('shift', 4), numbers('twice', [1], [-2]), numbers('third', [], [0.3])],
    ],
    [
      'Identity, Flatten, Reshape, Cast and Constant',
      [
        node('Constant', '', 'rows', { value_ints: { kind: 'ints', ints: [-1, 4] } }),
        node('Constant', '', 'k', { value: { kind: 'tensor', tensor: numbers('', [], [0.25]) } }),
        node('Constant', '', 'f', { value_float: float(1.5) }),
        node('Reshape', 'x rows', 'x1'),
        node('Cast', 'x1', 'x2', { to: int(1) }),
        node('Flatten', 'x2', 'x3'),
        node('Identity', 'x3', 'x4'),
        node('Mul', 'x4 k', 'x5'),
        node('Add', 'f x5', 'x6'),
        node('Identity', 'w', 'w1'),
        node('Gemm', 'x6 w1 b', 'h'),
        node('Reshape', 'h keep', 'h1'),
        node('Relu', 'h1', 'a'),
        last,
      ],
      [w, b, v, shape('keep', 0, 6)],
    ],
  ];

  it.each(readable)('with %s answers as in onnxruntime', async (_, nodes, constants) => {
    const file = foreignFile({ nodes, constants });
    const policy = importPolicy(file, 'net.onnx', importOptions());
    expect(policy.head).toBe('q-values');
    const rows = sampleObservations(policy, 20);
    const { scores } = await runOnnx(file, rows, 4);
    const ours = createActor(policy, engine).evaluate(rows, 20);
    expect(scores?.length).toBe(ours.length);
    for (const [index, value] of ours.entries()) expect(value).toBeCloseTo(scores?.[index] ?? 9, 5);
  });

  it('with a shared trunk has it as trunk, whichever output comes first', () => {
    const file = foreignFile({
      nodes: [
        hidden,
        node('Tanh', 'h', 'a'),
        node('Gemm', 'a u', 'value'),
        node('Gemm', 'a v', 'z'),
        node('Softmax', 'z', 'scores'),
      ],
      constants: [w, b, v, weights('u', 6, 1)],
      outputs: ['value', 'scores'],
    });
    const { network, head } = importPolicy(file, 'net.onnx', importOptions());
    expect(head).toBe('categorical');
    expect(network.trunk.map(({ name, units }) => `${name} ${units}`)).toEqual(['trunk.0 6']);
    expect(network.towers.map(({ name, layers }) => `${name}: ${layers.map((layer) => layer.name)}`)).toEqual(
      ['policy: policy.out', 'value: value.out'],
    );
  });

  it('for a box of actions is a Gaussian policy with standard deviations of 1', () => {
    const field = { name: 'force', unit: 'newton', min: -1, max: 1 };
    const options: ImportOptions = {
      ...importOptions(),
      actionSpace: { kind: 'box', fields: [field, field, field] },
    };
    const file = foreignFile({ nodes: [hidden, relu, last], constants: [w, b, v] });
    expect(importPolicy(file, 'net.onnx', options)).toMatchObject({
      head: 'gaussian',
      logStandardDeviations: [0, 0, 0],
    });
  });

  it('is read by the outputs that are asked for, where others cannot be', () => {
    const file = foreignFile({
      nodes: [hidden, relu, last, node('Exp', 'scores', 'odd')],
      constants: [w, b, v],
      outputs: ['odd', 'scores'],
    });
    expect(importPolicy(file, 'a', { ...importOptions(), outputs: ['scores'] }).network.towers).toHaveLength(
      1,
    );
    expect(() => importPolicy(file, 'a', { ...importOptions(), outputs: ['q'] })).toThrow(
      'its outputs are odd, scores',
    );
  });

  const refused: [string, OnnxNode[], OnnxTensor[], string][] = [
    [
      'another operator',
      [hidden, node('Gelu', 'h', 'a'), last],
      [w, b, v],
      'node /net/a (Gelu): this operator is not supported; supported are Add',
    ],
    [
      'a Gemm of another domain',
      [{ ...hidden, domain: 'com.other' }, relu, last],
      [w, b, v],
      '(com.other.Gemm)',
    ],
    [
      'an activation of an activation',
      [hidden, relu, node('Tanh', 'a', 'a2'), node('MatMul', 'a2 v', 'scores')],
      [w, b, v],
      'follow a Gemm',
    ],
    [
      'weights of another shape',
      [hidden, relu, last],
      [w, b, weights('v', 5, 3)],
      'weights of 5 × 3 for 6 inputs',
    ],
    [
      'biases of another shape',
      [hidden, relu, last],
      [w, weights('b', 5), v],
      'shape [5] does not fit rows of 6',
    ],
    ['weights that are computed', [node('MatMul', 'x x', 'scores')], [], 'input 2 is not constant'],
    ['text for weights', [hidden, relu, last], [{ ...w, dataType: 8, data: null }, b, v], 'w holds string'],
    [
      'weights in another file',
      [hidden, relu, last],
      [{ ...w, data: null, isExternal: true }, b, v],
      'w are in another file: export with external_data=False',
    ],
    ['a missing value', [hidden, last], [w, b, v], 'reads a, which nothing before it writes'],
    ['a missing output', [hidden], [w, b], 'nothing writes its output scores'],
    [
      'too many outputs',
      [hidden, relu, node('MatMul', 'a v', 'scores')],
      [w, b, weights('v', 6, 7)],
      'none of its outputs has 3 numbers, one per action; they are: scores [7]',
    ],
    ['no layer', [node('Relu', 'x', 'scores')], [], 'follow a Gemm'],
    ['its input as output', [node('Identity', 'x', 'scores')], [], 'has to end in a Gemm'],
    ['a transposed A', [node('Gemm', 'x w b', 'h', { transA: int(1) }), relu, last], [w, b, v], 'transA'],
    [
      'a division by 0',
      [node('Div', 'x zero', 'x1'), node('Gemm', 'x1 w b', 'h'), relu, last],
      [w, b, v, numbers('zero', [], [0])],
      'divides by 0',
    ],
    [
      'a cut on one side',
      [node('Clip', 'x low', 'x1'), node('Gemm', 'x1 w b', 'h'), relu, last],
      [w, b, v, numbers('low', [], [0])],
      'finite bounds',
    ],
    [
      'rows mixed up',
      [node('Reshape', 'x s', 'x1'), node('Gemm', 'x1 w b', 'h'), relu, last],
      [w, b, v, shape('s', 4, -1)],
      'makes [4, -1] of rows of 4',
    ],
    [
      'whole numbers',
      [node('Cast', 'x', 'x1', { to: int(7) }), node('Gemm', 'x1 w b', 'h'), relu, last],
      [w, b, v],
      'makes int64 of',
    ],
    [
      'weights that are NaN',
      [hidden, relu, last],
      [w, b, numbers('v', [6, 3], new Array(18).fill(Number.NaN))],
      'a parameter is NaN',
    ],
  ];

  it.each(refused)('with %s is refused by name', (_, nodes, constants, message) => {
    const file = foreignFile({ nodes, constants });
    const read = () => importPolicy(file, 'net.onnx', importOptions());
    expect(read).toThrow(CoxswainError);
    expect(read).toThrow('net.onnx');
    expect(read).toThrow(message);
  });

  it('for another observation is refused', () => {
    const file = foreignFile({ nodes: [hidden, relu, last], constants: [w, b, v] });
    expect(() => importPolicy(file, 'a', importOptions(5))).toThrow('x has 4 numbers, the observation has 5');
  });

  it('is refused where its tensors are larger than the file', () => {
    const file = foreignFile({
      nodes: [hidden, relu, last],
      constants: [numbers('w', [1e9, 1e9], [1]), b, v],
    });
    expect(() => importPolicy(file, 'a', importOptions())).toThrow('w has 1 numbers, its shape');
  });

  it('never makes the reader fail in an unforeseen way, whatever bytes are changed or missing', () => {
    const names = ['sb3-ppo-documented', 'sb3-dqn-networks'] as const;
    const files = names.map(fixture);
    files.push(encodePolicy(samplePolicy('gaussian')));
    const place = fc.tuple(fc.nat(), fc.nat(255));
    fc.assert(
      fc.property(
        fc.nat(2),
        fc.array(place, { maxLength: 6 }),
        fc.option(fc.nat()),
        (which, changes, end) => {
          const file = Uint8Array.from(files[which] ?? []);
          for (const [index, value] of changes) file[index % file.length] = value;
          const damaged = end === null ? file : file.subarray(0, end % file.length);
          try {
            importPolicy(damaged, 'a.onnx', cartPole);
          } catch (error) {
            if (!(error instanceof CoxswainError)) throw error;
          }
        },
      ),
      { numRuns: 3000 },
    );
  });
});
