import { describe, expect, it } from 'vitest';
import { hiddenLayers } from '../engine/network';
import { ppoNetwork } from './ppoNetwork';

const outputs = (policy: number) => ({
  policy: { name: 'policy.out', units: policy, activation: 'linear', dropout: 0, gain: 0.01 },
  value: { name: 'value.out', units: 1, activation: 'linear', dropout: 0, gain: 1 },
});

describe('the network of PPO', () => {
  it('has towers of their own for policy and value', () => {
    const spec = ppoNetwork(36, 6, { netArch: [64, 32], activation: 'tanh', sharedTrunk: false });
    expect(spec.trunk).toEqual([]);
    expect(spec.towers).toEqual([
      { name: 'policy', layers: [...hiddenLayers('policy', [64, 32], 'tanh'), outputs(6).policy] },
      { name: 'value', layers: [...hiddenLayers('value', [64, 32], 'tanh'), outputs(6).value] },
    ]);
    expect(spec.towers[0]?.layers[0]?.gain).toBe(Math.SQRT2);
  });

  it('has one trunk for both where it is shared', () => {
    const spec = ppoNetwork(4, 2, { netArch: [16], activation: 'relu', sharedTrunk: true });
    expect(spec.trunk).toEqual(hiddenLayers('trunk', [16], 'relu'));
    expect(spec.towers.map(({ layers }) => layers)).toEqual([[outputs(2).policy], [outputs(2).value]]);
  });
});
