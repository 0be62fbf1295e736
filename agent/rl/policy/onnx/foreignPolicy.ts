import type { LayerSpec, NetworkSpec } from '../../engine/network';
import { actionSize } from '../../env/env';
import type { PolicyContract } from '../contract';
import type { PolicyHead, PolicyModel } from '../policyModel';
import type { DenseLayer } from './features';
import { type ForeignNetwork, type ForeignTower, UnsupportedGraph } from './foreignGraph';

/** What a foreign file does not say. */
export interface ImportOptions extends PolicyContract {
  /** Guessed where absent: Q-values for a single output, logits for several or where probabilities are made of them. */
  head?: PolicyHead;
  /** Names of the outputs to take, where others cannot be read; the one with the actions decides. */
  outputs?: readonly string[];
  env: { name: string; options: Readonly<Record<string, unknown>> };
  codeVersion: string;
  nowMs: number;
}

/**
 * The policy that a foreign network is, under a contract. Standard deviations of a Gaussian head are not in such a
 * file: they begin at 1, as in Stable-Baselines3.
 *
 * @throws UnsupportedGraph where no output has one number per action, or the outputs cannot be one network
 */
export function foreignPolicy(foreign: ForeignNetwork, options: ImportOptions): PolicyModel {
  const { observationSpace, actionSpace, spec } = options;
  const actions = actionSpace.kind === 'box' ? actionSize(actionSpace) : actionSpace.labels.length;
  const towers = towersInOrder(foreign.towers, actions);
  const head = options.head ?? guessedHead(foreign, towers.length, options);
  const normaliser = towers[0]?.features.normaliser ?? null;
  if (towers.some(({ features }) => features.normaliser !== normaliser)) {
    throw new UnsupportedGraph('its outputs normalise the observation in different ways');
  }
  const { network, layers } = networkOf(towers, observationSpace.fields.length, head);
  return {
    head,
    network,
    parameters: parametersOf(layers),
    logStandardDeviations: head === 'gaussian' ? new Array<number>(actions).fill(0) : [],
    spec,
    observationSpace,
    actionSpace,
    normaliser,
    provenance: importedProvenance(options),
  };
}

/** First the one that decides: the scores of an action, else the first output with one number per action. */
function towersInOrder(towers: readonly ForeignTower[], actions: number): readonly ForeignTower[] {
  const fits = ({ features }: ForeignTower) => features.width === actions;
  const first = towers.find((tower) => tower.isDecision && fits(tower)) ?? towers.find(fits);
  if (!first) {
    const outputs = towers.map(({ name, features }) => `${name} [${features.width}]`).join(', ') || 'none';
    throw new UnsupportedGraph(
      `none of its outputs has ${actions} numbers, one per action; they are: ${outputs}`,
    );
  }
  const lastLayer = ({ features }: ForeignTower) => features.layers.at(-1);
  return [first, ...towers.filter((tower) => lastLayer(tower) !== lastLayer(first))];
}

function guessedHead(foreign: ForeignNetwork, towers: number, { actionSpace }: ImportOptions): PolicyHead {
  if (actionSpace.kind === 'box') return 'gaussian';
  return towers > 1 || foreign.hasProbabilities ? 'categorical' : 'q-values';
}

/** Layers that all towers begin with are the trunk; each tower keeps its last. */
function networkOf(towers: readonly ForeignTower[], inputs: number, head: PolicyHead) {
  const chains = towers.map(({ features }) => features.layers);
  const [first = []] = chains;
  const shortest = Math.min(...chains.map(({ length }) => length));
  let shared = 0;
  while (shared < shortest - 1 && chains.every((chain) => chain[shared] === first[shared])) shared++;
  // With one tower there is nothing to share.
  const trunk = towers.length > 1 ? first.slice(0, shared) : [];
  const specs = chains.map((chain, index) => {
    const name = towerName(index, chain, head);
    return { name, layers: layerSpecs(name, chain.slice(trunk.length), true) };
  });
  const network: NetworkSpec = { inputs, trunk: layerSpecs('trunk', trunk, false), towers: specs };
  return { network, layers: [...trunk, ...chains.flatMap((chain) => chain.slice(trunk.length))] };
}

function towerName(index: number, layers: readonly DenseLayer[], head: PolicyHead): string {
  if (index === 0) return head === 'q-values' ? 'q' : 'policy';
  return index === 1 && layers.at(-1)?.units === 1 ? 'value' : `output${index}`;
}

function layerSpecs(prefix: string, layers: readonly DenseLayer[], endsInOutput: boolean): LayerSpec[] {
  return layers.map(({ units, activation }, index) => ({
    name: endsInOutput && index === layers.length - 1 ? `${prefix}.out` : `${prefix}.${index}`,
    units,
    activation,
    dropout: 0,
    gain: 1,
  }));
}

function parametersOf(layers: readonly DenseLayer[]): Float32Array {
  const count = layers.reduce((sum, { weights, biases }) => sum + weights.length + biases.length, 0);
  const parameters = new Float32Array(count);
  let offset = 0;
  for (const { weights, biases } of layers) {
    parameters.set(weights, offset);
    parameters.set(biases, offset + weights.length);
    offset += weights.length + biases.length;
  }
  return parameters;
}

function importedProvenance({ env, codeVersion, nowMs }: ImportOptions): PolicyModel['provenance'] {
  return {
    algorithm: 'imported',
    env,
    seed: 0,
    steps: 0,
    hyperparameters: {},
    codeVersion,
    createdAtMs: nowMs,
    parent: null,
    curve: [],
    evaluation: null,
  };
}
