import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { bestChainReturn, createChain } from '../../../test/support/chainEnv';
import { createBandit, createTarget } from '../../../test/support/oneStepEnvs';
import { stored } from '../../../test/support/stored';
import { CoxswainError } from '../../protocol';
import { createEngine } from '../engine/engines';
import type { Env } from '../env/env';
import { createCartPole } from '../env/reference/cartPole';
import { timeLimit } from '../env/timeLimit';
import type { Episode } from '../env/vectorEnv';
import type { Learner } from './learner';
import { createPpoLearner, type PpoOptions, ppoCollectorSpec } from './ppo';
import { PpoHyperparameters } from './ppoHyperparameters';
import { createCollector } from './rollout';

type Settings = z.input<typeof PpoHyperparameters>;

/** Small and quick; tests say what else they need. */
const SMALL: Settings = {
  learningRate: 5e-3,
  nEnvs: 8,
  nSteps: 16,
  batchSize: 32,
  nEpochs: 4,
  gamma: 0.9,
  netArch: [16],
};

function learnerOf(
  makeEnv: () => Env,
  settings: Settings = {},
  { totalSteps = 10_000, ...options }: Partial<PpoOptions> = {},
): Learner {
  const hyperparameters = PpoHyperparameters.parse({ ...SMALL, ...settings });
  const env = makeEnv();
  const seed = 1;
  const spec = ppoCollectorSpec({ name: '', options: {} }, env, { engine: 'wasm', seed, hyperparameters });
  const collector = createCollector(spec, makeEnv);
  const engine = createEngine('wasm');
  return createPpoLearner({ collector, env, engine, hyperparameters, totalSteps, seed, ...options });
}

async function train(learner: Learner, iterations: number): Promise<Episode[]> {
  const episodes: Episode[] = [];
  for (let iteration = 0; iteration < iterations; iteration++) {
    episodes.push(...(await learner.iterate()).episodes);
  }
  return episodes;
}

function meanReturn(episodes: readonly Episode[], last: number): number {
  const taken = episodes.slice(-last);
  expect(taken).toHaveLength(last);
  return taken.reduce((sum, episode) => sum + episode.return, 0) / last;
}

describe('PPO learns', () => {
  it.each<[string, Settings]>([
    ['with towers of their own', {}],
    ['with a shared trunk', { sharedTrunk: true }],
    ['with normalised observations and returns', { normalizeObservations: true, normalizeReturns: true }],
    ['without normalised advantages', { normalizeAdvantage: false, entCoef: 0 }],
  ])('a contextual bandit %s', async (_, settings) => {
    const learner = learnerOf(createBandit, settings);
    expect(meanReturn(await train(learner, 1), 128)).toBeLessThan(0.5);
    expect(meanReturn(await train(learner, 60), 128)).toBeGreaterThan(0.93);
  });

  it('to walk past a temptation', async () => {
    const episodes = await train(learnerOf(createChain, { entCoef: 0.005 }), 60);
    expect(meanReturn(episodes, 50)).toBeGreaterThan(0.98 * bestChainReturn());
  });

  it('to act by numbers, and narrows their spread', async () => {
    const learner = learnerOf(createTarget, { entCoef: 0, learningRate: 0.01, normalizeReturns: true });
    const before = meanReturn(await train(learner, 1), 128);
    const after = meanReturn(await train(learner, 60), 128);
    expect(before).toBeLessThan(-0.8);
    expect(after).toBeGreaterThan(-0.1);
    for (const log of learner.policy().logStandardDeviations) expect(log).toBeLessThan(-1);
  });

  it('to balance a pole', async () => {
    const learner = learnerOf(
      createCartPole,
      {
        learningRate: { start: 3e-3, end: 1e-4 },
        nSteps: 32,
        batchSize: 256,
        nEpochs: 10,
        gamma: 0.98,
        gaeLambda: 0.8,
        entCoef: 0,
        netArch: [64, 64],
      },
      { totalSteps: 110 * 256 },
    );
    expect(meanReturn(await train(learner, 110), 10)).toBeGreaterThan(195);
  });
});

describe('an iteration of PPO', () => {
  const NAMES = [
    'train/approx_kl',
    'train/clip_fraction',
    'train/clip_range',
    'train/entropy_loss',
    'train/explained_variance',
    'train/grad_norm',
    'train/learning_rate',
    'train/loss',
    'train/n_updates',
    'train/policy_gradient_loss',
    'train/value_loss',
  ];

  it('logs under Stable-Baselines3’s names', async () => {
    const { steps, metrics } = await learnerOf(createBandit).iterate();
    expect(steps).toBe(128);
    expect(Object.keys(metrics).sort()).toEqual(NAMES);
    // Nearly uniform over three actions at first.
    expect(metrics['train/entropy_loss']).toBeCloseTo(-Math.log(3), 1);
    expect(metrics['train/n_updates']).toBe(4);
  });

  it('logs the spread of actions that are numbers', async () => {
    const learner = learnerOf(createTarget);
    const { metrics } = await learner.iterate();
    const [half = 0, negative = 0] = learner.policy().logStandardDeviations.map(Math.exp);
    expect(Object.keys(metrics).sort()).toEqual([...NAMES, 'train/std'].sort());
    expect(metrics['train/std']).toBeCloseTo((half + negative) / 2, 9);
  });

  it('moves the schedules from their start with the steps before it', async () => {
    const schedules: Settings = {
      learningRate: { start: 1e-2, end: 2e-3 },
      clipRange: { start: 0.3, end: 0.1 },
    };
    const learner = learnerOf(createBandit, schedules, { totalSteps: 256 });
    const rates = [];
    for (let iteration = 0; iteration < 3; iteration++) {
      const { metrics } = await learner.iterate();
      rates.push([metrics['train/learning_rate'], metrics['train/clip_range']]);
    }
    expect(rates).toEqual([
      [1e-2, 0.3],
      [expect.closeTo(6e-3, 12), expect.closeTo(0.2, 12)],
      [2e-3, 0.1],
    ]);
  });

  it('gives the same bits for the same seed, and others for another', async () => {
    const parameters = async (seed: number) => {
      const learner = learnerOf(createBandit, {}, { seed });
      await train(learner, 2);
      return learner.policy().parameters;
    };
    expect(await parameters(1)).toEqual(await parameters(1));
    expect(await parameters(1)).not.toEqual(await parameters(2));
  });

  it.each([
    ['observation', 'env 0: observation "cart position" at step 7'],
    ['reward', 'env 0: reward at step 7'],
  ])('names step, env and field where the env gives NaN as %s', async (what, where) => {
    const learner = learnerOf(() => withNaN(createCartPole(), what, 7));
    await expect(learner.iterate()).rejects.toThrow(`iteration after env step 0: ${where}`);
  });
});

/** An env that gives NaN in its nth step. */
function withNaN(env: Env, what: string, nth: number): Env {
  let steps = 0;
  return {
    ...env,
    spec: env.spec,
    observation: env.observation,
    reset: (seed) => env.reset(seed),
    info: () => env.info(),
    step: (action) => {
      const result = env.step(action);
      if (++steps === nth && what === 'observation') env.observation[0] = Number.NaN;
      if (steps === nth && what === 'reward') result.reward = Number.NaN;
      return result;
    },
  };
}

describe('a saved PPO', () => {
  const shortCartPole = () => timeLimit(createCartPole(), 15);
  const everything: Settings = { normalizeObservations: true, normalizeReturns: true };

  it.each<[string, () => Env, Settings]>([
    ['choices', shortCartPole, everything],
    ['choices, shared trunk', shortCartPole, { sharedTrunk: true }],
    ['numbers', createTarget, everything],
  ])('goes on bit-identically: %s', async (_, makeEnv, settings) => {
    const straight = learnerOf(makeEnv, settings);
    const stopped = learnerOf(makeEnv, settings);
    const resumed = learnerOf(makeEnv, settings);
    await train(straight, 3);
    await train(stopped, 3);
    await resumed.restore(stored(await stopped.save({ replay: true })));
    for (let iteration = 0; iteration < 3; iteration++) {
      expect(await resumed.iterate()).toEqual(await straight.iterate());
    }
    expect(resumed.policy()).toEqual(straight.policy());
    expect(await resumed.save({ replay: true })).toEqual(await straight.save({ replay: true }));
  });

  it('is refused by another network, another number of envs, and where it is none', async () => {
    const saved = stored(await learnerOf(createBandit).save({ replay: false }));
    const refusal = expect.objectContaining({ code: 'checkpoint-invalid' });
    await expect(learnerOf(createBandit, { netArch: [8] }).restore(saved)).rejects.toEqual(refusal);
    await expect(learnerOf(createBandit, { nEnvs: 4 }).restore(saved)).rejects.toEqual(refusal);
    await expect(learnerOf(createBandit, everything).restore(saved)).rejects.toEqual(refusal);
    await expect(learnerOf(createBandit).restore({ values: {}, arrays: {} })).rejects.toEqual(refusal);
  });
});

describe('fine-tuning', () => {
  it('begins with the policy, its spread and its statistics', async () => {
    const settings: Settings = { normalizeObservations: true };
    const first = learnerOf(createTarget, settings);
    await train(first, 3);
    const initialPolicy = first.policy();
    expect(learnerOf(createTarget, settings, { initialPolicy }).policy()).toEqual(initialPolicy);
  });

  it('leaves frozen layers as they are', async () => {
    const settings: Settings = { netArch: [8, 8], sharedTrunk: true };
    const initialPolicy = learnerOf(createBandit, settings).policy();
    const learner = learnerOf(createBandit, settings, { initialPolicy, freeze: ['trunk'] });
    await train(learner, 2);
    const trunk = 3 * 8 + 8 + 8 * 8 + 8;
    const { parameters } = learner.policy();
    expect(parameters.subarray(0, trunk)).toEqual(initialPolicy.parameters.subarray(0, trunk));
    expect(parameters.subarray(trunk)).not.toEqual(initialPolicy.parameters.subarray(trunk));
  });

  it('refuses a policy of another task, network or normalisation, and layers that do not exist', () => {
    const policy = learnerOf(createBandit).policy();
    const attempts: [() => unknown, string][] = [
      [() => learnerOf(createChain, {}, { initialPolicy: policy }), 'model-incompatible'],
      [() => learnerOf(createBandit, { netArch: [8] }, { initialPolicy: policy }), 'model-incompatible'],
      [
        () => learnerOf(createBandit, { normalizeObservations: true }, { initialPolicy: policy }),
        'model-incompatible',
      ],
      [() => learnerOf(createBandit, {}, { freeze: ['trunk'] }), 'config-invalid'],
    ];
    for (const [attempt, code] of attempts) {
      expect(attempt).toThrow(CoxswainError);
      expect(attempt).toThrow(expect.objectContaining({ code }));
    }
  });
});
