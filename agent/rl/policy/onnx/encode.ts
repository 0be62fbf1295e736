import { PbfWriter } from 'pbf';
import {
  DATA_TYPE,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from './onnxModel';

/** The bytes of an ONNX file. The same model gives the same bytes. */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  const writer = new PbfWriter();
  writer.writeVarintField(1, model.irVersion);
  writer.writeStringField(2, model.producerName);
  writer.writeMessage(7, writeGraph, model.graph);
  writer.writeMessage(8, writeOperatorSet, model.opset);
  for (const entry of model.metadata) writer.writeMessage(14, writeEntry, entry);
  return writer.finish();
}

/** Only the graph, to compare two of them. */
export function encodeGraph(graph: OnnxGraph): Uint8Array {
  const writer = new PbfWriter();
  writeGraph(graph, writer);
  return writer.finish();
}

function writeOperatorSet(version: number, writer: PbfWriter): void {
  writer.writeStringField(1, '');
  writer.writeVarintField(2, version);
}

function writeEntry([key, value]: readonly [string, string], writer: PbfWriter): void {
  writer.writeStringField(1, key);
  writer.writeStringField(2, value);
}

function writeGraph(graph: OnnxGraph, writer: PbfWriter): void {
  for (const node of graph.nodes) writer.writeMessage(1, writeNode, node);
  writer.writeStringField(2, graph.name);
  for (const tensor of graph.initializers) writer.writeMessage(5, writeTensor, tensor);
  for (const value of graph.inputs) writer.writeMessage(11, writeValue, value);
  for (const value of graph.outputs) writer.writeMessage(12, writeValue, value);
}

function writeNode(node: OnnxNode, writer: PbfWriter): void {
  for (const name of node.inputs) writer.writeStringField(1, name);
  for (const name of node.outputs) writer.writeStringField(2, name);
  writer.writeStringField(3, node.name);
  writer.writeStringField(4, node.opType);
  for (const attribute of node.attributes) writer.writeMessage(5, writeAttribute, attribute);
  if (node.domain !== '') writer.writeStringField(7, node.domain);
}

function writeAttribute({ name, value }: OnnxAttribute, writer: PbfWriter): void {
  writer.writeStringField(1, name);
  if (value.kind === 'float') writer.writeFloatField(2, value.float);
  else if (value.kind === 'int') writer.writeVarintField(3, value.int);
  else if (value.kind === 'tensor') writer.writeMessage(5, writeTensor, value.tensor);
  else if (value.kind === 'floats') writer.writePackedFloat(7, [...value.floats]);
  else if (value.kind === 'ints') writer.writePackedVarint(8, [...value.ints]);
  writer.writeVarintField(20, ATTRIBUTE_TYPES[value.kind]);
}

/** `AttributeProto.AttributeType`. */
const ATTRIBUTE_TYPES = { other: 0, float: 1, int: 2, tensor: 4, floats: 6, ints: 7 } as const;

function writeTensor({ name, dims, dataType, data, isExternal }: OnnxTensor, writer: PbfWriter): void {
  writer.writePackedVarint(1, [...dims]);
  writer.writeVarintField(2, dataType);
  writer.writeStringField(8, name);
  if (data !== null) writer.writeBytesField(9, rawBytes(dataType, data));
  if (isExternal) writer.writeVarintField(14, 1);
}

function rawBytes(dataType: number, data: ArrayLike<number>): Uint8Array {
  switch (dataType) {
    case DATA_TYPE.float:
      return new Uint8Array(Float32Array.from(data).buffer);
    case DATA_TYPE.double:
      return new Uint8Array(Float64Array.from(data).buffer);
    case DATA_TYPE.int32:
      return new Uint8Array(Int32Array.from(data).buffer);
    case DATA_TYPE.int64:
      return new Uint8Array(BigInt64Array.from(Array.from(data, BigInt)).buffer);
    default:
      throw new RangeError(`tensors of type ${dataType} are not written`);
  }
}

function writeValue({ name, elementType, shape }: OnnxValue, writer: PbfWriter): void {
  writer.writeStringField(1, name);
  writer.writeMessage(2, writeType, { elementType, shape });
}

function writeType(type: Omit<OnnxValue, 'name'>, writer: PbfWriter): void {
  writer.writeMessage(1, writeTensorType, type);
}

function writeTensorType({ elementType, shape }: Omit<OnnxValue, 'name'>, writer: PbfWriter): void {
  writer.writeVarintField(1, elementType);
  if (shape !== null) writer.writeMessage(2, writeShape, shape);
}

function writeShape(shape: readonly (number | string | null)[], writer: PbfWriter): void {
  for (const size of shape) writer.writeMessage(1, writeDimension, size);
}

function writeDimension(size: number | string | null, writer: PbfWriter): void {
  if (typeof size === 'number') writer.writeVarintField(1, size);
  else if (size !== null) writer.writeStringField(2, size);
}
