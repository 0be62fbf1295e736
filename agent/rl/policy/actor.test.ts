import { describe, expect, it } from 'vitest';
import { Random } from '../../sim/random';
import { createEngine } from '../engine/engines';
import { NumericError } from '../numericError';
import { createActor } from './actor';
import { sampleObservations, samplePolicy } from './testing/samplePolicies';

const engine = createEngine('js');

describe('an actor', () => {
  it('computes what a network by hand does', () => {
    const sample = samplePolicy('dqn');
    const model = {
      ...sample,
      network: {
        inputs: 2,
        trunk: [],
        towers: [
          {
            name: 'q',
            layers: [{ name: 'q.out', units: 3, activation: 'linear', dropout: 0, gain: 1 } as const],
          },
        ],
      },
      // Weights [[1, 2, 3], [−1, 0, 1]], biases [0.5, 0, −0.5].
      parameters: Float32Array.of(1, 2, 3, -1, 0, 1, 0.5, 0, -0.5),
      observationSpace: { ...sample.observationSpace, fields: sample.observationSpace.fields.slice(0, 2) },
      normaliser: { mean: Float64Array.of(1, 1), variance: Float64Array.of(4, 1e-8), count: 9, clip: 3 },
    };
    const actor = createActor(model, engine);
    // (2 − 1)/2 = 0.5, and (0 − 1)/√2e-8 is cut to −3.
    const { action, values, probabilities, confidence } = actor.decide([2, 0]);
    expect(values.map((value) => Math.round(value * 1e5) / 1e5)).toEqual([4, 1, -2]);
    expect(action).toBe(0);
    expect(confidence).toBe(probabilities[0]);
    actor.dispose();
  });

  it.each(['dqn', 'separate towers', 'normalised', 'gaussian'] as const)(
    'says the same of many observations at once as of each: %s',
    (kind) => {
      const model = samplePolicy(kind);
      const actor = createActor(model, engine);
      const { inputs } = model.network;
      const rows = sampleObservations(model, 300);
      const together = actor.evaluate(rows, 300);
      const outputs = together.length / 300;
      for (const row of [0, 1, 255, 256, 299]) {
        const { values } = actor.decide(rows.subarray(row * inputs, (row + 1) * inputs));
        expect(Array.from(together.subarray(row * outputs, (row + 1) * outputs))).toEqual(values);
      }
    },
  );

  it('draws actions as often as their probabilities say', () => {
    const model = samplePolicy('normalised');
    const actor = createActor(model, engine);
    const observation = sampleObservations(model, 1);
    const random = new Random(1);
    const counts = [0, 0, 0];
    for (let draw = 0; draw < 4000; draw++) {
      const action = Number(actor.sample(observation, random));
      counts[action] = (counts[action] ?? 0) + 1;
    }
    const { probabilities } = actor.decide(observation);
    expect(probabilities.length).toBe(3);
    // Four standard deviations of a binomial share of 4000 draws are at most 0.032.
    for (const [action, probability] of probabilities.entries()) {
      expect(Math.abs((counts[action] ?? 0) / 4000 - probability)).toBeLessThan(0.032);
    }
  });

  it('keeps the actions of a box within bounds, and draws about the means', () => {
    const model = samplePolicy('gaussian');
    const actor = createActor(model, engine);
    const observation = sampleObservations(model, 1);
    const { action, values } = actor.decide(observation);
    expect(action).toBeInstanceOf(Float32Array);
    const random = new Random(2);
    const pulls = Array.from({ length: 2000 }, () => {
      const [gain = 9, pull = 0] = actor.sample(observation, random) as Float32Array;
      expect(Math.abs(gain)).toBeLessThanOrEqual(0.5);
      return pull;
    });
    const mean = pulls.reduce((sum, value) => sum + value, 0) / pulls.length;
    // σ = e^0.25 = 1.28: four standard errors are 0.115.
    expect(Math.abs(mean - (values[1] ?? 9))).toBeLessThan(0.115);
  });

  it('refuses observations of another length and numbers that are not finite, by name', () => {
    const actor = createActor(samplePolicy('normalised'), engine);
    expect(() => actor.decide([1, 2, 3, 4])).toThrow(
      new RangeError('an observation of 4 numbers where 5 are needed'),
    );
    expect(() => actor.decide([1, 2, Number.NaN, 4, 5])).toThrow(NumericError);
    expect(() => actor.decide([1, 2, Number.NaN, 4, 5])).toThrow('x2 of the observation is NaN');
    expect(() => actor.evaluate(new Float32Array(9), 2)).toThrow(RangeError);
  });

  it('does not decide by outputs that have overflowed', () => {
    const model = samplePolicy('dqn');
    const actor = createActor({ ...model, parameters: model.parameters.map(() => 1e38) }, engine);
    const observation = new Float32Array(model.network.inputs).fill(1);
    expect(() => actor.decide(observation)).toThrow(NumericError);
    expect(() => actor.evaluate(observation, 1)).toThrow('an output of the policy is');
  });
});
