import { expect, test, vi } from 'vitest';
import type { Training } from '../agent/protocol';
import { exampleRun, finishedRun } from '../test/support/chaosExamples';
import { exampleProposal, exampleTraining } from '../test/support/protocolExamples';
import { endedRuns, endedTrainings, newConnectionFailure, newProposals } from './notifications';
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
