import { PbfReader } from 'pbf';
import { Malformed } from './malformed';
import {
  DATA_TYPE,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
  type TensorData,
} from './onnxModel';

/** Protobuf's wire types, https://protobuf.dev/programming-guides/encoding/. */
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/**
 * Reads an ONNX file. Nothing is allocated by a size that the file states: lengths are checked against the bytes that
 * are there, and dimensions against the data.
 *
 * @throws Malformed where the bytes are no ONNX, or end too early
 */
export function decodeOnnx(bytes: Uint8Array): OnnxModel {
  try {
    const reader = new PbfReader(bytes);
    return readModel(reader, reader.length);
  } catch (error) {
    if (error instanceof Malformed) throw error;
    // pbf and DataView throw their own at the end of the bytes.
    throw new Malformed('it ends in the middle of a field, or is no protobuf');
  }
}

function readModel(reader: PbfReader, end: number): OnnxModel {
  const metadata = new Map<string, string>();
  const model = { irVersion: 0, producerName: '', opset: 0 };
  const graphs: OnnxGraph[] = [];
  readFields(reader, end, (field) => {
    if (field === 1) model.irVersion = integer(reader);
    else if (field === 2) model.producerName = text(reader, end);
    else if (field === 7) graphs.push(message(reader, end, readGraph));
    else if (field === 8) {
      const set = message(reader, end, readOperatorSet);
      if (set.domain === '' || set.domain === 'ai.onnx') model.opset = set.version;
    } else if (field === 14) {
      const [key, value] = message(reader, end, readEntry);
      metadata.set(key, value);
    }
  });
  const [graph, ...others] = graphs;
  if (!graph || others.length > 0) throw new Malformed(`it has ${graphs.length} graphs, one is needed`);
  return { ...model, graph, metadata };
}

function readOperatorSet(reader: PbfReader, end: number): { domain: string; version: number } {
  const set = { domain: '', version: 0 };
  readFields(reader, end, (field) => {
    if (field === 1) set.domain = text(reader, end);
    else if (field === 2) set.version = integer(reader);
  });
  return set;
}

function readEntry(reader: PbfReader, end: number): [key: string, value: string] {
  const entry: [string, string] = ['', ''];
  readFields(reader, end, (field) => {
    if (field === 1) entry[0] = text(reader, end);
    else if (field === 2) entry[1] = text(reader, end);
  });
  return entry;
}

function readGraph(reader: PbfReader, end: number): OnnxGraph {
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  let name = '';
  readFields(reader, end, (field) => {
    if (field === 1) nodes.push(message(reader, end, readNode));
    else if (field === 2) name = text(reader, end);
    else if (field === 5) initializers.push(message(reader, end, readTensor));
    else if (field === 11) inputs.push(message(reader, end, readValue));
    else if (field === 12) outputs.push(message(reader, end, readValue));
  });
  return { name, nodes, initializers, inputs, outputs };
}

function readNode(reader: PbfReader, end: number): OnnxNode {
  const node = { name: '', opType: '', domain: '' };
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: OnnxAttribute[] = [];
  readFields(reader, end, (field) => {
    if (field === 1) inputs.push(text(reader, end));
    else if (field === 2) outputs.push(text(reader, end));
    else if (field === 3) node.name = text(reader, end);
    else if (field === 4) node.opType = text(reader, end);
    else if (field === 5) attributes.push(message(reader, end, readAttribute));
    else if (field === 7) node.domain = text(reader, end);
  });
  return { ...node, inputs, outputs, attributes };
}

function readAttribute(reader: PbfReader, end: number): OnnxAttribute {
  const read = { name: '', type: 0, float: 0, int: 0 };
  const floats: number[] = [];
  const ints: number[] = [];
  const tensors: OnnxTensor[] = [];
  readFields(reader, end, (field) => {
    if (field === 1) read.name = text(reader, end);
    else if (field === 2) read.float = fixedFloat(reader);
    else if (field === 3) read.int = integer(reader);
    else if (field === 5) tensors.push(message(reader, end, readTensor));
    else if (field === 7) readNumbers(reader, end, FIXED32, floats, () => reader.readFloat());
    else if (field === 8) readNumbers(reader, end, VARINT, ints, () => reader.readVarint(true));
    else if (field === 20) read.type = integer(reader);
  });
  const { name, type, float, int } = read;
  const [tensor] = tensors;
  // AttributeProto.AttributeType.
  if (type === 1) return { name, value: { kind: 'float', float } };
  if (type === 2) return { name, value: { kind: 'int', int } };
  if (type === 4 && tensor) return { name, value: { kind: 'tensor', tensor } };
  if (type === 6) return { name, value: { kind: 'floats', floats } };
  if (type === 7) return { name, value: { kind: 'ints', ints } };
  return { name, value: { kind: 'other' } };
}

function readTensor(reader: PbfReader, end: number): OnnxTensor {
  const tensor = { name: '', dataType: 0, isExternal: false };
  const dims: number[] = [];
  const numbers: number[] = [];
  const raw: Uint8Array[] = [];
  const integers = () => readNumbers(reader, end, VARINT, numbers, () => reader.readVarint(true));
  readFields(reader, end, (field) => {
    if (field === 1) readNumbers(reader, end, VARINT, dims, () => reader.readVarint(true));
    else if (field === 2) tensor.dataType = integer(reader);
    else if (field === 4) readNumbers(reader, end, FIXED32, numbers, () => reader.readFloat());
    else if (field === 5 || field === 7) integers();
    else if (field === 8) tensor.name = text(reader, end);
    else if (field === 9) raw.push(bytesOf(reader, end));
    else if (field === 10) readNumbers(reader, end, FIXED64, numbers, () => reader.readDouble());
    else if (field === 14) tensor.isExternal = integer(reader) === 1;
  });
  const isReadable = !tensor.isExternal && READABLE_TYPES.includes(tensor.dataType);
  const data = isReadable ? dataOf(tensor.dataType, raw[0], numbers) : null;
  checkDims(tensor.name, dims, data);
  return { ...tensor, dims, data };
}

const READABLE_TYPES: readonly number[] = Object.values(DATA_TYPE);

/** `raw_data` is little-endian, and begins anywhere in the file, so that it is copied. */
function dataOf(dataType: number, raw: Uint8Array | undefined, numbers: readonly number[]): TensorData {
  if (raw === undefined) return numbers;
  const size = dataType === DATA_TYPE.double || dataType === DATA_TYPE.int64 ? 8 : 4;
  if (raw.byteLength % size !== 0)
    throw new Malformed(`a tensor ends within a number (${raw.byteLength} bytes)`);
  const { buffer } = Uint8Array.from(raw);
  switch (dataType) {
    case DATA_TYPE.float:
      return new Float32Array(buffer);
    case DATA_TYPE.double:
      return new Float64Array(buffer);
    case DATA_TYPE.int32:
      return new Int32Array(buffer);
    default:
      return Array.from(new BigInt64Array(buffer), Number);
  }
}

function checkDims(name: string, dims: readonly number[], data: TensorData | null): void {
  if (dims.some((size) => !Number.isSafeInteger(size) || size < 0)) {
    throw new Malformed(`the tensor ${name} has the impossible shape [${dims.join(', ')}]`);
  }
  const count = dims.reduce((product, size) => product * size, 1);
  if (data !== null && data.length !== count) {
    throw new Malformed(
      `the tensor ${name} has ${data.length} numbers, its shape [${dims.join(', ')}] needs ${count}`,
    );
  }
}

function readValue(reader: PbfReader, end: number): OnnxValue {
  let value: OnnxValue = { name: '', elementType: 0, shape: null };
  readFields(reader, end, (field) => {
    if (field === 1) value = { ...value, name: text(reader, end) };
    else if (field === 2) value = { ...value, ...message(reader, end, readType) };
  });
  return value;
}

function readType(reader: PbfReader, end: number): Omit<OnnxValue, 'name'> {
  let type: Omit<OnnxValue, 'name'> = { elementType: 0, shape: null };
  readFields(reader, end, (field) => {
    if (field === 1) type = message(reader, end, readTensorType);
  });
  return type;
}

function readTensorType(reader: PbfReader, end: number): Omit<OnnxValue, 'name'> {
  const type: { elementType: number; shape: (number | string | null)[] | null } = {
    elementType: 0,
    shape: null,
  };
  readFields(reader, end, (field) => {
    if (field === 1) type.elementType = integer(reader);
    else if (field === 2) type.shape = message(reader, end, readShape);
  });
  return type;
}

function readShape(reader: PbfReader, end: number): (number | string | null)[] {
  const shape: (number | string | null)[] = [];
  readFields(reader, end, (field) => {
    if (field === 1) shape.push(message(reader, end, readDimension));
  });
  return shape;
}

function readDimension(reader: PbfReader, end: number): number | string | null {
  let size: number | string | null = null;
  readFields(reader, end, (field) => {
    if (field === 1) size = integer(reader);
    else if (field === 2) size = text(reader, end);
  });
  return size;
}

/** Calls `read` for each field; what it does not read is skipped. The message has to end where it said. */
function readFields(reader: PbfReader, end: number, read: (field: number) => void): void {
  for (let field = reader.nextField(end); field !== 0; field = reader.nextField(end)) read(field);
  if (reader.pos !== end) throw new Malformed('a field is longer than what it is in');
}

function message<T>(reader: PbfReader, outerEnd: number, read: (reader: PbfReader, end: number) => T): T {
  return read(reader, lengthDelimitedEnd(reader, outerEnd));
}

function lengthDelimitedEnd(reader: PbfReader, outerEnd: number): number {
  expectType(reader, BYTES);
  const length = reader.readVarint();
  const end = reader.pos + length;
  if (end > outerEnd) throw new Malformed(`a field of ${length} bytes reaches beyond the end`);
  return end;
}

function bytesOf(reader: PbfReader, outerEnd: number): Uint8Array {
  const end = lengthDelimitedEnd(reader, outerEnd);
  const bytes = reader.buf.subarray(reader.pos, end);
  reader.pos = end;
  return bytes;
}

const utf8 = new TextDecoder();

function text(reader: PbfReader, outerEnd: number): string {
  return utf8.decode(bytesOf(reader, outerEnd));
}

function integer(reader: PbfReader): number {
  expectType(reader, VARINT);
  return reader.readVarint(true);
}

function fixedFloat(reader: PbfReader): number {
  expectType(reader, FIXED32);
  return reader.readFloat();
}

/** Appends the numbers of a repeated field: packed, or one at a time. */
function readNumbers(
  reader: PbfReader,
  outerEnd: number,
  type: number,
  target: number[],
  readOne: () => number,
): void {
  if (reader.type !== BYTES) {
    expectType(reader, type);
    target.push(readOne());
    return;
  }
  const end = lengthDelimitedEnd(reader, outerEnd);
  while (reader.pos < end) target.push(readOne());
  if (reader.pos !== end) throw new Malformed('a list of numbers ends within one');
}

function expectType(reader: PbfReader, type: number): void {
  if (reader.type !== type)
    throw new Malformed(`a field has the wire type ${reader.type} in place of ${type}`);
}
