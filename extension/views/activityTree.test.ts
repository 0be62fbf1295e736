import { describe, expect, test } from 'vitest';
import type { JournalEvent, JournalRow } from '../../agent/protocol';
import {
  type ActivityFilter,
  activityTree,
  EVENT_KINDS,
  filterText,
  matches,
  NO_ROWS,
  nextPage,
  PAGE_ROWS,
  withNewer,
  withOlder,
} from './activityTree';

const warning = (text: string, workloadId: string | null = null): JournalEvent => ({
  kind: 'warning',
  workloadId,
  text,
});
const row = (seq: number, event: JournalEvent = warning(`row ${seq}`)): JournalRow => ({
  seq,
  atMs: seq * 1000,
  hash: String(seq).padStart(64, '0'),
  event,
});
const rows = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => row(from + i));
const seqs = (shown: { rows: readonly JournalRow[] }) => shown.rows.map(({ seq }) => seq);

test('rows of the stream come on top, each once', () => {
  const first = withNewer(NO_ROWS, rows(1, 3), {});
  expect(seqs(first)).toEqual([3, 2, 1]);
  expect(first.complete).toBe(true);
  const second = withNewer(first, rows(1, 5), {});
  expect(seqs(second)).toEqual([5, 4, 3, 2, 1]);
  expect(withNewer(second, rows(1, 5), {})).toBe(second);
});

test('where the stream begins late, older rows are there to load', () => {
  const shown = withNewer(NO_ROWS, rows(50, 60), {});
  expect(shown.complete).toBe(false);
  expect(nextPage({}, shown.rows)).toEqual({ limit: PAGE_ROWS, beforeSeq: 50 });
  expect(activityTree(shown).at(-1)?.click).toBe('coxswain.loadMoreActivity');
});

test('rows that the stream has skipped start the list over, so that it never has a hole', () => {
  const shown = withNewer(withNewer(NO_ROWS, rows(1, 5), {}), rows(10, 12), {});
  expect(seqs(shown)).toEqual([12, 11, 10]);
  expect(shown.complete).toBe(false);
});

test('a short page of older rows is the last', () => {
  const shown = withNewer(NO_ROWS, rows(500, 501), {});
  const full = withOlder(shown, rows(400, 499).toReversed());
  expect(full.complete).toBe(false);
  expect(full.rows.length).toBe(102);
  expect(withOlder(full, rows(399, 399)).complete).toBe(true);
});

test('a row that arrives while the first filtered page is loaded is shown once', () => {
  const filter = { text: 'row' };
  const page = withOlder({ ...NO_ROWS, seenSeq: 8 }, rows(7, 9).toReversed());
  expect(seqs(withNewer(page, rows(1, 10), filter))).toEqual([10, 9, 8, 7]);
});

describe('a filter', () => {
  const event = warning('Prometheus is slow', 'shop/Deployment/checkout');
  const cases: [string, ActivityFilter, boolean][] = [
    ['without criteria takes every row', {}, true],
    ['by text ignores case', { text: 'prometheus' }, true],
    ['by text looks at the label', { text: 'WARN' }, true],
    ['by text looks at the workload', { text: 'checkout' }, true],
    ['by text refuses other rows', { text: 'cart' }, false],
    ['by workload takes its rows', { workloadId: 'shop/Deployment/checkout' }, true],
    ['by workload refuses others', { workloadId: 'shop/Deployment/cart' }, false],
    ['by kind takes its rows', { kinds: ['warning'] }, true],
    ['by kind refuses others', { kinds: ['decision', 'result'] }, false],
    ['needs all of its criteria', { kinds: ['warning'], text: 'cart' }, false],
  ];
  test.each(cases)('%s', (_name, filter, expected) => {
    expect(matches(row(1, event), filter)).toBe(expected);
  });
  test('is shown in the title of the view', () => {
    expect(filterText({ kinds: ['decision', 'result'], text: 'x' })).toBe('decision, result · “x”');
    expect(filterText({})).toBe('');
  });
});

test('a row shows time, label, workload and text', () => {
  const [node] = activityTree({
    rows: [row(7, warning('Prometheus is slow', 'shop/Deployment/checkout'))],
    complete: true,
    seenSeq: 7,
  });
  expect(node?.label).toMatch(/^\d\d:\d\d:07 warning$/);
  expect(node?.description).toBe('checkout: Prometheus is slow');
  expect(node?.tooltip).toContain('row 7');
});

test('every kind of event can be chosen in the filter', () => {
  expect(EVENT_KINDS.length).toBe(new Set(EVENT_KINDS).size);
  expect(EVENT_KINDS).toContain('fault-started');
});

test('a decision leads to why it was made, a run to its report', () => {
  const workloadId = 'shop/Deployment/checkout';
  const decision: JournalEvent = {
    kind: 'decision',
    workloadId,
    task: 'heal',
    policy: 'runbook 1',
    trigger: 'interval',
    observationSpec: 'heal/9',
    observation: [],
    action: { kind: 'none' },
    reason: 'all is well',
    confidence: 1,
    rewardTerms: {},
    decisionMs: 1,
  };
  const started: JournalEvent = {
    kind: 'experiment-started',
    workloadId,
    runId: 'r1',
    experiment: 'pod-kill',
    provider: 'native',
    by: 'ann',
  };
  const nodes = activityTree({
    rows: [row(9, decision), row(8, started), row(7)],
    complete: true,
    seenSeq: 9,
  });
  expect(nodes.map(({ context, click, target }) => ({ context, click, target }))).toEqual([
    { context: 'decision', click: 'coxswain.explainDecision', target: { workloadId, seq: 9 } },
    { context: 'pastRun', click: 'coxswain.showRun', target: { workloadId, runId: 'r1' } },
    { context: '', click: null, target: {} },
  ]);
});
