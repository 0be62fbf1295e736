import { expect, it } from 'vitest';
import { examplePoint, exampleTraining } from '../../test/support/protocolExamples';
import { describeProgress, isOver, stepsDone } from './describeTraining';
import type { Training } from './training';

const training = (part: Partial<Training>): Training => ({ ...exampleTraining(), points: [], ...part });

it('a training says how far it is, how fast and for how long still', () => {
  const cases: [Partial<Training>, string][] = [
    [{ state: { kind: 'starting' } }, 'starting'],
    [{}, '0 %'],
    [
      { points: [examplePoint(84_999)], stepsPerSecond: 71_000.4, etaSeconds: 11.2 },
      '42 % · 71,000 steps/s · 12 s left',
    ],
    [{ points: [examplePoint(204_800)] }, '100 %'],
    [{ state: { kind: 'evaluating', done: 199, total: 200 } }, 'comparing with its baselines, 99 %'],
    [{ state: { kind: 'cancelling' } }, 'being cancelled'],
    [{ state: { kind: 'finished', version: 1, text: 'stored as heal/1' } }, 'finished'],
  ];
  expect(cases.map(([part]) => describeProgress(training(part)))).toEqual(cases.map(([, text]) => text));
});

it('the last iteration does not count beyond what was asked for', () => {
  expect(stepsDone(training({ points: [examplePoint(204_800)] }))).toBe(200_000);
});

it('a training that is being cancelled is not over', () => {
  const states: Training['state'][] = [
    { kind: 'starting' },
    { kind: 'training' },
    { kind: 'evaluating', done: 0, total: 1 },
    { kind: 'cancelling' },
    { kind: 'finished', version: null, text: '' },
    { kind: 'cancelled', version: null, text: '' },
    { kind: 'failed', error: { code: 'training-failed', message: '', remedy: '' } },
  ];
  expect(states.filter((state) => isOver({ state })).map(({ kind }) => kind)).toEqual([
    'finished',
    'cancelled',
    'failed',
  ]);
});
