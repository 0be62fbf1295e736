import { type Features, observationOf, settleAffine } from './features';
import { Malformed } from './malformed';
import { DATA_TYPE, dataTypeName, type OnnxGraph, type OnnxNode, type OnnxValue } from './onnxModel';
import { evaluateNode, supportedOperators, Unsupported, type Value } from './operators';

/** An output of a foreign graph as layers. */
export interface ForeignTower {
  /** The output's. */
  name: string;
  features: Features;
  /** The output is the action itself, whose scores are the features. */
  isDecision: boolean;
}

export interface ForeignNetwork {
  towers: readonly ForeignTower[];
  /** The graph makes probabilities of an output. */
  hasProbabilities: boolean;
}

/** Networks for control are far smaller; the bounds keep a hostile file from filling the memory. */
const MOST_NODES = 2_000;
const MOST_PARAMETERS = 50_000_000;

/**
 * What the outputs of a graph compute, as layers.
 *
 * @param inputs how many numbers the observation has
 * @throws Malformed where the graph contradicts itself
 * @throws UnsupportedGraph where it computes what no policy here can
 */
export function readForeignGraph(graph: OnnxGraph, inputs: number): ForeignNetwork {
  if (graph.nodes.length > MOST_NODES) {
    throw new UnsupportedGraph(`its graph has ${graph.nodes.length} nodes, at most ${MOST_NODES} are read`);
  }
  const values = new Map<string, Value>();
  for (const tensor of graph.initializers) values.set(tensor.name, { kind: 'constant', tensor });
  const input = onlyInput(graph.inputs.filter(({ name }) => !values.has(name)));
  checkInput(input, inputs);
  values.set(input.name, { kind: 'features', features: observationOf(inputs) });
  let parameters = 0;
  for (const node of neededNodes(graph)) {
    const value = evaluate(node, values);
    const [output = ''] = node.outputs;
    if (value.kind === 'features') parameters += value.features.layers.at(-1)?.weights.length ?? 0;
    if (parameters > MOST_PARAMETERS) throw new UnsupportedGraph(`it has over ${MOST_PARAMETERS} weights`);
    values.set(output, value);
  }
  const towers = graph.outputs.flatMap(({ name }) => towerOf(name, values.get(name)));
  const operators = graph.nodes.map(({ opType }) => opType);
  return { towers, hasProbabilities: operators.some((name) => PROBABILITY_OPERATORS.has(name)) };
}

/** What no policy here can compute; the message says where. */
export class UnsupportedGraph extends Error {}

const PROBABILITY_OPERATORS: ReadonlySet<string> = new Set(['Softmax', 'LogSoftmax', 'ReduceLogSumExp']);

function onlyInput(inputs: readonly OnnxValue[]): OnnxValue {
  const [input, ...others] = inputs;
  if (input && others.length === 0) return input;
  const names = inputs.map(({ name }) => name).join(', ') || 'none';
  throw new UnsupportedGraph(`its graph has to have one input, the observation; it has: ${names}`);
}

function checkInput({ name, elementType, shape }: OnnxValue, inputs: number): void {
  if (elementType !== DATA_TYPE.float && elementType !== DATA_TYPE.double) {
    throw new UnsupportedGraph(`its input ${name} is ${dataTypeName(elementType)}, not float`);
  }
  const columns = shape?.slice(1) ?? [];
  if (columns.length === 0 || columns.some((size) => typeof size !== 'number')) return;
  const width = columns.reduce<number>((product, size) => product * Number(size), 1);
  if (width !== inputs) {
    throw new UnsupportedGraph(`its input ${name} has ${width} numbers, the observation has ${inputs}`);
  }
}

/** Those that the outputs depend on, in the order of the graph. */
function neededNodes({ nodes, outputs }: OnnxGraph): readonly OnnxNode[] {
  const needed = new Set(outputs.map(({ name }) => name));
  const chosen: OnnxNode[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    for (const name of node.inputs) needed.add(name);
    chosen.push(node);
  }
  return chosen.reverse();
}

function evaluate(node: OnnxNode, values: ReadonlyMap<string, Value>): Value {
  const inputs = node.inputs.map((name) => {
    if (name === '') return null;
    const value = values.get(name);
    if (!value) throw new Malformed(`node ${labelOf(node)} reads ${name}, which nothing before it writes`);
    return value;
  });
  try {
    return evaluateNode(node, inputs);
  } catch (error) {
    if (!(error instanceof Unsupported)) throw error;
    throw new UnsupportedGraph(
      `node ${labelOf(node)}: ${error.message}; supported are ${supportedOperators()}`,
    );
  }
}

function labelOf({ name, opType, domain, outputs }: OnnxNode): string {
  const operator = domain === '' ? opType : `${domain}.${opType}`;
  return `${name || outputs[0]} (${operator})`;
}

/** Empty for an output that is no part of the policy. */
function towerOf(name: string, value: Value | undefined): ForeignTower[] {
  switch (value?.kind) {
    case 'features':
      return [{ name, features: settled(name, value.features), isDecision: false }];
    case 'probabilities':
      return [{ name, features: settled(name, value.logits), isDecision: false }];
    case 'decision':
      return [{ name, features: settled(name, value.scores), isDecision: true }];
    case 'derived':
      return [];
    case undefined:
      throw new Malformed(`nothing writes its output ${name}`);
    default:
      throw new UnsupportedGraph(`its output ${name} does not follow from the observation`);
  }
}

function settled(name: string, features: Features): Features {
  const result = settleAffine(features);
  if (result && result.layers.length > 0) return result;
  throw new UnsupportedGraph(`its output ${name} has to end in a Gemm or a MatMul, or an activation of one`);
}
