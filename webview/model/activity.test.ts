import { expect, it } from 'vitest';
import { activityLines } from './activity';
import { CHECKOUT, journal } from './testData';

const ROWS = journal(
  [1, { kind: 'agent-started', version: '0.1.0', pid: 1 }],
  [2, { kind: 'incident-opened', workloadId: CHECKOUT, incidentId: 'i', symptom: 'slow pod', faultId: null }],
  [3, { kind: 'approved', workloadId: CHECKOUT, proposalId: 'p', by: 'me' }],
);

it('is newest first and names the workload', () => {
  const lines = activityLines(ROWS, 'all', '');
  expect(lines.map(({ seq }) => seq)).toEqual([3, 2, 1]);
  expect(lines[1]).toEqual({
    seq: 2,
    atMs: 2,
    label: 'detected',
    text: 'slow pod',
    workload: 'checkout',
    tone: 'notice',
    about: {},
  });
});

it('is narrowed to a group, and to words in label, workload or text', () => {
  expect(activityLines(ROWS, 'incidents', '').map(({ seq }) => seq)).toEqual([2]);
  expect(activityLines(ROWS, 'all', ' CheckOut ').map(({ seq }) => seq)).toEqual([3, 2]);
  expect(activityLines(ROWS, 'all', 'approved').map(({ seq }) => seq)).toEqual([3]);
  expect(activityLines(ROWS, 'faults', '')).toEqual([]);
});

it('leads from a run to its report', () => {
  const rows = journal([
    1,
    {
      kind: 'experiment-finished',
      workloadId: CHECKOUT,
      runId: 'r1',
      experiment: 'pod-kill',
      verdict: 'failed',
      effect: 'confirmed',
      resilienceScore: 40,
      text: 'It was slow.',
    },
  ]);
  expect(activityLines(rows, 'faults', '')).toMatchObject([
    { label: 'failed', tone: 'bad', about: { runId: 'r1' }, text: 'pod-kill: It was slow.' },
  ]);
});
