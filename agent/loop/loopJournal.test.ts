import { expect, it } from 'vitest';
import type { Action, JournalEvent } from '../protocol';
import { LoopJournal } from './loopJournal';

const POLICY = { name: 'runbook', version: '1' };
const UP: Action = { kind: 'scale', from: 3, to: 4 };
const NONE: Action = { kind: 'none' };

function setUp() {
  const rows: string[] = [];
  const record = (event: JournalEvent) => {
    rows.push(
      event.kind === 'warning' ? event.text : event.kind === 'decision' ? event.action.kind : event.kind,
    );
  };
  const task = { name: 'heal' as const, reward: () => ({ total: 0, terms: {} }) };
  const journal = new LoopJournal<unknown>('shop/Deployment/checkout', { record, task });
  const decide = (action: Action, reason: string) =>
    journal.decision({
      trigger: 'event',
      policy: POLICY,
      observation: {
        kind: 'ready',
        spec: { name: 'heal/9', fields: [] },
        values: [],
        facts: {},
        others: [],
        warnings: [],
        assessment: { health: 'failing', reason: 'all pods are busy', pods: new Map(), suspicious: true },
      },
      decision: { action, reason, confidence: 1, alternatives: [], contributions: [] },
      decisionMs: 0,
    });
  return { rows, journal, decide };
}

it('says once what cannot be done, however often it is decided', () => {
  const { rows, journal, decide } = setUp();
  for (let look = 0; look < 5; look += 1) {
    decide(UP, `all pods are busy, ${look} s`);
    journal.obstacle(`scale up 3 → 4 is not possible: the HPA owns the ${look} replicas`);
  }
  expect(rows).toEqual(['scale', 'scale up 3 → 4 is not possible: the HPA owns the 0 replicas']);
});

it('says it again where something else was decided in between', () => {
  const { rows, journal, decide } = setUp();
  for (const action of [UP, NONE, UP]) {
    decide(action, 'all pods are busy');
    if (action === UP) journal.obstacle('it is not possible');
  }
  expect(rows).toEqual(['scale', 'it is not possible', 'none', 'scale', 'it is not possible']);
});

it('says each time that data are missing, but not at each look without them', () => {
  const { rows, journal, decide } = setUp();
  for (const isBlind of [true, true, false, true]) {
    if (isBlind) journal.blind('no data: no metrics for 15 s');
    else decide(NONE, 'nothing helps');
  }
  expect(rows).toEqual(['no data: no metrics for 15 s', 'none', 'no data: no metrics for 15 s']);
});
