import { expect, it } from 'vitest';
import { exampleRun, finishedRun } from '../../test/support/chaosExamples';
import { StateStore } from '../agent/stateStore';
import { connectedSnapshot, running } from '../testing';
import { followRun } from './runFollow';

const error = { code: 'agent-not-running', message: 'It ended.', remedy: 'Restart it.' } as const;

function start(runs = [exampleRun()]) {
  const store = new StateStore();
  store.set(running({ runs }));
  const phases: string[] = [];
  const end = followRun(store, exampleRun({ phase: 'checking' }), ({ phase }) => phases.push(phase));
  return { store, phases, end };
}

it('tells each step until the run is over', async () => {
  const { store, phases, end } = start();
  store.set(running({ runs: [exampleRun({ phase: 'running' })] }));
  const run = finishedRun();
  store.set(running({ runs: [run] }));
  expect(await end).toEqual({ kind: 'finished', run });
  expect(phases).toEqual(['checking', 'verifying', 'running', 'finished']);
});

it('waits for a run that the state has not heard of yet', async () => {
  const { store, end } = start([]);
  store.set(running({ runs: [] }));
  store.set(running({ runs: [finishedRun()] }));
  expect((await end).kind).toBe('finished');
});

it('ends at once with a run that is over already', async () => {
  const store = new StateStore();
  expect(await followRun(store, finishedRun(), () => {})).toMatchObject({ kind: 'finished' });
});

it('is lost with its agent, and not heard of again', async () => {
  const { store, end } = start();
  store.set({ kind: 'restarting', delayMs: 500, error, last: connectedSnapshot() });
  expect(await end).toEqual({ kind: 'lost', why: 'It ended.' });
  const other = start();
  other.store.set(running({ runs: [] }));
  expect(await other.end).toMatchObject({ kind: 'lost' });
});
