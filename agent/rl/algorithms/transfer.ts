import { CoxswainError } from '../../protocol';
import { allLayers } from '../engine/layers';
import type { LayerSpec, Network, NetworkSpec } from '../engine/network';
import { contractDifference, type PolicyContract } from '../policy/contract';
import type { LearnedPolicy } from './learner';

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

/** @throws CoxswainError `model-incompatible` where the policy was learned for something else, or by other outputs */
export function expectContract(
  policy: LearnedPolicy,
  env: PolicyContract,
  head: LearnedPolicy['head'],
): void {
  if (policy.head !== head) throw incompatible(`its outputs are ${policy.head}, the algorithm needs ${head}`);
  const difference = contractDifference(policy, env);
  if (difference !== null) throw incompatible(difference);
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

/** Each layer in words; two networks are alike where all of these are. Dropout may differ. */
function describeLayers(spec: NetworkSpec): string[] {
  const describe = ({ name, units, activation }: LayerSpec, inputs: number) =>
    `layer "${name}" (${inputs} → ${units} ${activation})`;
  const chain = (layers: readonly LayerSpec[], inputs: number) =>
    layers.map((layer, index) => describe(layer, layers[index - 1]?.units ?? inputs));
  const trunkEnd = spec.trunk.at(-1)?.units ?? spec.inputs;
  return [...chain(spec.trunk, spec.inputs), ...spec.towers.flatMap(({ layers }) => chain(layers, trunkEnd))];
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
