import { describe, expect, it } from 'vitest';
import { samplePolicy } from '../../../rl/policy/testing/samplePolicies';
import { createScaleEnv } from '../scaleEnv';
import { plainDomain } from '../testing/builders';
import { actionRatio, figuresOf, meanRatio, type ScaleFigures } from './figures';
import { cheapestCalm } from './finishPolicy';
import { isRightByHindsight } from './hindsight';
import { modelCard } from './modelCard';

const anEpisode = (changes: Record<string, number> = {}) => ({
  meanPods: 10,
  meanLoad: 5,
  violatedShare: 0.1,
  actionsPerHour: 0,
  ...changes,
});

describe('the figures of an arm', () => {
  it('compare its cost with that of the tuned HPA, each episode alike', () => {
    const hpa = [anEpisode(), anEpisode({ meanPods: 100, actionsPerHour: 24 })];
    const ours = [anEpisode({ violatedShare: 0 }), anEpisode({ meanPods: 100, actionsPerHour: 12 })];
    const figures = figuresOf(ours, hpa, 20);
    // 10 in place of 10 + 20 · 0.1 · 5; and 0.05 pods for each 24 actions an hour.
    expect(figures.toHpa).toBeCloseTo(Math.sqrt(0.5 * (110.025 / 110.05)));
    expect(figures).toMatchObject({ episodes: 2, violatedShare: 0.05, meanPods: 55, actionsPerHour: 6 });
    expect(figures.hpaActionsPerHour).toBe(12);
  });

  it('of several prices are put together', () => {
    const of = (toHpa: number, actionsPerHour: number): ScaleFigures => ({
      ...figuresOf([anEpisode()], [anEpisode()], 5),
      toHpa,
      actionsPerHour,
      hpaActionsPerHour: 10,
    });
    expect(meanRatio([of(0.5, 0), of(2, 0)])).toBeCloseTo(1);
    expect(actionRatio([of(1, 5), of(1, 20)])).toBeCloseTo(1.25);
  });
});

describe('the choice between several', () => {
  const of = (name: string, toHpa: number, actionsPerHour: number) => ({
    name,
    figures: [
      { ...figuresOf([anEpisode()], [anEpisode()], 5), toHpa, actionsPerHour, hpaActionsPerHour: 10 },
    ],
  });

  it('is the cheapest one that acts not much more often than the tuned HPA', () => {
    const candidates = [of('busy', 0.8, 20), of('calm', 0.85, 13), of('calmer', 0.9, 5)];
    expect(cheapestCalm(candidates).name).toBe('calm');
  });

  it('is the calmest one where all act more often', () => {
    expect(cheapestCalm([of('busy', 0.8, 30), of('less', 0.9, 20)]).name).toBe('less');
    expect(() => cheapestCalm([])).toThrow(RangeError);
  });
});

describe('hindsight', () => {
  /** Even, but for four times as much from step 60 on. */
  const env = createScaleEnv({ domain: plainDomain(), violationPrice: 20, episodeSteps: 200 }, (points) => {
    points.fill(0.25);
    points.fill(1, 60);
  });
  const at = (step: number, change: number) => {
    env.reset(1);
    while (env.model.seconds < step * 15) env.scaleTo(5);
    return isRightByHindsight(env.model, change, 20);
  };

  it('agrees with up shortly before more is needed, and not long before', () => {
    expect([at(20, 1), at(50, 1), at(58, 4)]).toEqual([false, true, true]);
  });

  it('agrees with down where those that are left will do', () => {
    expect([at(20, -1), at(20, -2), at(58, -1)]).toEqual([true, false, false]);
  });
});

describe('a model card of scale', () => {
  it('tells what the policy is, how it was made, how good it is, how sure, and when not to use it', () => {
    const figures = [figuresOf([anEpisode()], [anEpisode()], 20)];
    const policy = samplePolicy('shared trunk');
    const calibration = { idleMargin: 0.5, actions: 1234, points: [{ probability: 0.8, helped: 0.7 }] };
    const trainings = [
      { seed: policy.provenance.seed, figures },
      { seed: 77, figures },
    ];
    const card = modelCard(
      { ...policy, calibration },
      {
        name: 'scale-a',
        commands: ['train it'],
        arms: [['it', figures]],
        trainings,
        rewardSearch: 'so found',
      },
    );
    for (const text of [
      '# scale-a',
      'train it',
      policy.spec,
      '| it | 1.000 | 10.00 | 10.00 | 0.0 |',
      `| ${policy.provenance.seed}, shipped | 1.000 |`,
      '| 77 | 1.000 |',
      'so found',
      'Of 1,234 decisions',
      '80.0 % → 70.0 %',
      'when not to use it',
      '0.5 above',
    ])
      expect(card).toContain(text);
  });
});
