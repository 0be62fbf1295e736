import { Random } from '../../../sim/random';
import { encodeOnnx } from '../onnx/encode';
import type { ImportOptions } from '../onnx/foreignPolicy';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from '../onnx/onnxModel';
import { DATA_TYPE } from '../onnx/onnxModel';

/** An ONNX file as another program would write it: constants, nodes and outputs as a test needs them. */
export function foreignFile({
  inputs = 4,
  nodes,
  constants = [],
  outputs = ['scores'],
}: ForeignFile): Uint8Array {
  return encodeOnnx({
    irVersion: 8,
    producerName: 'test',
    opset: 17,
    metadata: new Map(),
    graph: {
      name: 'graph',
      nodes,
      initializers: constants,
      inputs: [{ name: 'x', elementType: DATA_TYPE.float, shape: ['N', inputs] }],
      outputs: outputs.map((name) => ({ name, elementType: DATA_TYPE.float, shape: null })),
    },
  });
}

interface ForeignFile {
  inputs?: number;
  nodes: readonly OnnxNode[];
  constants?: readonly OnnxTensor[];
  outputs?: readonly string[];
}

/** `node('Gemm', 'x w b', 'y', { alpha: … })` */
export function node(
  opType: string,
  inputs: string,
  outputs: string,
  attributes: Record<string, OnnxAttribute['value']> = {},
): OnnxNode {
  const split = (names: string) => (names === '' ? [] : names.split(' '));
  return {
    name: `/net/${outputs}`,
    opType,
    domain: '',
    inputs: split(inputs),
    outputs: split(outputs),
    attributes: Object.entries(attributes).map(([name, value]) => ({ name, value })),
  };
}

export const int = (value: number): OnnxAttribute['value'] => ({ kind: 'int', int: value });
export const float = (value: number): OnnxAttribute['value'] => ({ kind: 'float', float: value });

/** A constant by chance. */
export function weights(name: string, ...dims: number[]): OnnxTensor {
  const random = new Random(name.length + dims.length);
  const count = dims.reduce((product, size) => product * size, 1);
  return numbers(
    name,
    dims,
    Array.from({ length: count }, () => random.gaussian() * 0.6),
  );
}

export function numbers(
  name: string,
  dims: readonly number[],
  values: readonly number[],
  dataType: number = DATA_TYPE.float,
): OnnxTensor {
  return { name, dims, dataType, data: values, isExternal: false };
}

/** What importing needs beside the file, for three actions. */
export function importOptions(inputs = 4): ImportOptions {
  const field = (index: number) => ({ name: `x${index}`, unit: '', min: -1, max: 1 });
  return {
    spec: `test/${inputs}`,
    observationSpace: { kind: 'box', fields: Array.from({ length: inputs }, (_, index) => field(index)) },
    actionSpace: { kind: 'discrete', labels: ['a', 'b', 'c'] },
    env: { name: 'test', options: {} },
    codeVersion: '1',
    nowMs: 5,
  };
}
