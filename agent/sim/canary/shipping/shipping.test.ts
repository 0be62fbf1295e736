import { describe, expect, it } from 'vitest';
import { samplePolicy } from '../../../rl/policy/testing/samplePolicies';
import { type CanaryFigures, figuresOf } from './figures';
import { excessOf, leastExposure } from './finishPolicy';
import { modelCard } from './modelCard';
import type { EpisodeInfo } from './playReleases';

const aRelease = (changes: Record<string, number>): EpisodeInfo => ({
  ...{ provable: 1, bad: 0, promoted: 0, rolledBack: 0, undecided: 0 },
  ...{ exposureHarmSeconds: 0, weightChanges: 2, minutes: 45 },
  ...changes,
});

const RELEASES = [
  aRelease({ promoted: 1, minutes: 50 }),
  aRelease({ promoted: 1, minutes: 60 }),
  aRelease({ rolledBack: 1, minutes: 5 }),
  aRelease({ undecided: 1, minutes: 120, weightChanges: 4 }),
  aRelease({ bad: 1, rolledBack: 1, minutes: 8, exposureHarmSeconds: 6 }),
  aRelease({ bad: 1, promoted: 1, exposureHarmSeconds: 20 }),
  aRelease({ provable: 0, undecided: 1, minutes: 120, weightChanges: 0 }),
];

describe('the figures of a pace', () => {
  it('are shares of good and of bad releases, without those that nobody can judge', () => {
    expect(figuresOf(RELEASES)).toEqual({
      releases: 7,
      falsePromotion: 0.5,
      undecidedBad: 0,
      harmSeconds: 13,
      medianRollBackMinutes: 8,
      falseRollback: 0.25,
      undecidedGood: 0.25,
      medianPromoteMinutes: 60,
      changes: 14 / 6,
    });
  });

  it('exceed those of fixed steps where more is wrong or undecided, or it takes much longer', () => {
    const fixed = figuresOf(RELEASES);
    expect(excessOf(fixed, fixed)).toBe(0);
    expect(excessOf({ ...fixed, falsePromotion: 0.6, harmSeconds: 99 }, fixed)).toBeCloseTo(0.095, 10);
    expect(excessOf({ ...fixed, medianPromoteMinutes: 78 }, fixed)).toBeCloseTo(0, 10);
    expect(excessOf({ ...fixed, medianPromoteMinutes: 90 }, fixed)).toBeCloseTo(0.02, 10);
  });

  it('choose the one that exposes least of those that err no more', () => {
    const fixed = figuresOf(RELEASES);
    const judged = (changes: Partial<CanaryFigures>) => ({ figures: { ...fixed, ...changes } });
    const [cheap, calm, wrong] = [
      judged({ harmSeconds: 9 }),
      judged({ harmSeconds: 12 }),
      judged({ harmSeconds: 1, falseRollback: 0.9 }),
    ];
    expect(leastExposure([calm, cheap, wrong], fixed)).toBe(cheap);
    expect(leastExposure([wrong], fixed)).toBe(wrong);
    expect(() => leastExposure([], fixed)).toThrow('nothing was judged');
  });
});

it('a model card tells what the policy is, how it was made, how good it is, how sure, and when not to use it', () => {
  const policy = samplePolicy('shared trunk');
  const calibration = { idleMargin: 0.5, actions: 1234, points: [{ probability: 0.8, helped: 0.7 }] };
  const figures = figuresOf(RELEASES);
  const trainings = [
    { seed: policy.provenance.seed, figures },
    { seed: 77, figures },
  ];
  const card = modelCard(
    { ...policy, calibration },
    { name: 'canary-a', commands: ['train it'], arms: [['it', figures]], trainings },
  );
  for (const text of [
    '# canary-a',
    'train it',
    policy.spec,
    '| it | 13.0 | 50.0 % | 25.0 % | 25.0 % / 0.0 % | 60 / 8 min | 2.3 |',
    'Of 1,234 raises',
    '80.0 % → 70.0 %',
    'when not to use it',
    '0.5 above',
    `| seed ${policy.provenance.seed}, shipped |`,
  ])
    expect(card).toContain(text);
});
