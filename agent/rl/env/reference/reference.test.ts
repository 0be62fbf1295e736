import { describe, expect, it } from 'vitest';
import { checkEnv } from '../checkEnv';
import type { Env } from '../env';
import { timeLimit } from '../timeLimit';
import { Acrobot, createAcrobot } from './acrobot';
import { CartPole, createCartPole } from './cartPole';
import recorded from './trajectories.json';

interface Trajectory {
  start: number[];
  actions: number[];
  /** The first of them. */
  states: number[][];
  rewards: number[];
  lastObservation: number[];
  terminated: boolean;
  truncated: boolean;
}

type Reference = Env & { setState(state: ArrayLike<number>): void };

const ENVS: [string, () => Reference, () => Env, Trajectory[]][] = [
  ['CartPole', () => new CartPole(), createCartPole, recorded.cartpole],
  ['Acrobot', () => new Acrobot(), createAcrobot, recorded.acrobot],
];

describe.each(ENVS)('%s', (_, create, createLimited, trajectories) => {
  const cases = trajectories.map((trajectory) => [trajectory.actions.length, trajectory] as const);

  /** What is observed in a state. */
  const observationIn = (state: number[]) => {
    const env = create();
    env.setState(state);
    return [...env.observation];
  };

  it.each(cases)('goes as Gymnasium’s over a trajectory of %i steps', (_length, trajectory) => {
    const env = create();
    const limited = timeLimit(env, 500);
    limited.reset(0);
    env.setState(trajectory.start);
    let last = { reward: 0, terminated: false, truncated: false };
    for (const [step, action] of trajectory.actions.entries()) {
      expect(last).toMatchObject({ terminated: false, truncated: false });
      last = { ...limited.step(action) };
      expect(last.reward).toBe(trajectory.rewards[step]);
      const state = trajectory.states[step];
      if (state) expectClose(env.observation, observationIn(state), 1e-7);
    }
    expectClose(env.observation, trajectory.lastObservation, 1e-7);
    expect(last).toMatchObject({ terminated: trajectory.terminated, truncated: trajectory.truncated });
  });

  it.each(cases)(
    'makes each of the first steps of %i as Gymnasium does, bit by bit',
    (_length, trajectory) => {
      const env = create();
      let before = trajectory.start;
      for (const [step, state] of trajectory.states.entries()) {
        env.setState(before);
        env.step(trajectory.actions[step] as number);
        expect([...env.observation]).toEqual(observationIn(state));
        before = state;
      }
    },
  );

  it('keeps the contract of an env', () => {
    expect(checkEnv(createLimited())).toEqual([]);
  });
});

it('has trajectories of both ends', () => {
  const ends = [...recorded.cartpole, ...recorded.acrobot];
  expect(ends.some(({ terminated }) => terminated)).toBe(true);
  expect(ends.some(({ truncated }) => truncated)).toBe(true);
});

describe('episodes begin evenly spread', () => {
  const starts: [string, Env, number[], number][] = [
    ['CartPole within ± 0.05', createCartPole(), [0, 1, 2, 3], 0.05],
    ['Acrobot within ± 0.1', createAcrobot(), [4, 5], 0.1],
  ];
  it.each(starts)('%s', (_, env, indexes, spread) => {
    for (const index of indexes) {
      const values = Array.from({ length: 4000 }, (_, seed) => {
        env.reset(seed);
        return (env.observation[index] as number) / spread;
      });
      const moment = (power: number) =>
        values.reduce((sum, value) => sum + value ** power, 0) / values.length;
      expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1 + 1e-6);
      // Mean 0 and variance ⅓ of the uniform distribution, within five standard errors.
      expect(Math.abs(moment(1))).toBeLessThan(5 * Math.sqrt(1 / 3 / 4000));
      expect(Math.abs(moment(2) - 1 / 3)).toBeLessThan(5 * Math.sqrt(4 / 45 / 4000));
    }
  });
});

function expectClose(actual: Float32Array, expected: readonly number[], tolerance: number): void {
  const worst = Math.max(...expected.map((value, index) => Math.abs(value - (actual[index] as number))));
  expect(worst).toBeLessThanOrEqual(tolerance);
}
