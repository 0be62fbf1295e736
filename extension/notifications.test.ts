import { expect, test, vi } from 'vitest';
import type { Training } from '../agent/protocol';
import { exampleRun, finishedRun } from '../test/support/chaosExamples';
import {
  exampleCalibration,
  exampleCalibrationJob,
  exampleProposal,
  exampleScaling,
  exampleTraining,
} from '../test/support/protocolExamples';
import { failedCalibrations, newCalibrations } from './flows/calibrations';
import { endedRuns, endedTrainings, newConnectionFailure, newHandBacks, newProposals } from './notifications';
import { running } from './testing';

vi.mock('vscode', () => ({}));

const error = { code: 'credentials-expired', message: 'Expired.', remedy: 'Log in again.' } as const;
const failed = running({ connection: { kind: 'failed', context: 'kind-dev', error } });

test('a proposal is announced once, when it begins to wait', () => {
  const before = running();
  const waiting = running({ proposals: [exampleProposal()] });
  expect(newProposals({ previous: before, current: waiting }).map(({ id }) => id)).toEqual(['p1']);
  expect(newProposals({ previous: waiting, current: waiting })).toEqual([]);
});

test('a proposal that is known from before a restart of the agent is not announced again', () => {
  const waiting = running({ proposals: [exampleProposal()] });
  if (waiting.kind !== 'running') throw new Error('not running');
  const restarting = { kind: 'starting', last: waiting.snapshot } as const;
  expect(newProposals({ previous: restarting, current: waiting })).toEqual([]);
});

test('a proposal that needs no answer is not announced', () => {
  const denied = exampleProposal({ state: { kind: 'denied', atMs: 0 } });
  expect(newProposals({ previous: running(), current: running({ proposals: [denied] }) })).toEqual([]);
});

test('a connection that is lost is told once; a failed attempt is told by who made it', () => {
  expect(newConnectionFailure({ previous: running(), current: failed })).toEqual(error);
  expect(newConnectionFailure({ previous: failed, current: failed })).toBeNull();
  const connecting = running({ connection: { kind: 'connecting', context: 'kind-dev' } });
  expect(newConnectionFailure({ previous: connecting, current: failed })).toBeNull();
});

test('the end of a training is told once', () => {
  const training: Training = { ...exampleTraining(), points: [] };
  const over: Training = { ...training, state: { kind: 'finished', version: 1, text: '' } };
  const [before, after] = [running({ trainings: [training] }), running({ trainings: [over] })];
  expect(endedTrainings({ previous: before, current: after })).toEqual([over]);
  expect(endedTrainings({ previous: after, current: after })).toEqual([]);
  expect(endedTrainings({ previous: running(), current: after })).toEqual([]);
});

test.each([
  ['person', 'passed', true],
  ['person', 'failed', true],
  ['schedule', 'passed', false],
  ['schedule', 'error', true],
  ['rest', 'failed', true],
  ['test', 'failed', false],
] as const)('the end of a run that was begun by a %s and has %s is told: %s', (trigger, verdict, told) => {
  const before = running({ runs: [exampleRun({ trigger })] });
  const after = running({ runs: [finishedRun({ trigger, verdict })] });
  expect(endedRuns({ previous: before, current: after })).toHaveLength(told ? 1 : 0);
  expect(endedRuns({ previous: after, current: after })).toEqual([]);
});

test('a hand-back is announced once, and not when the window is first told of it', () => {
  const back = (atMs: number) =>
    running({ scaling: [exampleScaling({ handedBack: { atMs, why: 'no data', retryAtMs: null } })] });
  const before = running({ scaling: [exampleScaling()] });
  const ids = (previous: typeof before, current: typeof before) =>
    newHandBacks({ previous, current }).map(({ id }) => id);
  expect(ids(before, back(5))).toEqual(['shop/Deployment/checkout']);
  expect(ids(back(5), back(5))).toEqual([]);
  expect(ids(back(5), back(9))).toEqual(['shop/Deployment/checkout']);
  expect(ids(running(), back(5))).toEqual([]);
});

test('a hand-back that a person has asked for is told to them by its answer', () => {
  const before = running({ scaling: [exampleScaling()] });
  const handedBack = { atMs: 5, why: 'asked for', retryAtMs: null };
  const by = (name: string) =>
    running({
      scaling: [exampleScaling({ handedBack })],
      activity: [
        {
          seq: 1,
          atMs: 5,
          hash: 'ab',
          event: {
            kind: 'handover',
            workloadId: 'shop/Deployment/checkout',
            autoscaler: { kind: 'hpa', name: 'checkout', uid: 'u' },
            how: 'handed-back',
            why: 'asked for',
            by: name,
          },
        },
      ],
    });
  expect(newHandBacks({ previous: before, current: by('ada') })).toEqual([]);
  expect(newHandBacks({ previous: before, current: by('Coxswain') })).toHaveLength(1);
});

test('a calibration is announced when it is finished, and not when an agent remembers an old one', () => {
  const calibrations = [exampleCalibration()];
  const before = running({ calibrationJobs: [exampleCalibrationJob()] });
  const ids = (previous: typeof before, part: Parameters<typeof running>[0]) =>
    newCalibrations(previous, running(part)).map(({ id }) => id);
  expect(ids(before, { calibrations, calibrationJobs: [exampleCalibrationJob()] })).toEqual(['c1']);
  expect(
    ids(running({ calibrations }), { calibrations, calibrationJobs: [exampleCalibrationJob()] }),
  ).toEqual([]);
  expect(ids(running(), { calibrations })).toEqual([]);
});

test('a calibration that has failed is told, and one that was cancelled is not', () => {
  const job = (part: Parameters<typeof exampleCalibrationJob>[0]) =>
    running({ calibrationJobs: [exampleCalibrationJob(part)] });
  const ids = (previous: ReturnType<typeof job>, current: ReturnType<typeof job>) =>
    failedCalibrations(previous, current).map(({ id }) => id);
  expect(ids(job({}), job({ state: { kind: 'failed', message: 'x', remedy: 'y' } }))).toEqual(['c1']);
  expect(ids(job({}), job({ state: { kind: 'cancelled' } }))).toEqual([]);
});
