import { describe, expect, it } from 'vitest';
import { Random } from '../../../sim/random';
import { Categorical } from './categorical';
import { createDistribution, type Distribution } from './distribution';
import { Gaussian } from './gaussian';

/** Outputs in the middle of an array, to be sure that offsets are respected. */
const OFFSET = 3;

const padded = (numbers: readonly number[]) => Float32Array.from([0, 0, 0, ...numbers, 0]);

function evaluate(distribution: Distribution, outputs: readonly number[], action: readonly number[]) {
  distribution.evaluate(padded(outputs), OFFSET, padded(action), OFFSET);
  return distribution;
}

function gradientOf(
  distribution: Distribution,
  outputs: readonly number[],
  action: readonly number[],
  [logProbability, entropy]: readonly [number, number],
) {
  evaluate(distribution, outputs, action);
  const gradients = padded([]);
  const target = Float32Array.from([...gradients, ...outputs]);
  distribution.parameterGradients.fill(0);
  distribution.addGradient(logProbability, entropy, target, OFFSET);
  return {
    outputs: [...target.subarray(OFFSET, OFFSET + outputs.length)],
    parameters: [...distribution.parameterGradients],
  };
}

/** Steps that 32 bits hold exactly, and differences within their rounding. */
const STEP = 2 ** -8;
const DIGITS = 4;

/** d/d outputs and d/d parameters of a·log π + b·H by central differences. */
function differencesOf(
  distribution: Distribution,
  outputs: readonly number[],
  action: readonly number[],
  [a, b]: readonly [number, number],
) {
  const loss = (moved: readonly number[]) => {
    const { logProbability, entropy } = evaluate(distribution, moved, action);
    return a * logProbability + b * entropy;
  };
  const moved = (index: number, by: number) => outputs.map((value, k) => (k === index ? value + by : value));
  const byParameter = (index: number, by: number) => {
    const before = distribution.parameters[index] as number;
    distribution.parameters[index] = before + by;
    const result = loss(outputs);
    distribution.parameters[index] = before;
    return result;
  };
  return {
    outputs: outputs.map((_, k) => (loss(moved(k, STEP)) - loss(moved(k, -STEP))) / (2 * STEP)),
    parameters: [...distribution.parameters].map(
      (_, k) => (byParameter(k, STEP) - byParameter(k, -STEP)) / (2 * STEP),
    ),
  };
}

function expectClose(found: readonly number[], expected: readonly number[]) {
  expect(found).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) expect(found[index]).toBeCloseTo(value, DIGITS);
}

describe('a categorical distribution', () => {
  it('has the probabilities of a softmax and their entropy', () => {
    const logits = [Math.log(0.5), Math.log(0.25), Math.log(0.25)].map((logit) => logit + 7);
    const distribution = new Categorical(3);
    expect(evaluate(distribution, logits, [0]).logProbability).toBeCloseTo(Math.log(0.5), 6);
    expect(evaluate(distribution, logits, [2]).logProbability).toBeCloseTo(Math.log(0.25), 6);
    expect(distribution.entropy).toBeCloseTo(1.5 * Math.LN2, 6);
  });

  it('survives logits that would overflow, and choices that are all but impossible', () => {
    const { logProbability, entropy } = evaluate(new Categorical(2), [1000, -1000], [1]);
    expect(logProbability).toBe(-2000);
    expect(entropy).toBe(0);
  });

  it('draws each choice as often as it is probable, with its log-probability', () => {
    const outputs = padded([Math.log(0.6), Math.log(0.3), Math.log(0.1)]);
    const distribution = new Categorical(3);
    const random = new Random(1);
    const action = new Float32Array(2);
    const counts = [0, 0, 0];
    for (let draw = 0; draw < 20_000; draw++) {
      distribution.sample(outputs, OFFSET, random, action, 1);
      const choice = action[1] as number;
      counts[choice] = (counts[choice] ?? 0) + 1;
      expect(distribution.logProbability).toBeCloseTo(outputs[OFFSET + choice] as number, 6);
    }
    for (const [choice, share] of [0.6, 0.3, 0.1].entries()) {
      expect(Math.abs((counts[choice] ?? 0) / 20_000 - share)).toBeLessThan(0.02);
    }
  });
});

describe('a Gaussian distribution', () => {
  it('has the density and entropy of independent normal numbers', () => {
    const distribution = new Gaussian(2);
    distribution.parameters.set([0, Math.LN2]);
    // At the mean of the first, and one standard deviation off that of the second.
    const { logProbability, entropy } = evaluate(distribution, [1, 3], [1, 5]);
    expect(logProbability).toBeCloseTo(-Math.log(2 * Math.PI) - Math.LN2 - 0.5, 6);
    expect(entropy).toBeCloseTo(1 + Math.log(2 * Math.PI) + Math.LN2, 6);
  });

  it('draws with its mean and spread, and the log-probability of what it drew', () => {
    const distribution = new Gaussian(1);
    distribution.parameters[0] = Math.log(0.5);
    const outputs = padded([2]);
    const action = new Float32Array(1);
    const random = new Random(2);
    let sum = 0;
    let squares = 0;
    for (let draw = 0; draw < 20_000; draw++) {
      distribution.sample(outputs, OFFSET, random, action, 0);
      sum += action[0] as number;
      squares += ((action[0] as number) - 2) ** 2;
    }
    expect(Math.abs(sum / 20_000 - 2)).toBeLessThan(0.02);
    expect(Math.abs(Math.sqrt(squares / 20_000) - 0.5)).toBeLessThan(0.02);
    const sampled = distribution.logProbability;
    distribution.evaluate(outputs, OFFSET, action, 0);
    expect(distribution.logProbability).toBe(sampled);
  });

  it('adds the gradients of its standard deviations up over rows', () => {
    const distribution = new Gaussian(1);
    const target = new Float32Array(1);
    for (let row = 0; row < 3; row++) {
      distribution.evaluate(Float32Array.of(0), 0, Float32Array.of(2), 0);
      distribution.addGradient(1, 0, target, 0);
    }
    expect([...distribution.parameterGradients]).toEqual([9]);
    expect([...target]).toEqual([2]);
  });
});

describe('gradients of distributions', () => {
  const gaussian = () => {
    const distribution = new Gaussian(3);
    distribution.parameters.set([-0.5, 0, 0.25]);
    return distribution;
  };
  const rows = [
    { name: 'categorical', make: () => new Categorical(4), outputs: [0.5, -1, 2, 0.25], action: [1] },
    { name: 'flat categorical', make: () => new Categorical(2), outputs: [0, 0], action: [0] },
    { name: 'Gaussian', make: gaussian, outputs: [0.5, -1, 2], action: [0.25, 0.5, 1] },
  ];
  const losses: [string, readonly [number, number]][] = [
    ['log-probability', [1, 0]],
    ['entropy', [0, 1]],
    ['both', [-0.7, 0.3]],
  ];
  for (const { name, make, outputs, action } of rows) {
    it.each(losses)(`${name}: %s as by finite differences`, (_, weights) => {
      const found = gradientOf(make(), outputs, action, weights);
      const expected = differencesOf(make(), outputs, action, weights);
      expectClose(found.outputs, expected.outputs);
      expectClose(found.parameters, expected.parameters);
    });
  }
});

describe('the distribution of a space', () => {
  it('is categorical over labels and Gaussian over fields', () => {
    const discrete = createDistribution({ kind: 'discrete', labels: ['down', 'hold', 'up'] });
    expect([discrete.head, discrete.outputs, discrete.actionSize]).toEqual(['categorical', 3, 1]);
    const field = { name: 'torque', unit: 'newton metres', min: -2, max: 2 };
    const box = createDistribution({ kind: 'box', fields: [field, { ...field, name: 'brake' }] });
    expect([box.head, box.outputs, box.actionSize]).toEqual(['gaussian', 2, 2]);
  });
});
