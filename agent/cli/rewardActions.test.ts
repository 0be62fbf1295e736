import { describe, expect, it } from 'vitest';
import type { RewardAnalysis } from '../evaluate/rewardAnalysis';
import { describeRewards } from './rewardActions';

const preferred = (...arms: [string, string, string, string, string]) =>
  ([0, 0.5, 1, 2, 4] as const).map((factor, index) => ({ factor, arm: arms[index] ?? '' }));

const ANALYSIS: RewardAnalysis = {
  terms: [
    {
      name: 'latency',
      weight: 0.4,
      mean: -0.25,
      share: 0.8,
      correlation: 0.9,
      preferred: preferred('b', 'a', 'a', 'a', 'a'),
    },
    {
      name: 'cost',
      weight: 0.1,
      mean: -1,
      share: 0.2,
      correlation: -0.5,
      preferred: preferred('a', 'a', 'a', 'b', 'b'),
    },
  ],
  arms: [
    { name: 'a', reward: -0.2, objective: -3, terms: [-0.25, -1] },
    { name: 'b', reward: -0.5, objective: -2, terms: [-1, -1] },
  ],
  agreement: -1,
};

describe('an analysis of a reward in words', () => {
  const text = describeRewards(ANALYSIS, 'shop/2', 20);

  it('has a row for each term and each arm', () => {
    expect(text).toMatch(/^latency +0.4 +−0.25 +80 % +0.90$/m);
    expect(text).toMatch(/^cost +0.1 +−1 +20 % +−0.50$/m);
    expect(text).toMatch(/^a +−0.2 +−3 +−0.25 +−1$/m);
    expect(text).toMatch(/^PREFERRED WITH +× 0 +× 0.5 +× 1 +× 2 +× 4$/m);
    expect(text).toMatch(/^cost +a +a +a +b +b$/m);
  });

  it('names the weights on which the preference hangs, and how far reward and objective agree', () => {
    expect(text).toContain('τ = −1.00');
    expect(text).toMatch(/changes with half or twice the weight of cost\.$/);
  });
});
