import { expect, test } from 'vitest';
import { exampleProposal, NOW_MS } from '../../test/support/protocolExamples';
import { running } from '../testing';
import { approvalsTree, proposalSentence } from './approvalsTree';
import { spokenText } from './treeNode';

test('a proposal shows workload, confidence and time left, and below them reason, change, promise and guard', () => {
  const [row] = approvalsTree(running({ proposals: [exampleProposal()] }), NOW_MS + 72_000);
  expect(row && spokenText(row)).toBe('Restart pod, checkout · 0:48 left · 0.91');
  expect(row?.children().map(spokenText)).toEqual([
    'p95 is 6.2 times the median',
    'Confidence 0.91, runbook 1',
    'replace pod checkout-a, show as diff',
    'Promise, p95 below 200 ms in 45 s',
    'Guard asks, mode approve (mode)',
  ]);
});

test('below the confidence are what moved it and what else was considered', () => {
  const [row] = approvalsTree(running({ proposals: [exampleProposal()] }), NOW_MS);
  const evidence = row?.children().find(({ label }) => label.startsWith('Confidence'));
  expect(evidence?.children().map(spokenText)).toEqual([
    'worst − median latency, +0.52',
    'Instead: scale up, 0.06',
  ]);
});

test('time left is wall time also where cluster time runs faster', () => {
  const clock = { originMs: NOW_MS, wallOriginMs: 0, rate: 10 };
  const [row] = approvalsTree(running({ proposals: [exampleProposal()], clock }), 2000);
  expect(row?.description).toContain('0:10 left');
});

test('only pending proposals are shown, the most urgent first, and none without an agent', () => {
  const proposals = [
    exampleProposal({ id: 'late', expiresAtMs: NOW_MS + 90_000 }),
    exampleProposal({ id: 'soon', expiresAtMs: NOW_MS + 10_000 }),
    exampleProposal({ id: 'done', state: { kind: 'acted', atMs: NOW_MS, by: 'me' } }),
  ];
  const state = running({ proposals });
  expect(approvalsTree(state, NOW_MS).map(({ id }) => id)).toEqual(['soon', 'late']);
  if (state.kind !== 'running') throw new Error('not running');
  expect(approvalsTree({ kind: 'starting', last: state.snapshot }, NOW_MS)).toEqual([]);
});

test('the notification says what, where, why and how sure', () => {
  expect(proposalSentence(exampleProposal())).toBe(
    'Restart pod checkout-a (shop/checkout)? p95 is 6.2 times the median. Confidence 0.91.',
  );
});

test('what waits of a release is shown as any other, whoever moves its traffic', () => {
  const proposal = exampleProposal({
    task: 'canary',
    workload: { kind: 'Rollout', namespace: 'shop', name: 'api' },
    action: { kind: 'release', operation: { kind: 'weight', from: 5, to: 10 } },
  });
  const [row] = approvalsTree(running({ proposals: [proposal] }), NOW_MS);
  expect(row?.label).toBe('Raise the canary’s traffic 5 → 10 %');
  expect(row?.description).toMatch(/^api · /);
});
