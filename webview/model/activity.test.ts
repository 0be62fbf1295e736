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
  });
});

it('is narrowed to a group, and to words in label, workload or text', () => {
  expect(activityLines(ROWS, 'incidents', '').map(({ seq }) => seq)).toEqual([2]);
  expect(activityLines(ROWS, 'all', ' CheckOut ').map(({ seq }) => seq)).toEqual([3, 2]);
  expect(activityLines(ROWS, 'all', 'approved').map(({ seq }) => seq)).toEqual([3]);
  expect(activityLines(ROWS, 'faults', '')).toEqual([]);
});
