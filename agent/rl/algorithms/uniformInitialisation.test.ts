import { describe, expect, it } from 'vitest';
import { Random } from '../../sim/random';
import { dqnNetwork } from './dqnNetwork';
import { uniformInitialisation } from './uniformInitialisation';

describe('the uniform initialisation', () => {
  it('spreads weights and biases of each layer within ± 1/√inputs', () => {
    const spec = dqnNetwork(4, 2, { netArch: [100, 25], activation: 'relu', dropout: [] });
    const parameters = uniformInitialisation(spec, new Random(1));
    // Inputs and parameters, layer by layer: (4 + 1) · 100, (100 + 1) · 25, (25 + 1) · 2.
    const layers = [
      { bound: 1 / 2, from: 0, to: 500 },
      { bound: 1 / 10, from: 500, to: 3025 },
      { bound: 1 / 5, from: 3025, to: 3077 },
    ];
    expect(parameters).toHaveLength(3077);
    for (const { bound, from, to } of layers) {
      const own = [...parameters.subarray(from, to)];
      expect(Math.max(...own.map(Math.abs))).toBeLessThanOrEqual(bound);
      expect(Math.min(...own)).toBeLessThan(-0.9 * bound);
      expect(Math.max(...own)).toBeGreaterThan(0.9 * bound);
    }
  });

  it('is the same for the same seed', () => {
    const spec = dqnNetwork(4, 2, { netArch: [8], activation: 'relu', dropout: [] });
    const [a, b, c] = [1, 1, 2].map((seed) => uniformInitialisation(spec, new Random(seed)));
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });
});
