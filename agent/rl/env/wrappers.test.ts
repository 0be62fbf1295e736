import { describe, expect, it } from 'vitest';
import { checkEnv } from './checkEnv';
import { frameStack } from './frameStack';
import { normaliseObservation, normaliseRows } from './normaliseObservation';
import { createAcrobot } from './reference/acrobot';
import { CartPole } from './reference/cartPole';
import { WalkEnv } from './testing/walkEnv';
import { timeLimit } from './timeLimit';

const state = (mean: number[], variance: number[], clip: number) => ({
  mean: Float64Array.from(mean),
  variance: Float64Array.from(variance),
  count: 10,
  clip,
});

describe('a time limit', () => {
  it('cuts off at its last step, and anew in each episode', () => {
    const env = timeLimit(createAcrobot(), 3);
    for (let episode = 0; episode < 2; episode++) {
      env.reset(episode);
      const flags = [1, 2, 3].map(() => env.step(1).truncated);
      expect(flags).toEqual([false, false, true]);
    }
  });

  it('does not call an episode cut off that ends by itself in the last step', () => {
    const cartPole = new CartPole();
    const env = timeLimit(cartPole, 1);
    env.reset(1);
    cartPole.setState([2.39, 100, 0, 0]);
    expect(env.step(1)).toMatchObject({ terminated: true, truncated: false });
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %s steps', (steps) => {
    expect(() => timeLimit(new CartPole(), steps)).toThrow(RangeError);
  });
});

describe('normalised observations', () => {
  it('are (x − mean) ÷ √(variance + 1e-8), cut to ± clip', () => {
    const rows = Float32Array.of(1, 5, 3, -100);
    normaliseRows(state([1, 3], [4, 0.25], 10), rows, rows);
    expect([...rows].map((value) => Number(value.toFixed(5)))).toEqual([0, 4, 1, -10]);
  });

  it('come out of the env, with ranges in standard deviations', () => {
    const inner = new WalkEnv('discrete');
    const env = normaliseObservation(inner, state([0.5, 10], [0.04, 25], 3));
    env.reset(1);
    const expected = () => [
      Math.min(3, Math.max(-3, ((inner.observation[0] as number) - 0.5) / 0.2)),
      ((inner.observation[1] as number) - 10) / 5,
    ];
    for (const action of [0, 1, 2]) {
      for (const [index, value] of expected().entries()) expect(env.observation[index]).toBeCloseTo(value, 5);
      env.step(action);
    }
    expect(env.observationSpace.fields).toEqual([
      { name: 'position', unit: 'standard deviations', min: -3, max: 3 },
      { name: 'time', unit: 'standard deviations', min: -3, max: 3 },
    ]);
    expect(checkEnv(env)).toEqual([]);
  });

  it('refuse statistics of another observation', () => {
    expect(() => normaliseObservation(new CartPole(), state([0], [1], 10))).toThrow(
      'statistics of 1 fields for an env of 4',
    );
  });
});

describe('a frame stack', () => {
  it('shows the newest observation first, and the first one for those before the beginning', () => {
    const inner = new WalkEnv('discrete');
    const env = frameStack(inner, 3);
    expect(env.observationSpace.fields.map(({ name }) => name)).toEqual([
      'position',
      'time',
      'position[t-1]',
      'time[t-1]',
      'position[t-2]',
      'time[t-2]',
    ]);
    const times = () => [1, 3, 5].map((index) => env.observation[index]);
    env.reset(1);
    const [start] = inner.observation;
    expect(times()).toEqual([0, 0, 0]);
    env.step(1);
    expect(times()).toEqual([1, 0, 0]);
    expect(env.observation[2]).toBe(start);
    env.step(1);
    env.step(1);
    expect(times()).toEqual([3, 2, 1]);
    env.reset(2);
    expect(times()).toEqual([0, 0, 0]);
    expect(checkEnv(env)).toEqual([]);
  });

  it.each([0, 2.5])('refuses %s frames', (frames) => {
    expect(() => frameStack(new CartPole(), frames)).toThrow(RangeError);
  });
});

it('wrappers pass on what the env says of the episode', () => {
  const inner = new WalkEnv('box');
  const env = timeLimit(frameStack(normaliseObservation(inner, state([0, 0], [1, 1], 10)), 2), 5);
  env.reset(1);
  env.step(Float32Array.of(1, 0));
  expect(env.info()).toEqual(inner.info());
  expect(env.spec).not.toBe(inner.spec);
  expect(env.actionSpace).toEqual(inner.actionSpace);
});
