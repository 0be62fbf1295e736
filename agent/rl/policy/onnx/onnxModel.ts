/** The part of ONNX that networks need (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, names as there). */
export interface OnnxModel {
  irVersion: number;
  producerName: string;
  /** Version of the default operator set. */
  opset: number;
  graph: OnnxGraph;
  /** `metadata_props`. */
  metadata: ReadonlyMap<string, string>;
}

export interface OnnxGraph {
  name: string;
  /** Each after those whose outputs it reads. */
  nodes: readonly OnnxNode[];
  initializers: readonly OnnxTensor[];
  inputs: readonly OnnxValue[];
  outputs: readonly OnnxValue[];
}

export interface OnnxNode {
  name: string;
  opType: string;
  /** Empty for the default set. */
  domain: string;
  /** Names of values; empty for an input that is left out. */
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: readonly OnnxAttribute[];
}

export interface OnnxAttribute {
  name: string;
  value:
    | { kind: 'float'; float: number }
    | { kind: 'int'; int: number }
    | { kind: 'floats'; floats: readonly number[] }
    | { kind: 'ints'; ints: readonly number[] }
    | { kind: 'tensor'; tensor: OnnxTensor }
    /** Strings, graphs and others that no network needs. */
    | { kind: 'other' };
}

/** An array of numbers, whichever field of the file held it. */
export interface OnnxTensor {
  name: string;
  dims: readonly number[];
  dataType: number;
  /** As many as the product of `dims`; null for a type that no network needs, such as strings. */
  data: TensorData | null;
  /** The numbers are in another file. */
  isExternal: boolean;
}

export type TensorData = Float32Array | Float64Array | Int32Array | readonly number[];

export interface OnnxValue {
  name: string;
  /** 0 where it is no tensor. */
  elementType: number;
  /** Sizes; names of those that vary, and null for what is not told. Null where the file has no shape. */
  shape: readonly (number | string | null)[] | null;
}

/** `TensorProto.DataType`. */
export const DATA_TYPE = { float: 1, int32: 6, int64: 7, double: 11 } as const;

const TYPE_NAMES = [
  'undefined',
  'float',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'double',
];

export function dataTypeName(dataType: number): string {
  return TYPE_NAMES[dataType] ?? `type ${dataType}`;
}
