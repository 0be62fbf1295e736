import { describe, expect, it } from 'vitest';
import { createChain } from '../../../test/support/chainEnv';
import { OfferEnv } from '../../../test/support/offerEnv';
import { checkEnv } from './checkEnv';
import { hasRewardTerms, objectiveReward, weightedReward } from './rewardTerms';

describe('a weighted reward', () => {
  it('is the sum of terms by weights, as they are at each step', () => {
    const weights = Float32Array.of(1, 0.5);
    const env = weightedReward(new OfferEnv(), weights);
    env.reset(0);
    expect(env.step(2).reward).toBeCloseTo(1 - 0.5, 6);
    expect(env.step(1).reward).toBeCloseTo(0.6 - 0.1, 6);
    weights.set([2, 0]);
    expect(env.step(1).reward).toBeCloseTo(1.2, 6);
    expect(env.step(0)).toEqual({ reward: 0, terminated: false, truncated: false });
  });

  it('needs one weight per term', () => {
    expect(() => weightedReward(new OfferEnv(), new Float32Array(3))).toThrow(/3 weights for 2 reward terms/);
  });
});

describe('the objective as reward', () => {
  it('is what each step was worth, told with its terms', () => {
    const told: [number[], number][] = [];
    const env = objectiveReward(new OfferEnv(), (terms, objective) => told.push([[...terms], objective]));
    env.reset(0);
    expect([2, 0, 1].map((action) => env.step(action).reward)).toEqual([1, 0, 0.3]);
    expect(told.map(([, objective]) => objective)).toEqual([1, 0, 0.3]);
    expect(told[0]?.[0]).toEqual([1, -1]);
  });

  it('ends where the env ends', () => {
    const env = objectiveReward(new OfferEnv(), () => {});
    env.reset(0);
    const ends = Array.from({ length: 10 }, () => env.step(0).truncated);
    expect(ends.indexOf(true)).toBe(9);
  });
});

describe('an env with another reward', () => {
  it.each([weightedReward(new OfferEnv(), Float32Array.of(1, 1)), objectiveReward(new OfferEnv(), () => {})])(
    'keeps the contract of envs as its env does',
    (env) => {
      expect(checkEnv(env)).toEqual(checkEnv(new OfferEnv()));
    },
  );

  it('is told from one without terms', () => {
    expect([new OfferEnv(), createChain()].map(hasRewardTerms)).toEqual([true, false]);
  });
});
