import { describe, expect, it } from 'vitest';
import type { Training } from '../../agent/protocol';
import { exampleModel, examplePoint, exampleTraining } from '../../test/support/protocolExamples';
import { toTrainingColumns } from './trainingSeries';
import { baselineOf, shownTraining, trainingShare, trainingText } from './trainings';

const training = (part: Partial<Training> = {}): Training => ({ ...exampleTraining(), points: [], ...part });

it('the newest training is shown until another one is chosen', () => {
  const trainings = [training({ id: 'a' }), training({ id: 'b' })];
  expect(shownTraining(trainings, null)?.id).toBe('b');
  expect(shownTraining(trainings, 'a')?.id).toBe('a');
  expect(shownTraining(trainings, 'gone')?.id).toBe('b');
  expect(shownTraining([], 'a')).toBeNull();
});

describe('a training says', () => {
  const cases: [Training['state'], string][] = [
    [{ kind: 'training' }, '25 %'],
    [{ kind: 'evaluating', done: 1, total: 4 }, 'Comparing with its baselines, 25 %'],
    [
      { kind: 'finished', version: 1, text: 'stored as heal/1' },
      'Stored as heal/1. Score −12.4 [−13.1…−11.7] over 100 held-out episodes, not told apart from runbook −13.',
    ],
    [{ kind: 'finished', version: 2, text: 'stored as heal/2' }, 'Stored as heal/2.'],
    [{ kind: 'cancelled', version: null, text: '' }, 'Cancelled before there was a policy to keep.'],
    [{ kind: 'cancelled', version: 5, text: '' }, 'Cancelled. The best policy so far is kept as heal/5.'],
    [
      { kind: 'failed', error: { code: 'disk-full', message: 'The disk is full', remedy: 'Free some.' } },
      'The disk is full. Free some.',
    ],
  ];
  it.each(cases)('%o', (state, text) => {
    const points = [examplePoint(50_000)];
    expect(trainingText(training({ state, points }), [exampleModel()])).toBe(text);
  });
});

it('the bar fills with steps, then with episodes of the comparison', () => {
  const points = [examplePoint(50_000)];
  expect(trainingShare(training())).toBe(0);
  expect(trainingShare(training({ points }))).toBe(0.25);
  expect(trainingShare(training({ points, state: { kind: 'evaluating', done: 3, total: 4 } }))).toBe(0.75);
  expect(trainingShare(training({ points, state: { kind: 'finished', version: 1, text: '' } }))).toBe(1);
});

it('the baseline to come up to is that of what was learned, else of the newest version of the task', () => {
  const beside = (name: string, mean: number) => ({
    episodes: 10,
    mean: 0,
    low: 0,
    high: 0,
    baselines: [{ name, mean, low: mean, high: mean }],
  });
  const models = [
    exampleModel({ version: 3, evaluation: null }),
    exampleModel({ version: 2, evaluation: beside('runbook', -2) }),
    exampleModel({ version: 1, evaluation: beside('hold', -1) }),
  ];
  expect(baselineOf(training(), models)).toEqual({ name: 'runbook', mean: -2 });
  const over = training({ state: { kind: 'finished', version: 1, text: '' } });
  expect(baselineOf(over, models)).toEqual({ name: 'hold', mean: -1 });
  expect(baselineOf(training({ task: 'scale' }), models)).toBeNull();
});

it('a metric that a point does not measure is a gap', () => {
  const points = [examplePoint(1000, 5), { steps: 2000, seconds: 1, metrics: { 'train/loss': 0.5 } }];
  const { steps, metric } = toTrainingColumns(points);
  expect(steps).toEqual([1000, 2000]);
  expect(metric('rollout/ep_rew_mean')).toEqual([5, null]);
  expect(metric('train/loss')).toEqual([null, 0.5]);
  expect(metric('train/loss')).toBe(metric('train/loss'));
});
