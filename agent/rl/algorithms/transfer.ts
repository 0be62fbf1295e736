import { CoxswainError } from '../../protocol';
import type { LayerSpec, Network, NetworkSpec } from '../engine/network';
import type { ActionSpace, BoxSpace } from '../env/env';
import type { LearnedPolicy } from './learner';

/** The contract of an env, and how a policy's outputs are read there. */
export interface PolicyContract {
  spec: string;
  observationSpace: BoxSpace;
  actionSpace: ActionSpace;
  head: LearnedPolicy['head'];
}

/**
 * Begins a network with what a policy has learned: transfer by fine-tuning (Yosinski et al. 2014, arXiv:1411.1792).
 *
 * @param freeze see `frozenLayers`
 * @returns the layers to freeze, for `AdamOptions`
 * @throws CoxswainError `model-incompatible` where a layer differs in name, inputs, units or activation
 */
export function initialiseFrom(
  network: Network,
  policy: Pick<LearnedPolicy, 'network' | 'parameters'>,
  { freeze }: { freeze: readonly string[] },
): ReadonlySet<string> {
  const theirs = describeLayers(policy.network);
  const ours = describeLayers(network.spec);
  const difference = ours
    .map((layer, index) => ({ layer, other: theirs[index] }))
    .find(({ layer, other }) => layer !== other);
  if (difference || ours.length !== theirs.length) {
    const expected = difference?.layer ?? 'no further layer';
    const found = difference ? (difference.other ?? 'no further layer') : theirs[ours.length];
    throw incompatible(`it has ${found} where the new network has ${expected}`);
  }
  if (policy.parameters.length !== network.parameterCount) {
    throw incompatible(`it has ${policy.parameters.length} parameters, not ${network.parameterCount}`);
  }
  const frozen = frozenLayers(network.spec, freeze);
  network.writeParameters(policy.parameters);
  return frozen;
}

/** @throws CoxswainError `model-incompatible` where the policy was learned for something else */
export function expectContract(policy: LearnedPolicy, contract: PolicyContract): void {
  if (policy.head !== contract.head) {
    throw incompatible(`its outputs are ${policy.head}, the algorithm needs ${contract.head}`);
  }
  if (policy.spec !== contract.spec) {
    throw incompatible(`it observes ${policy.spec}, the env gives ${contract.spec}`);
  }
  const [theirs, ours] = [policy, contract].map(({ observationSpace, actionSpace }) => [
    observationSpace.fields.map(({ name }) => name).join(', '),
    actionNames(actionSpace),
  ]);
  if (theirs?.[0] !== ours?.[0]) throw incompatible(`it observes ${theirs?.[0]}, the env gives ${ours?.[0]}`);
  if (theirs?.[1] !== ours?.[1]) throw incompatible(`it acts by ${theirs?.[1]}, the env takes ${ours?.[1]}`);
}

/**
 * Layers by their names, or by what comes before the dot: `trunk.0`, or `trunk` for all of it.
 *
 * @throws CoxswainError `config-invalid` for a name that the network has not, or where nothing would be left to learn
 */
export function frozenLayers(spec: NetworkSpec, names: readonly string[]): ReadonlySet<string> {
  const layers = allLayers(spec).map(({ name }) => name);
  const matches = (layer: string, name: string) => layer === name || layer.startsWith(`${name}.`);
  const unknown = names.find((name) => !layers.some((layer) => matches(layer, name)));
  if (unknown !== undefined) throw invalidFreeze(`the network has no layer "${unknown}"`, layers);
  const frozen = layers.filter((layer) => names.some((name) => matches(layer, name)));
  if (frozen.length === layers.length) throw invalidFreeze('nothing would be left to learn', layers);
  return new Set(frozen);
}

function allLayers({ trunk, towers }: NetworkSpec): LayerSpec[] {
  return [...trunk, ...towers.flatMap(({ layers }) => layers)];
}

/** Each layer in words; two networks are alike where all of these are. Dropout may differ. */
function describeLayers(spec: NetworkSpec): string[] {
  const describe = ({ name, units, activation }: LayerSpec, inputs: number) =>
    `layer "${name}" (${inputs} → ${units} ${activation})`;
  const chain = (layers: readonly LayerSpec[], inputs: number) =>
    layers.map((layer, index) => describe(layer, layers[index - 1]?.units ?? inputs));
  const trunkEnd = spec.trunk.at(-1)?.units ?? spec.inputs;
  return [...chain(spec.trunk, spec.inputs), ...spec.towers.flatMap(({ layers }) => chain(layers, trunkEnd))];
}

function actionNames(space: ActionSpace): string {
  const names = space.kind === 'discrete' ? space.labels : space.fields.map(({ name }) => name);
  return `${space.kind === 'discrete' ? 'one of' : 'numbers for'} ${names.join(', ')}`;
}

/** The policy cannot be what a training begins with. */
export function incompatible(why: string): CoxswainError {
  return new CoxswainError(
    'model-incompatible',
    `The policy cannot be fine-tuned here: ${why}`,
    'Choose a policy of the same task, observation and network, or set the network’s options to its own.',
  );
}

function invalidFreeze(why: string, layers: readonly string[]): CoxswainError {
  return new CoxswainError(
    'config-invalid',
    `The layers to freeze are impossible: ${why}`,
    `Freeze some of ${layers.join(', ')}.`,
  );
}
