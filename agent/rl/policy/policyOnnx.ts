import { CoxswainError } from '../../protocol';
import { checkPolicy } from './checkPolicy';
import { crc32c } from './crc32c';
import { decodeOnnx } from './onnx/decode';
import { encodeGraph, encodeOnnx } from './onnx/encode';
import { readForeignGraph, UnsupportedGraph } from './onnx/foreignGraph';
import { foreignPolicy, type ImportOptions } from './onnx/foreignPolicy';
import { Malformed } from './onnx/malformed';
import { FORMAT_VERSION, METADATA_KEYS, metadataText, PolicyMetadata } from './onnx/metadata';
import type { OnnxGraph, OnnxModel, OnnxTensor } from './onnx/onnxModel';
import { biasName, layersOf, policyGraph, weightName } from './onnx/policyGraph';
import type { PolicyModel } from './policyModel';

/** Runtimes of the last years take these; nothing newer is needed. */
const IR_VERSION = 8;
const OPSET = 17;

/**
 * A policy as one ONNX file, which any ONNX runtime can run on raw observations; what a graph cannot say is in its
 * metadata. The same policy gives the same bytes.
 *
 * @throws RangeError where the policy contradicts itself or holds numbers that are not finite
 */
export function encodePolicy(policy: PolicyModel): Uint8Array {
  checkPolicy(policy);
  const { parameters, ...metadata } = policy;
  const text = metadataText(metadata);
  const readable = PolicyMetadata.safeParse(JSON.parse(text));
  if (!readable.success)
    throw new RangeError(`the policy could not be read again: ${readable.error.message}`);
  return encodeOnnx({
    irVersion: IR_VERSION,
    producerName: 'coxswain',
    opset: OPSET,
    graph: policyGraph(policy),
    metadata: new Map([
      [METADATA_KEYS.format, String(FORMAT_VERSION)],
      [METADATA_KEYS.policy, text],
      [METADATA_KEYS.checksum, checksum(text, parameters)],
    ]),
  });
}

/**
 * A policy from a file that `encodePolicy` made.
 *
 * @param origin where the bytes are from, for messages: a path
 * @throws CoxswainError `model-invalid` for a damaged file, `model-incompatible` for one of a newer Coxswain or of
 *   another program
 */
export function decodePolicy(bytes: Uint8Array, origin: string): PolicyModel {
  return withOrigin(origin, () => {
    const model = decodeOnnx(bytes);
    if (isOwn(model)) return ownPolicy(model, origin);
    throw new CoxswainError(
      'model-incompatible',
      `${origin} is an ONNX file of another program: it does not say what it observes and does.`,
      'Import it with `coxswain model import`, which asks for the task that it is for.',
    );
  });
}

/**
 * A policy from any ONNX file of a multilayer perceptron: ours, or another program's, such as an export of
 * Stable-Baselines3 (its documentation's way, or with logits and value as outputs).
 *
 * @throws CoxswainError `model-invalid`, or `model-incompatible` that names the operator that is not supported
 */
export function importPolicy(bytes: Uint8Array, origin: string, options: ImportOptions): PolicyModel {
  return withOrigin(origin, () => {
    const model = decodeOnnx(bytes);
    if (isOwn(model)) return ownPolicy(model, origin);
    const graph = withOutputs(model.graph, options.outputs);
    const policy = foreignPolicy(readForeignGraph(graph, options.observationSpace.fields.length), options);
    checkPolicy(policy);
    return policy;
  });
}

/** Any of our keys: one that was damaged must not make a foreign file of ours. */
function isOwn({ producerName, metadata }: OnnxModel): boolean {
  return producerName === 'coxswain' || Object.values(METADATA_KEYS).some((key) => metadata.has(key));
}

function ownPolicy({ graph, metadata }: OnnxModel, origin: string): PolicyModel {
  const format = Number(metadata.get(METADATA_KEYS.format));
  if (Number.isInteger(format) && format > FORMAT_VERSION) throw newerError(origin, format);
  if (format !== FORMAT_VERSION) throw new Malformed('it does not say which format it has');
  const text = metadata.get(METADATA_KEYS.policy) ?? '';
  const about = PolicyMetadata.safeParse(parseJson(text));
  if (!about.success) throw new Malformed('its description cannot be read');
  const parameters = storedParameters(graph, about.data);
  if (checksum(text, parameters) !== metadata.get(METADATA_KEYS.checksum)) {
    throw new Malformed('its checksum is not that of its contents');
  }
  const policy = { ...about.data, parameters };
  checkPolicy(policy);
  if (!isSameGraph(graph, policyGraph(policy)))
    throw new Malformed('its graph is not the one of its contents');
  return policy;
}

function storedParameters(graph: OnnxGraph, { network }: PolicyMetadata): Float32Array {
  const tensors = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  const parts = layersOf(network).flatMap((layer) => [weightName(layer), biasName(layer)]);
  return concatenated(parts.map((name) => numbersOf(name, tensors.get(name))));
}

function numbersOf(name: string, tensor: OnnxTensor | undefined): ArrayLike<number> {
  if (!tensor?.data) throw new Malformed(`the numbers of ${name} are missing`);
  return tensor.data;
}

function concatenated(parts: readonly ArrayLike<number>[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

/** Other programs may have written the same graph in other bytes, so that both are written again. */
function isSameGraph(graph: OnnxGraph, expected: OnnxGraph): boolean {
  const types = new Set(expected.initializers.map(({ dataType }) => dataType));
  if (graph.initializers.some(({ dataType }) => !types.has(dataType))) return false;
  const [one, other] = [encodeGraph(graph), encodeGraph(expected)];
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

function checksum(text: string, parameters: Float32Array): string {
  const { buffer, byteOffset, byteLength } = parameters;
  const ofText = crc32c(new TextEncoder().encode(text));
  return crc32c(new Uint8Array(buffer, byteOffset, byteLength), ofText)
    .toString(16)
    .padStart(8, '0');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function withOutputs(graph: OnnxGraph, names: readonly string[] | undefined): OnnxGraph {
  if (!names) return graph;
  const outputs = names.map((name) => {
    const output = graph.outputs.find((value) => value.name === name);
    if (output) return output;
    const all = graph.outputs.map((value) => value.name).join(', ');
    throw new UnsupportedGraph(`it has no output ${name}; its outputs are ${all}`);
  });
  return { ...graph, outputs };
}

function withOrigin<T>(origin: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof UnsupportedGraph) throw unsupportedError(origin, error);
    if (error instanceof Malformed || error instanceof RangeError) throw damagedError(origin, error);
    throw error;
  }
}

function damagedError(origin: string, cause: Error): CoxswainError {
  return new CoxswainError(
    'model-invalid',
    `The policy in ${origin} cannot be read: ${cause.message}.`,
    'Restore the file from a copy, export it again, or train anew.',
    { cause },
  );
}

function unsupportedError(origin: string, cause: Error): CoxswainError {
  return new CoxswainError(
    'model-incompatible',
    `The policy in ${origin} cannot be used: ${cause.message}.`,
    'Export the plain network: observations in, one output of scores, logits or means, and where there is one the critic’s value.',
    { cause },
  );
}

function newerError(origin: string, format: number): CoxswainError {
  return new CoxswainError(
    'model-incompatible',
    `The policy in ${origin} has format ${format}; this Coxswain reads up to ${FORMAT_VERSION}.`,
    'Update Coxswain, or export the policy again with this version.',
  );
}
