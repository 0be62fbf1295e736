import { expect, test } from 'vitest';
import { exampleProposal } from '../../test/support/protocolExamples';
import { running } from '../testing';
import { type AgentState, blockedBy, contextKey, pendingProposals } from './state';

const error = { code: 'journal-locked', message: 'Locked.', remedy: 'Close the other window.' } as const;
const down: AgentState = { kind: 'down', error, last: null };
const disconnected = running({ connection: { kind: 'disconnected' } });

test('a command is blocked with a reason where what it needs is not there', () => {
  expect(blockedBy('nothing', down)).toBeNull();
  expect(blockedBy('agent', disconnected)).toBeNull();
  expect(blockedBy('cluster', running())).toBeNull();
  expect(blockedBy('cluster', disconnected)?.code).toBe('not-connected');
  expect(blockedBy('agent', down)).toMatchObject({
    code: 'agent-not-running',
    message: 'The Coxswain agent is not running: Locked.',
    remedy: 'Close the other window.',
  });
  expect(blockedBy('agent', { kind: 'starting', last: null })?.message).toContain('still starting');
});

test('nothing waits for approval where no agent could take the answer', () => {
  const state = running({ proposals: [exampleProposal()] });
  expect(pendingProposals(state).length).toBe(1);
  if (state.kind !== 'running') throw new Error('not running');
  expect(pendingProposals({ ...down, last: state.snapshot })).toEqual([]);
});

test('the context key is the state of the connection, or that of the agent', () => {
  expect([running(), disconnected, down].map(contextKey)).toEqual(['connected', 'disconnected', 'down']);
});
