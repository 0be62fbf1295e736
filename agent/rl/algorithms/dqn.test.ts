import { describe, expect, it } from 'vitest';
import { bestChainReturn, createChain } from '../../../test/support/chainEnv';
import { type DqnSettings, SMALL_DQN } from '../../../test/support/dqnSettings';
import { greedyReturn } from '../../../test/support/greedyReturn';
import { stored } from '../../../test/support/stored';
import { createEngine } from '../engine/engines';
import type { Env } from '../env/env';
import { normaliseObservation } from '../env/normaliseObservation';
import { createCartPole } from '../env/reference/cartPole';
import { createVectorEnv } from '../env/syncVectorEnv';
import { createDqnLearner, type DqnLearner } from './dqn';
import { DqnHyperparameters } from './dqnHyperparameters';

function learnerOf(
  settings: DqnSettings = {},
  { seed = 1, totalSteps = 3000, makeEnv = createChain as () => Env } = {},
) {
  const hyperparameters = DqnHyperparameters.parse({ ...SMALL_DQN, ...settings });
  const envs = createVectorEnv(makeEnv, { count: hyperparameters.nEnvs, seed });
  return createDqnLearner({ envs, engine: createEngine('wasm'), hyperparameters, totalSteps, seed });
}

async function train(learner: DqnLearner, iterations: number) {
  for (let iteration = 0; iteration < iterations; iteration++) await learner.iterate();
  return learner;
}

describe('DQN learns to walk past a temptation', () => {
  it.each<[string, DqnSettings]>([
    ['with one env', {}],
    ['with four envs', { nEnvs: 4, gradientSteps: 2 }],
    ['without double Q-learning', { doubleQ: false }],
    ['with three-step returns', { nStep: 3 }],
    ['with prioritised replay', { prioritized: true }],
    ['with normalised observations', { normalizeObservations: true }],
    ['with a target network that follows slowly', { tau: 0.05, targetUpdateInterval: 10 }],
  ])('%s', async (_, settings) => {
    const learner = await train(learnerOf(settings), 3);
    expect(learner.steps).toBe(3000);
    expect(playedReturn(learner)).toBeCloseTo(bestChainReturn(), 5);
  });
});

/** Of the greedy policy, with observations as the policy wants them. */
function playedReturn(learner: DqnLearner): number {
  const policy = learner.policy();
  const chain = createChain();
  return greedyReturn(policy, policy.normaliser ? normaliseObservation(chain, policy.normaliser) : chain);
}

describe('the values that DQN learns', () => {
  /** A reward of 1 in every step, until the clock ends the episode after five; then it stands where it began. */
  function clock(end: 'terminated' | 'truncated'): Env {
    const result = { reward: 1, terminated: false, truncated: false };
    const observation = new Float32Array(5);
    let steps = 0;
    const show = () => observation.fill(0).set([1], steps % 5);
    return {
      spec: 'clock/5',
      observationSpace: {
        kind: 'box',
        fields: [0, 1, 2, 3, 4].map((hour) => ({ name: `it is ${hour}`, unit: 'truth', min: 0, max: 1 })),
      },
      actionSpace: { kind: 'discrete', labels: ['wait', 'see'] },
      observation,
      info: () => ({}),
      reset: () => {
        steps = 0;
        show();
      },
      step: () => {
        steps++;
        show();
        result[end] = steps === 5;
        return result;
      },
    };
  }

  async function valuesOf(end: 'terminated' | 'truncated', settings: DqnSettings): Promise<number[]> {
    const learningRate = { start: 1e-2, end: 1e-5 };
    const learner = await train(learnerOf({ learningRate, ...settings }, { makeEnv: () => clock(end) }), 3);
    const { network: spec, parameters } = learner.policy();
    const network = createEngine('wasm').createNetwork(spec, { maxRows: 5, random: null });
    network.writeParameters(parameters);
    for (let row = 0; row < 5; row++) network.input.values[row * network.input.stride + row] = 1;
    network.forward(5);
    const [q] = network.outputs;
    return Array.from({ length: 5 }, (_, row) => q?.values[row * q.stride] ?? 0);
  }

  it.each<[string, DqnSettings]>([
    ['one step', {}],
    ['three steps', { nStep: 3 }],
    ['prioritised replay', { prioritized: true }],
  ])(
    'count on nothing after termination, and on as much as ever after a time limit (%s)',
    async (_, more) => {
      const settings: DqnSettings = { gamma: 0.5, targetUpdateInterval: 20, ...more };
      for (const [index, value] of (await valuesOf('terminated', settings)).entries())
        expect(value).toBeCloseTo([1.9375, 1.875, 1.75, 1.5, 1][index] ?? 0, 2);
      // 1/(1 − γ).
      for (const value of await valuesOf('truncated', settings)) expect(value).toBeCloseTo(2, 2);
    },
  );
});

describe('DQN on CartPole', () => {
  it('keeps the pole up for 195 steps and more, after 8000 steps with a small network', async () => {
    const settings: DqnSettings = {
      learningRate: { start: 1e-3, end: 1e-5 },
      bufferSize: 10_000,
      batchSize: 64,
      gamma: 0.99,
      learningStarts: 1000,
      targetUpdateInterval: 200,
      trainFreq: 1,
      gradientSteps: 2,
      explorationFraction: 0.3,
      nStep: 3,
      netArch: [64, 64],
      rewardScale: 0.1,
      nEnvs: 4,
    };
    const learner = learnerOf(settings, { makeEnv: createCartPole, totalSteps: 8000 });
    await train(learner, 8);
    expect(greedyReturn(learner.policy(), createCartPole(), 20)).toBeGreaterThanOrEqual(195);
  }, 30_000);
});

describe('an iteration of DQN', () => {
  it('takes about a thousand env steps and logs under Stable-Baselines3’s names', async () => {
    const { steps, episodes, metrics } = await learnerOf({ nEnvs: 3 }).iterate();
    expect(steps).toBe(1002);
    expect(episodes.length).toBeGreaterThan(10);
    expect(Object.keys(metrics).sort()).toEqual([
      'rollout/exploration_rate',
      'train/grad_norm',
      'train/learning_rate',
      'train/loss',
      'train/n_updates',
      'train/q_mean',
      'train/td_error',
    ]);
    // ε falls over the first half of 3000 steps; gradient steps every 2 × 3 env steps after the first 100.
    expect(metrics['rollout/exploration_rate']).toBeCloseTo(1 - (0.93 * 1002) / 1500, 6);
    expect(metrics['train/n_updates']).toBe(167 - 16);
  });

  it('acts at random and does not learn before learning starts', async () => {
    const learner = learnerOf({ learningStarts: 5000, explorationInitialEps: 0, explorationFinalEps: 0 });
    const before = learner.policy().parameters;
    const { metrics, episodes } = await learner.iterate();
    expect(metrics['train/n_updates']).toBe(0);
    expect(metrics['train/loss']).toBeUndefined();
    expect(learner.policy().parameters).toEqual(before);
    expect(new Set(episodes.map(({ length }) => length)).size).toBeGreaterThan(3);
  });

  it.each([
    { trainFreq: 4, gradientSteps: 1, nEnvs: 1, updates: 225 },
    { trainFreq: 10, gradientSteps: 3, nEnvs: 1, updates: 270 },
    { trainFreq: 5, gradientSteps: -1, nEnvs: 2, updates: 900 },
  ])('takes $updates gradient steps with $gradientSteps per $trainFreq steps of $nEnvs envs', async (row) => {
    const { updates, ...settings } = row;
    const { metrics } = await learnerOf(settings).iterate();
    expect(metrics['train/n_updates']).toBe(updates);
  });

  it('moves its learning rate as its schedule says', async () => {
    const learner = learnerOf({ learningRate: { start: 1e-2, end: 1e-3 } });
    const rates: (number | undefined)[] = [];
    for (let iteration = 0; iteration < 3; iteration++) {
      rates.push((await learner.iterate()).metrics['train/learning_rate']);
    }
    expect(rates.map((rate) => rate?.toFixed(4))).toEqual(['0.0070', '0.0040', '0.0010']);
  });

  it('names the step where a number is not finite', async () => {
    const makeEnv = () => {
      const env = createChain();
      let steps = 0;
      return {
        ...{ spec: env.spec, observationSpace: env.observationSpace, actionSpace: env.actionSpace },
        observation: env.observation,
        info: () => env.info(),
        reset: (seed: number) => env.reset(seed),
        step: (action: number) => {
          const result = env.step(action);
          if (++steps === 42) result.reward = Number.NaN;
          return result;
        },
      } as Env;
    };
    const problem = /env step 41, gradient step 0: env 0: reward at step \d+ of its episode is NaN/;
    await expect(learnerOf({}, { makeEnv }).iterate()).rejects.toThrow(problem);
    const exploding = learnerOf({ rewardScale: 1e40 });
    await expect(exploding.iterate()).rejects.toThrow(/env step \d+, gradient step \d+: .*(Infinity|NaN)/);
  });

  it('refuses an env whose actions are numbers', () => {
    const actionSpace = { kind: 'box', fields: [{ name: 'force', unit: 'N', min: -1, max: 1 }] } as const;
    const makeEnv = () => Object.assign(Object.create(createChain()), { actionSpace }) as Env;
    expect(() => learnerOf({}, { makeEnv: () => shown(makeEnv()) })).toThrow(/DQN chooses among/);
  });
});

/** The env's contract alone; enough to make a learner. */
function shown({ spec, observationSpace, actionSpace, observation }: Env): Env {
  return {
    ...{ spec, observationSpace, actionSpace, observation },
    reset: () => {},
    step: () => ({ reward: 0, terminated: false, truncated: false }),
    info: () => ({}),
  };
}

describe('the target network', () => {
  /** The largest difference between the target and the online network after each of the first env steps. */
  async function distances(settings: DqnSettings, steps: number): Promise<number[]> {
    const learner = learnerOf({ learningStarts: 0, trainFreq: 1, ...settings });
    const found: number[] = [];
    for (let step = 0; step < steps; step++) {
      learner.advance(1);
      const { arrays } = await learner.save({ replay: false });
      const [online, target] = [arrays['networks.online'], arrays['networks.target']];
      found.push(
        Math.max(...Array.from(online ?? [], (value, index) => Math.abs(value - (target?.[index] ?? 0)))),
      );
    }
    return found;
  }

  it('is copied before the gradient step that is due at its interval', async () => {
    const found = await distances({ targetUpdateInterval: 4 }, 9);
    // Adam moves a parameter by about the learning rate, 3e-3, in a step; after each 4th step one such step is left.
    expect(found.map((distance) => distance > 4e-3)).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map((step) => step % 4 !== 0 && step !== 1),
    );
    expect(Math.min(...found)).toBeGreaterThan(0);
  });

  it('moves by the share τ where it is not copied', async () => {
    const [copied = 0] = (await distances({ targetUpdateInterval: 4 }, 8)).slice(-1);
    const [blended = 0] = (await distances({ targetUpdateInterval: 4, tau: 0.5 }, 8)).slice(-1);
    expect(blended).toBeGreaterThan(2 * copied);
  });
});

describe('a DQN that was interrupted', () => {
  const settings: DqnSettings = {
    nEnvs: 2,
    nStep: 2,
    netArch: [16, 8],
    dropout: [0.2],
    normalizeObservations: true,
  };

  it.each([
    ['uniform replay', { ...settings }],
    ['prioritised replay', { ...settings, prioritized: true, bufferSize: 600 }],
  ])('goes on bit by bit when its buffer was saved, with %s', async (_, given) => {
    const straight = await train(learnerOf(given), 1);
    const state = stored(await straight.save({ replay: true }));
    const resumed = learnerOf(given);
    await resumed.restore(state);

    expect(await resumed.iterate()).toEqual(await straight.iterate());
    expect(await resumed.save({ replay: true })).toEqual(await straight.save({ replay: true }));
    expect(resumed.policy()).toEqual(straight.policy());
  });

  it('goes on with an empty buffer when it was not, and learns once it is filled again', async () => {
    const straight = await train(learnerOf(settings), 2);
    const state = stored(await straight.save({ replay: false }));
    const resumed = await train(learnerOf(settings), 1);
    await resumed.restore(state);
    expect(resumed.policy()).toEqual(straight.policy());
    expect(resumed.steps).toBe(2000);
    expect(resumed.replay.size).toBe(0);

    const before = 225 + 250;
    const { metrics } = await resumed.iterate();
    // Gradient steps every 2 × 2 env steps, but for the first 100.
    expect(metrics['train/n_updates']).toBe(before + 225);
    expect(playedReturn(resumed)).toBeGreaterThan(0);
  });

  it('keeps what it saved when it goes on', async () => {
    const learner = await train(learnerOf(settings), 1);
    const state = await learner.save({ replay: true });
    const copy = structuredClone(state);
    await learner.iterate();
    expect(state).toEqual(copy);
  });

  it.each<[string, DqnSettings]>([
    ['another network', { netArch: [32] }],
    ['another buffer', { bufferSize: 500 }],
    ['other envs', { nEnvs: 3 }],
    ['normalised observations', { normalizeObservations: true }],
  ])('cannot be resumed with %s', async (_, other) => {
    const state = stored(await (await train(learnerOf({ nEnvs: 2 }), 1)).save({ replay: true }));
    const resumed = learnerOf({ nEnvs: 2, ...other });
    await expect(resumed.restore(state)).rejects.toMatchObject({ code: 'checkpoint-invalid' });
  });
});
