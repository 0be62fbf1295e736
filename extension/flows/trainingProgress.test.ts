import { expect, it, vi } from 'vitest';
import type { Training } from '../../agent/protocol';
import { examplePoint, exampleTraining } from '../../test/support/protocolExamples';
import { running } from '../testing';
import { progressTeller, runningTraining } from './trainingProgress';

vi.mock('vscode', () => ({}));

const training = (part: Partial<Training> = {}): Training => ({ ...exampleTraining(), points: [], ...part });

it('reports what is new, and the way since the last report', () => {
  const reports: { message: string; increment: number }[] = [];
  const tell = progressTeller((report) => reports.push(report));
  for (const steps of [0, 50_000, 50_000, 150_000]) tell(training({ points: [examplePoint(steps)] }));
  expect(reports).toEqual([
    { message: '0 %', increment: 0 },
    { message: '25 %', increment: 25 },
    { message: '75 %', increment: 50 },
  ]);
});

it('follows a training until it is over, or gone with its agent', () => {
  const over = training({ state: { kind: 'cancelled', version: null, text: '' } });
  expect(runningTraining(running({ trainings: [training()] }), 't1')?.id).toBe('t1');
  expect(runningTraining(running({ trainings: [over] }), 't1')).toBeNull();
  expect(runningTraining(running(), 't1')).toBeNull();
});
