import { flatLayers } from '../../engine/layers';
import type { LayerSpec, NetworkSpec } from '../../engine/network';
import type { NormaliserState, PolicyModel } from '../policyModel';
import { DATA_TYPE, type OnnxAttribute, type OnnxGraph, type OnnxNode, type OnnxTensor } from './onnxModel';

/** Name of the graph's input: raw observations, [N, inputs]. */
export const OBSERVATION = 'observation';

/** What a normaliser adds to a variance before the root, see `NormaliserState`. */
export const VARIANCE_EPSILON = 1e-8;

/**
 * The policy as a graph for any ONNX runtime: raw observations [N, inputs] → normaliser → trunk → one output [N, units]
 * per tower, which has the tower's name. Weights are initialisers named `layer.weight` and `layer.bias`.
 */
export function policyGraph({ network, parameters, normaliser }: GraphSource): OnnxGraph {
  const graph = new GraphBuilder();
  const input = normaliser ? addNormaliser(graph, normaliser) : OBSERVATION;
  const { trunk, towers } = flatLayers(network);
  const weightsOf = ({ inputs, offset, spec }: (typeof trunk)[number]) => ({
    weights: parameters.subarray(offset, offset + inputs * spec.units),
    biases: parameters.subarray(offset + inputs * spec.units, offset + (inputs + 1) * spec.units),
    inputs,
  });
  let end = input;
  for (const layer of trunk) end = addLayer(graph, layer.spec, weightsOf(layer), end);
  for (const [index, { name }] of network.towers.entries()) {
    const layers = towers[index] ?? [];
    let value = end;
    for (const layer of layers) {
      const output = layer === layers.at(-1) ? name : undefined;
      value = addLayer(graph, layer.spec, weightsOf(layer), value, output);
    }
  }
  return {
    name: 'policy',
    nodes: graph.nodes,
    initializers: graph.initializers,
    inputs: [floatRows(OBSERVATION, network.inputs)],
    outputs: network.towers.map(({ name, layers }) => floatRows(name, layers.at(-1)?.units ?? 0)),
  };
}

export type GraphSource = Pick<PolicyModel, 'network' | 'parameters' | 'normaliser'>;

export function weightName(layer: LayerSpec): string {
  return `${layer.name}.weight`;
}

export function biasName(layer: LayerSpec): string {
  return `${layer.name}.bias`;
}

/** All layers in the flat order. */
export function layersOf({ trunk, towers }: NetworkSpec): readonly LayerSpec[] {
  return [...trunk, ...towers.flatMap(({ layers }) => layers)];
}

class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];

  /** @returns the name of the constant */
  constant(name: string, dims: readonly number[], data: Float32Array): string {
    this.initializers.push({ name, dims, dataType: DATA_TYPE.float, data, isExternal: false });
    return name;
  }

  /** @returns the name of its output */
  node(
    opType: string,
    inputs: readonly string[],
    output: string,
    attributes: readonly OnnxAttribute[] = [],
  ): string {
    this.nodes.push({
      name: `${output}:${opType}`,
      opType,
      domain: '',
      inputs,
      outputs: [output],
      attributes,
    });
    return output;
  }
}

function addNormaliser(graph: GraphBuilder, { mean, variance, clip }: NormaliserState): string {
  const deviations = Float32Array.from(variance, (value) => Math.sqrt(value + VARIANCE_EPSILON));
  const means = graph.constant('normaliser.mean', [mean.length], Float32Array.from(mean));
  const scale = graph.constant('normaliser.deviation', [mean.length], deviations);
  const centred = graph.node('Sub', [OBSERVATION, means], 'normaliser.centred');
  const scaled = graph.node('Div', [centred, scale], 'normaliser.scaled');
  if (clip === Number.POSITIVE_INFINITY) return scaled;
  const low = graph.constant('normaliser.low', [], Float32Array.of(-clip));
  const high = graph.constant('normaliser.high', [], Float32Array.of(clip));
  return graph.node('Clip', [scaled, low, high], 'normaliser.clipped');
}

const OPERATORS = { relu: 'Relu', tanh: 'Tanh' } as const;

function addLayer(
  graph: GraphBuilder,
  layer: LayerSpec,
  { weights, biases, inputs }: { weights: Float32Array; biases: Float32Array; inputs: number },
  from: string,
  output = `${layer.name}.output`,
): string {
  const operands = [
    from,
    graph.constant(weightName(layer), [inputs, layer.units], weights),
    graph.constant(biasName(layer), [layer.units], biases),
  ];
  if (layer.activation === 'linear') return graph.node('Gemm', operands, output);
  const sum = graph.node('Gemm', operands, `${layer.name}.sum`);
  return graph.node(OPERATORS[layer.activation], [sum], output);
}

function floatRows(name: string, columns: number) {
  return { name, elementType: DATA_TYPE.float, shape: ['N', columns] };
}
