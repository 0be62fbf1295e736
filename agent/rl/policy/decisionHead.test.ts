import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clippedToSpace, gaussianConfidence, greedyChoice, probabilitiesOf } from './decisionHead';

describe('probabilities of actions', () => {
  it('are the softmax of logits', () => {
    const { action, probabilities } = greedyChoice([0, Math.log(3), Math.log(4)], 'logits');
    expect(action).toBe(2);
    expect(probabilities[0]).toBeCloseTo(1 / 8, 12);
    expect(probabilities[1]).toBeCloseTo(3 / 8, 12);
    expect(probabilities[2]).toBeCloseTo(1 / 2, 12);
  });

  it('of Q-values depend on their distance as a share of the spread', () => {
    // Temperature (1 − 0)/4 + 0.001·1 = 0.251.
    const [first, second, third] = probabilitiesOf([0, 1, 0], 'q-values');
    expect(first).toBeCloseTo(Math.exp(-1 / 0.251) / (1 + 2 * Math.exp(-1 / 0.251)), 12);
    expect(second).toBeGreaterThan(0.95);
    expect(third).toBe(first);
    expect(probabilitiesOf([100, 100.0001], 'q-values')[1]).toBeCloseTo(0.5, 2);
    expect(probabilitiesOf([0, 0, 0, 0], 'q-values')).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  it('are a distribution whose greatest is the action, for any values', () => {
    const values = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(values, fc.constantFrom('q-values', 'logits'), (scores, kind) => {
        const { action, probabilities } = greedyChoice(scores, kind);
        expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 9);
        expect(probabilities[action]).toBe(Math.max(...probabilities));
        expect(probabilities.every((value) => value >= 0)).toBe(true);
      }),
    );
  });
});

describe('a Gaussian policy', () => {
  const field = (min: number, max: number) => ({ name: 'x', unit: '', min, max });

  it('is as sure as a normal number is within a quarter of the range', () => {
    // Φ(1) − Φ(−1): a quarter of 4 is one standard deviation.
    const space = { kind: 'box', fields: [field(0, 4), field(0, Number.POSITIVE_INFINITY)] } as const;
    expect(gaussianConfidence(space, [0, 5])).toBeCloseTo(0.682689, 6);
    expect(gaussianConfidence(space, [-5, 5])).toBeCloseTo(1, 6);
  });

  it('stays within the bounds of its action', () => {
    const space = { kind: 'box', fields: [field(-1, 1), field(0, Number.POSITIVE_INFINITY)] } as const;
    expect(Array.from(clippedToSpace(space, [3, 1e9]))).toEqual([1, 1e9]);
  });
});
