import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { createChain } from '../../../test/support/chainEnv';
import { greedyReturn } from '../../../test/support/greedyReturn';
import { OFFER_WEIGHTS, OfferEnv } from '../../../test/support/offerEnv';
import { createEngine } from '../engine/engines';
import type { Env } from '../env/env';
import { objectiveReward } from '../env/rewardTerms';
import { createVectorEnv } from '../env/syncVectorEnv';
import { createDqnLearner } from './dqn';
import { DqnHyperparameters } from './dqnHyperparameters';
import { createHybridLearner } from './hybrid';
import { HybridHyperparameters } from './hybridHyperparameters';
import type { Iteration, Learner } from './learner';

type Settings = z.input<typeof HybridHyperparameters>;

const SMALL = {
  segmentSteps: 100,
  rewardWeights: OFFER_WEIGHTS,
  dqn: {
    learningRate: 5e-3,
    bufferSize: 1000,
    learningStarts: 50,
    batchSize: 16,
    gamma: 0,
    targetUpdateInterval: 50,
    trainFreq: 2,
    explorationFraction: 0.05,
    netArch: [8],
    dropout: [],
  },
} satisfies Settings;

const SEGMENTS = 150;
const TOTAL_STEPS = SEGMENTS * SMALL.segmentSteps;
const offers = () => new OfferEnv();

function learnerOf(settings: Settings = {}, { seed = 1, createEnv = offers as () => Env } = {}) {
  const hyperparameters = HybridHyperparameters.parse({ ...SMALL, ...settings });
  return createHybridLearner({
    createEnv,
    engine: createEngine('wasm'),
    hyperparameters,
    totalSteps: TOTAL_STEPS,
    seed,
  });
}

async function train(learner: Learner, segments: number) {
  let last: Iteration | null = null;
  for (let segment = 0; segment < segments; segment++) last = await learner.iterate();
  if (!last) throw new Error('nothing was trained');
  return last;
}

function weightsOf({ metrics }: Iteration) {
  return { gain: metrics['hybrid/weight_gain'] ?? 0, cost: metrics['hybrid/weight_cost'] ?? 0 };
}

describe('the hybrid', () => {
  it.each([1, 2, 3])(
    'finds weights under which DQN does what the objective wants (seed %d)',
    async (seed) => {
      const learner = learnerOf({}, { seed });
      const { gain, cost } = weightsOf(await train(learner, SEGMENTS));
      expect(gain).toBeGreaterThan(2 * cost);
      expect(
        greedyReturn(
          learner.policy(),
          objectiveReward(new OfferEnv(), () => {}),
        ),
      ).toBe(10);
    },
  );

  it('would not without its tuner', async () => {
    const hyperparameters = DqnHyperparameters.parse(SMALL.dqn);
    const envs = createVectorEnv(() => new OfferEnv(), { count: 1, seed: 1 });
    const engine = createEngine('wasm');
    const dqn = createDqnLearner({ envs, engine, hyperparameters, totalSteps: 2000, seed: 1 });
    await train(dqn, 2);
    expect(
      greedyReturn(
        dqn.policy(),
        objectiveReward(new OfferEnv(), () => {}),
      ),
    ).toBeCloseTo(3, 5);
  });

  it('learns from what it saw before under the weights of now', async () => {
    // The buffer is filled under other weights; then nothing new is seen that could tell what offers are worth.
    const weights = Float32Array.of(0.1, 0.6);
    const stepTerms = new Float32Array(2);
    const env = objectiveReward(new OfferEnv(), (terms) => stepTerms.set(terms));
    const envs = createVectorEnv(() => env, { count: 1, seed: 1 });
    const hyperparameters = DqnHyperparameters.parse({ ...SMALL.dqn, learningStarts: 900, bufferSize: 5000 });
    const dqn = createDqnLearner({
      ...{ envs, hyperparameters, engine: createEngine('wasm'), totalSteps: 3000, seed: 1 },
      reward: { terms: stepTerms, weights },
    });
    dqn.advance(900);
    weights.set([0.8, 0.1]);
    dqn.advance(600);
    const outcome = objectiveReward(new OfferEnv(), () => {});
    expect(greedyReturn(dqn.policy(), outcome)).toBe(10);
  });

  it('keeps weights within their bounds, logs them, and leaves them in the last tenth', async () => {
    const learner = learnerOf();
    const seen: Iteration[] = [];
    for (let segment = 0; segment < SEGMENTS; segment++) seen.push(await learner.iterate());
    for (const { gain, cost } of seen.map(weightsOf)) {
      expect(gain).toBeGreaterThanOrEqual(Math.fround(OFFER_WEIGHTS.gain.min));
      expect(gain).toBeLessThanOrEqual(Math.fround(OFFER_WEIGHTS.gain.max));
      expect(cost).toBeGreaterThanOrEqual(Math.fround(OFFER_WEIGHTS.cost.min));
      expect(cost).toBeLessThanOrEqual(Math.fround(OFFER_WEIGHTS.cost.max));
    }
    const early = seen.slice(0, 16).map((iteration) => weightsOf(iteration).gain);
    expect(new Set(early).size).toBe(16);
    const updates = seen.filter(({ metrics }) => metrics['hybrid/approx_kl'] !== undefined).length;
    expect(updates).toBe(Math.floor((0.9 * SEGMENTS - 1) / 16));
  });

  it('counts episodes by the objective', async () => {
    const { episodes } = await learnerOf().iterate();
    // Under the weights no episode is worth more than 8, under the first ones none more than 2.
    const tenths = episodes.map((episode) => 10 * episode.return);
    for (const tenth of tenths) expect(tenth).toBeCloseTo(Math.round(tenth), 6);
    expect(Math.max(...tenths)).toBeGreaterThan(20);
    expect(episodes).toHaveLength(10);
  });

  it.each([3, 40])('goes on bit by bit after it was interrupted in segment %d', async (segments) => {
    const settings: Settings = { dqn: { ...SMALL.dqn, nEnvs: 2, nStep: 2 } };
    const straight = learnerOf(settings);
    await train(straight, segments);
    const state = await straight.save({ replay: true });
    const resumed = learnerOf(settings);
    await resumed.restore({ ...state, values: JSON.parse(JSON.stringify(state.values)) });
    for (let segment = 0; segment < 20; segment++) {
      expect(await resumed.iterate()).toEqual(await straight.iterate());
    }
    expect(await resumed.save({ replay: true })).toEqual(await straight.save({ replay: true }));
  });

  it.each<[string, Settings, () => Env, RegExp]>([
    ['an env without terms', {}, createChain, /the reward of chain\/1 has none/],
    [
      'a weight too many',
      { rewardWeights: { ...OFFER_WEIGHTS, luck: OFFER_WEIGHTS.gain } },
      offers,
      /no term "luck"/,
    ],
    ['a weight too few', { rewardWeights: { gain: OFFER_WEIGHTS.gain } }, offers, /"cost" has no weight/],
  ])('refuses %s', (_, settings, createEnv, problem) => {
    expect(() => learnerOf(settings, { createEnv })).toThrow(problem);
  });

  it('refuses the state of another algorithm', async () => {
    const wrong = { values: { own: {}, parts: {} }, arrays: {} };
    await expect(learnerOf().restore(wrong)).rejects.toMatchObject({ code: 'checkpoint-invalid' });
  });
});

describe('the hyper-parameters of the hybrid', () => {
  it('are seed 001’s weights and bounds, and an outer PPO for few steps', () => {
    const { rewardWeights, ppo, dqn } = HybridHyperparameters.parse({ ppo: { nEpochs: 3 } });
    expect(rewardWeights.latency).toEqual({ initial: 0.4, min: 0.1, max: 0.8 });
    expect(rewardWeights.resource).toEqual({ initial: 0.3, min: 0.1, max: 0.6 });
    expect(rewardWeights.stability).toEqual({ initial: 0.1, min: 0.05, max: 0.3 });
    expect(ppo).toMatchObject({ nSteps: 16, nEpochs: 3, clipRange: 0.2, gaeLambda: 0.95 });
    expect(dqn.netArch).toEqual([256, 256, 128]);
  });

  it('stay the same when they are read again', () => {
    const once = HybridHyperparameters.parse({ segmentSteps: 50 });
    expect(HybridHyperparameters.parse(once)).toEqual(once);
  });

  it.each<[object, string]>([
    [{ rewardWeights: { gain: { initial: 2, min: 0, max: 1 } } }, 'min ≤ initial ≤ max'],
    [{ ppo: { nEnvs: 2, batchSize: 16 } }, 'always 1'],
    [{ ppo: { nSteps: 4 } }, 'above the 4 steps'],
    [{ dqn: { gamma: 2 } }, '<=1'],
    [{ segmentSteps: 0 }, '>=1'],
  ])('refuse %j', (input, problem) => {
    const { error } = HybridHyperparameters.safeParse(input);
    expect(error?.issues.map(({ message }) => message).join()).toContain(problem);
  });
});
