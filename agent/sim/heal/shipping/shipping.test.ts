import { describe, expect, it } from 'vitest';
import { samplePolicy } from '../../../rl/policy/testing/samplePolicies';
import { type FAULT_NAMES, faultNumber } from '../faults';
import { excessOf, figuresOf } from './figures';
import { modelCard } from './modelCard';
import type { EpisodeInfo } from './playEpisodes';

const anEpisode = (fault: (typeof FAULT_NAMES)[number] | null, changes: Record<string, number> = {}) =>
  ({
    fault: fault === null ? 0 : faultNumber(fault),
    acted: 0,
    harmful: 0,
    harmfulUnreverted: 0,
    availability: 1,
    replicaHoursRatio: 1,
    ...(fault === null ? {} : { mttrSeconds: 100 }),
    ...changes,
  }) satisfies EpisodeInfo;

describe('the figures of an arm', () => {
  const nothing = [
    anEpisode(null),
    anEpisode('delay'),
    anEpisode('oom', { mttrSeconds: 20 }),
    anEpisode('hung'),
    anEpisode('dependency', { mttrSeconds: 180 }),
  ];
  const ours = [
    anEpisode(null),
    anEpisode('delay', { mttrSeconds: 30, acted: 1 }),
    anEpisode('oom', { mttrSeconds: 90, acted: 1, harmful: 1, harmfulUnreverted: 2 }),
    anEpisode('hung', { mttrSeconds: 50, availability: 0.5, replicaHoursRatio: 1.5 }),
    anEpisode('dependency', { mttrSeconds: 180, acted: 1 }),
  ];

  it('compare faults that an agent can fix where doing nothing takes over 30 s', () => {
    expect(figuresOf(ours, nothing)).toMatchObject({
      episodes: 5,
      impactful: 2,
      ratio: 80 / 200,
      medianSeconds: 50,
      p95Seconds: 90,
      timeOnlySeconds: 180,
      actedWithoutFault: 0,
      actedOnDependency: 1,
      harmful: 0.2,
      harmfulUnreverted: 2,
      availability: 0.9,
      replicaHours: 1.1,
    });
  });

  it('exceed what is allowed by the sum of what is too much', () => {
    expect(excessOf(figuresOf(nothing, nothing))).toBe(0);
    expect(excessOf(figuresOf(ours, nothing))).toBeCloseTo(1 - 0.03 + (0.2 - 0.025) + (1.1 - 1.018));
  });
});

describe('a model card', () => {
  it('tells what the policy is, how it was made, how good it is, how sure, and when not to use it', () => {
    const figures = figuresOf([anEpisode('delay')], [anEpisode('delay')]);
    const policy = samplePolicy('shared trunk');
    const points = [{ probability: 0.8, helped: 0.7 }];
    const calibration = { idleMargin: 0.5, actions: 1234, points };
    const card = modelCard(
      { ...policy, calibration },
      { name: 'heal-a', commands: ['train it'], detection: 'events', arms: [['it', figures]] },
    );
    for (const text of [
      '# heal-a',
      'train it',
      policy.spec,
      '| it | 1.000 | 100 / 100 s |',
      'Of 1,234 actions',
      '80.0 % → 70.0 %',
      'when not to use it',
      '0.5 above',
    ])
      expect(card).toContain(text);
  });
});
