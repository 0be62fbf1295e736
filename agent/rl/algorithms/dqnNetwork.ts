import { hiddenLayers, type NetworkSpec } from '../engine/network';
import type { DqnHyperparameters } from './dqnHyperparameters';

/** Layers `trunk.0`, `trunk.1`, … and `q.out` with one Q-value per action. */
export function dqnNetwork(
  inputs: number,
  actions: number,
  { netArch, activation, dropout }: Pick<DqnHyperparameters, 'netArch' | 'activation' | 'dropout'>,
): NetworkSpec {
  return {
    inputs,
    trunk: hiddenLayers('trunk', netArch, activation, dropout),
    towers: [
      {
        name: 'q',
        layers: [{ name: 'q.out', units: actions, activation: 'linear', dropout: 0, gain: 1 }],
      },
    ],
  };
}
