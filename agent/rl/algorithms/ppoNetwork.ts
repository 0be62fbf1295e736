import { hiddenLayers, type LayerSpec, type NetworkSpec } from '../engine/network';
import type { PpoHyperparameters } from './ppoHyperparameters';

/** Small, so that every action is about as probable as the others at first. */
const POLICY_GAIN = 0.01;
const VALUE_GAIN = 1;

/**
 * Towers `policy` (logits or means, layer `policy.out`) and `value` (layer `value.out`). Their hidden layers are
 * `policy.0`, … and `value.0`, …, or with a shared trunk `trunk.0`, …
 *
 * @param outputs of the policy: actions of a discrete space, numbers of a box
 */
export function ppoNetwork(
  inputs: number,
  outputs: number,
  { netArch, activation, sharedTrunk }: Pick<PpoHyperparameters, 'netArch' | 'activation' | 'sharedTrunk'>,
): NetworkSpec {
  const tower = (name: string, units: number, gain: number) => ({
    name,
    layers: [...(sharedTrunk ? [] : hiddenLayers(name, netArch, activation)), outputLayer(name, units, gain)],
  });
  return {
    inputs,
    trunk: sharedTrunk ? hiddenLayers('trunk', netArch, activation) : [],
    towers: [tower('policy', outputs, POLICY_GAIN), tower('value', 1, VALUE_GAIN)],
  };
}

function outputLayer(tower: string, units: number, gain: number): LayerSpec {
  return { name: `${tower}.out`, units, activation: 'linear', dropout: 0, gain };
}
