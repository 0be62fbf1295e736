import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { relativeError } from '../../../test/support/networks';
import { Random } from '../../sim/random';
import { createEngine } from '../engine/engines';
import type { Network } from '../engine/network';
import { NumericError } from '../numericError';
import { Categorical } from './distributions/categorical';
import type { Distribution } from './distributions/distribution';
import { Gaussian } from './distributions/gaussian';
import { ObservationInput } from './observationInput';
import { PpoHyperparameters } from './ppoHyperparameters';
import { ppoNetwork } from './ppoNetwork';
import { type PpoBatch, type PpoRates, PpoUpdate } from './ppoUpdate';
import { VectorAdam } from './vectorAdam';

type Settings = z.input<typeof PpoHyperparameters>;

const RATES: PpoRates = { learningRate: 1e-3, clipRange: 0.2, entCoef: 0.1 };

interface Parts {
  network: Network;
  distribution: Distribution;
  settings: PpoHyperparameters;
  update: PpoUpdate;
}

/** An update of `count` steps with the layers that `settings` ask for, none if nothing is said. */
function partsOf(distribution: Distribution, count: number, settings: Settings, inputs = 1): Parts {
  const complete = PpoHyperparameters.parse({
    nSteps: count,
    batchSize: count,
    nEpochs: 1,
    netArch: [],
    normalizeAdvantage: false,
    ...settings,
  });
  const spec = ppoNetwork(inputs, distribution.outputs, complete);
  const network = createEngine('js').createNetwork(spec, { maxRows: count, random: new Random(3) });
  const update = new PpoUpdate(
    {
      network,
      distribution,
      distributionAdam: new VectorAdam(distribution.parameters.length),
      input: new ObservationInput(null, 0),
      frozenLayers: new Set(),
      random: new Random(4),
    },
    complete,
    count,
  );
  return { network, distribution, settings: complete, update };
}

/** One step: π = (0.6, 0.4), V = 2 whatever is observed. */
function certain({ network }: Parts): void {
  network.writeParameters(Float32Array.of(0, 0, Math.log(0.6), Math.log(0.4), 0, 2));
}

function batchOf(steps: { action: number; before: number; advantage: number; return: number }[]): PpoBatch {
  return {
    count: steps.length,
    observations: new Float32Array(steps.length),
    actions: Float32Array.from(steps, ({ action }) => action),
    logProbabilities: Float32Array.from(steps, ({ before }) => Math.log(before)),
    advantages: Float32Array.from(steps, ({ advantage }) => advantage),
    returns: Float32Array.from(steps, (step) => step.return),
  };
}

/** Ratios 0.6 / 0.5 = 1.2, 0.4 / 0.5 = 0.8 and 0.6 / 0.3 = 2. */
const STEPS = batchOf([
  { action: 0, before: 0.5, advantage: -1, return: 1 },
  { action: 1, before: 0.5, advantage: 2, return: 2 },
  { action: 0, before: 0.3, advantage: 3, return: 5 },
]);

describe('the metrics of an update', () => {
  it('are as worked by hand', () => {
    const parts = partsOf(new Categorical(2), 3, {});
    certain(parts);
    const { epochs, metrics } = parts.update.run(STEPS, { ...RATES, clipRange: 0.5 });
    // −min(r·A, clip(r)·A): 1.2, −1.6, −1.5·3; (V − R)²: 1, 0, 9.
    const policyLoss = (1.2 - 1.6 - 4.5) / 3;
    const valueLoss = 10 / 3;
    const entropy = -(0.6 * Math.log(0.6) + 0.4 * Math.log(0.4));
    // r − 1 − log r
    const approxKl = (0.2 - Math.log(1.2) - 0.2 - Math.log(0.8) + 1 - Math.log(2)) / 3;
    expect(epochs).toBe(1);
    expect(metrics).toEqual({
      'train/policy_gradient_loss': expect.closeTo(policyLoss, 5),
      'train/value_loss': expect.closeTo(valueLoss, 5),
      'train/entropy_loss': expect.closeTo(-entropy, 5),
      'train/approx_kl': expect.closeTo(approxKl, 5),
      'train/clip_fraction': expect.closeTo(1 / 3, 9),
      'train/loss': expect.closeTo(policyLoss + 0.5 * valueLoss - 0.1 * entropy, 5),
      'train/grad_norm': expect.any(Number),
    });
  });

  it('know of no divergence before the first step', () => {
    const parts = partsOf(new Categorical(2), 2, {});
    certain(parts);
    const { metrics } = parts.update.run(
      batchOf([
        { action: 0, before: 0.6, advantage: 1, return: 0 },
        { action: 1, before: 0.4, advantage: 1, return: 0 },
      ]),
      RATES,
    );
    expect(metrics['train/approx_kl']).toBeCloseTo(0, 6);
    expect(metrics['train/clip_fraction']).toBe(0);
  });

  it('normalise advantages within the minibatch, by the standard deviation of a sample', () => {
    const parts = partsOf(new Categorical(2), 3, { normalizeAdvantage: true });
    certain(parts);
    const { metrics } = parts.update.run(STEPS, { ...RATES, clipRange: 0.5 });
    // −1, 2, 3 have the mean 4/3 and the deviation √(13/3).
    const [a = 0, b = 0, c = 0] = [-7, 2, 5].map((part) => part / 3 / Math.sqrt(13 / 3));
    expect(metrics['train/policy_gradient_loss']).toBeCloseTo(-(1.2 * a + 0.8 * b + 1.5 * c) / 3, 5);
  });
});

/** The loss of the whole batch, written down once more and without a thought for speed. */
function lossOf({ network, distribution, settings }: Parts, batch: PpoBatch): number {
  const [policy, value] = network.outputs;
  if (!policy || !value) throw new Error('a tower is missing');
  for (let row = 0; row < batch.count; row++) {
    for (let field = 0; field < network.input.columns; field++) {
      const index = row * network.input.columns + field;
      network.input.values[row * network.input.stride + field] = batch.observations[index] as number;
    }
  }
  network.forward(batch.count);
  let loss = 0;
  for (let row = 0; row < batch.count; row++) {
    distribution.evaluate(policy.values, row * policy.stride, batch.actions, row * distribution.actionSize);
    const ratio = Math.exp(distribution.logProbability - (batch.logProbabilities[row] as number));
    const advantage = batch.advantages[row] as number;
    const { clipRange, entCoef } = RATES;
    const clipped = ratio > 1 + clipRange ? 1 + clipRange : ratio < 1 - clipRange ? 1 - clipRange : ratio;
    const error = (value.values[row * value.stride] as number) - (batch.returns[row] as number);
    loss += -Math.min(ratio * advantage, clipped * advantage) / batch.count;
    loss += (settings.vfCoef * error * error - entCoef * distribution.entropy) / batch.count;
  }
  return loss;
}

/** Random steps, whose log-probabilities are still to be set. */
function randomBatch({ network, distribution }: Parts, count: number): PpoBatch {
  const random = new Random(5);
  const draw = (length: number) => Float32Array.from({ length }, () => random.gaussian());
  const isDiscrete = distribution.head === 'categorical';
  return {
    count,
    observations: draw(count * network.input.columns),
    actions: isDiscrete
      ? Float32Array.from({ length: count }, () => random.below(distribution.outputs))
      : draw(count * distribution.actionSize),
    logProbabilities: new Float32Array(count),
    advantages: draw(count),
    returns: draw(count),
  };
}

describe('the gradient of an update', () => {
  const gaussian = () => {
    const distribution = new Gaussian(2);
    distribution.parameters.set([-0.25, 0.5]);
    return distribution;
  };
  const rows: [string, () => Distribution, Settings][] = [
    ['categorical, own towers', () => new Categorical(3), { netArch: [6] }],
    ['categorical, shared trunk', () => new Categorical(3), { netArch: [6, 5], sharedTrunk: true }],
    ['Gaussian, own towers', gaussian, { netArch: [6] }],
  ];
  it.each(rows)('is that of finite differences: %s', (_, makeDistribution, settings) => {
    const count = 12;
    const parts = partsOf(makeDistribution(), count, settings, 3);
    const { network, distribution } = parts;
    const batch = withRatios(parts, randomBatch(parts, count), [0.6, 0.95, 1.05, 1.6]);
    const parameters = network.readParameters();
    const spread = distribution.parameters.slice();
    const step = 2 ** -7;
    const difference = (target: Float32Array, index: number, apply: () => void) => {
      const before = target[index] as number;
      const at = (value: number) => {
        target[index] = value;
        apply();
        return lossOf(parts, batch);
      };
      const slope = (at(before + step) - at(before - step)) / (2 * step);
      at(before);
      return slope;
    };
    const expected = [...parameters].map((_, index) =>
      difference(parameters, index, () => network.writeParameters(parameters)),
    );
    const expectedSpread = [...spread].map((_, index) =>
      difference(spread, index, () => distribution.parameters.set(spread)),
    );

    parts.update.run(batch, RATES);
    const found = network.readGradients();
    expect(relativeError(found, expected)).toBeLessThan(1e-3);
    for (const [index, slope] of expectedSpread.entries()) {
      expect(distribution.parameterGradients[index]).toBeCloseTo(slope, 3);
    }
  });
});

/** The batch with log-probabilities of the acting policy that make these ratios, in turn. */
function withRatios(parts: Parts, batch: PpoBatch, ratios: readonly number[]): PpoBatch {
  const { network, distribution } = parts;
  lossOf(parts, batch);
  const [policy] = network.outputs;
  const logProbabilities = batch.logProbabilities.map((_, row) => {
    if (!policy) throw new Error('a tower is missing');
    distribution.evaluate(policy.values, row * policy.stride, batch.actions, row * distribution.actionSize);
    return distribution.logProbability - Math.log(ratios[row % ratios.length] ?? 1);
  });
  return { ...batch, logProbabilities };
}

describe('an update', () => {
  const learn = (settings: Settings, batch = STEPS) => {
    const parts = partsOf(new Categorical(2), 3, settings);
    certain(parts);
    return { ...parts.update.run(batch, RATES), parameters: parts.network.readParameters(), parts };
  };

  it('takes a step for each minibatch of each epoch, the last of them smaller', () => {
    const { parts } = learn({ batchSize: 2, nEpochs: 5 });
    expect(parts.network.readOptimiser().step).toBe(10);
  });

  it('takes the minibatches in an order that the seed alone decides', () => {
    const settings = { batchSize: 1, nEpochs: 3 };
    expect(learn(settings).parameters).toEqual(learn(settings).parameters);
    const parts = partsOf(new Categorical(2), 3, settings);
    certain(parts);
    const swapped = [2, 1, 0];
    const pick = (values: Float32Array) =>
      values.map((_, index) => values[swapped[index] as number] as number);
    const { actions, logProbabilities, advantages, returns } = STEPS;
    const reversed: PpoBatch = {
      ...STEPS,
      actions: pick(actions),
      logProbabilities: pick(logProbabilities),
      advantages: pick(advantages),
      returns: pick(returns),
    };
    parts.update.run(reversed, RATES);
    expect(parts.network.readParameters()).not.toEqual(learn(settings).parameters);
  });

  it('stops before the step at which the policy has moved further than 1.5 × targetKl', () => {
    const { parts, epochs, metrics } = learn({ nEpochs: 5, targetKl: 0.01 });
    expect(metrics['train/approx_kl']).toBeGreaterThan(0.015);
    expect(epochs).toBe(1);
    expect(parts.network.readOptimiser().step).toBe(0);
    expect(metrics['train/grad_norm']).toBe(0);
    expect(learn({ nEpochs: 5, targetKl: 1 }).epochs).toBe(5);
  });

  it('raises the probability of good actions and draws values to the returns', () => {
    const { parts } = learn({ nEpochs: 20 });
    const { metrics } = parts.update.run(STEPS, RATES);
    expect(metrics['train/value_loss']).toBeLessThan(10 / 3);
  });

  it.each([
    ['advantages', Number.NaN],
    ['returns', Number.POSITIVE_INFINITY],
    ['logProbabilities', Number.NaN],
  ] as const)('fails with epoch and minibatch for %s that are %d', (name, value) => {
    const batch = { ...STEPS, [name]: STEPS[name].map((number, index) => (index === 1 ? value : number)) };
    expect(() => learn({}, batch)).toThrow(NumericError);
    expect(() => learn({}, batch)).toThrow(/^the loss of epoch 1, minibatch 1, is (NaN|Infinity)$/);
  });
});
