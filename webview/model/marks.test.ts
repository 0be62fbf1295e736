import { describe, expect, it } from 'vitest';
import type { Incident, JournalEvent } from '../../agent/protocol';
import { exampleFault, exampleRun, finishedRun } from '../../test/support/chaosExamples';
import { type Bar, barAt, type MarkSources, marksOf } from './marks';
import { CHECKOUT, journal, proposal, RESTART } from './testData';

const NOTHING: MarkSources = { activity: [], faults: [], proposals: [], runs: [], incident: null };

const opened: JournalEvent = {
  kind: 'incident-opened',
  workloadId: CHECKOUT,
  incidentId: 'i1',
  symptom: 'slow',
  faultId: 'f1',
};
const closed: JournalEvent = {
  kind: 'incident-closed',
  workloadId: CHECKOUT,
  incidentId: 'i1',
  recoverySeconds: 40,
  detectionSeconds: 1,
  actions: 1,
};
const intent: JournalEvent = {
  kind: 'intent',
  workloadId: CHECKOUT,
  transactionId: 't1',
  proposalId: 'p1',
  action: RESTART,
  description: 'restart pod checkout-1',
  change: {},
};
const result: JournalEvent = {
  kind: 'result',
  workloadId: CHECKOUT,
  transactionId: 't1',
  result: 'done',
  text: '',
};
const outcome: JournalEvent = {
  kind: 'outcome',
  workloadId: CHECKOUT,
  proposalId: 'p1',
  outcome: 'recovered',
  text: '',
};

/** What lasted when, in which lane; the rest of the bars has tests of its own. */
function plain(all: readonly Bar[]) {
  return all.map(({ lane, fromMs, toMs, text }) => ({ lane, fromMs, toMs, text }));
}

function bars(sources: Partial<MarkSources>) {
  return plain(marksOf({ ...NOTHING, ...sources }, CHECKOUT).bars);
}

describe('marks', () => {
  it('are none where nothing happened, or only to other workloads', () => {
    const activity = journal([1, { ...opened, workloadId: 'shop/Deployment/cart' }]);
    expect(marksOf(NOTHING, CHECKOUT)).toEqual({ bars: [], lines: [] });
    expect(marksOf({ ...NOTHING, activity }, CHECKOUT)).toEqual({ bars: [], lines: [] });
  });

  it('show a fault of the journal, and the fresher one of the snapshot in its place', () => {
    const activity = journal(
      [
        10,
        {
          kind: 'fault-started',
          workloadId: CHECKOUT,
          faultId: 'f1',
          faultKind: 'pod-kill',
          text: 'pod kill',
        },
      ],
      [90, { kind: 'fault-ended', workloadId: CHECKOUT, faultId: 'f1', text: 'pod kill' }],
    );
    expect(bars({ activity })).toEqual([{ lane: 'fault', fromMs: 10, toMs: 90, text: 'pod kill' }]);
    const fault = exampleFault({ kind: 'pod-kill', startedAtMs: 11, text: 'pod kill on 1 pod' });
    expect(bars({ activity, faults: [fault] })).toEqual([
      { lane: 'fault', fromMs: 11, toMs: null, text: 'pod kill on 1 pod with chaos-mesh' },
    ]);
  });

  it('show an incident from detection to recovery, with a line at each', () => {
    const marks = marksOf({ ...NOTHING, activity: journal([20, opened], [60, closed]) }, CHECKOUT);
    expect(plain(marks.bars)).toEqual([
      { lane: 'incident', fromMs: 20, toMs: 60, text: 'slow, recovered in 40 s' },
    ]);
    expect(marks.lines).toEqual([
      { kind: 'detection', atMs: 20 },
      { kind: 'recovery', atMs: 60 },
    ]);
  });

  it('show an incident that is open, once, even when its row is no longer kept', () => {
    const incident: Incident = {
      id: 'i1',
      workloadId: CHECKOUT,
      symptom: 'slow',
      detectedAtMs: 20,
      faultAtMs: null,
      faultId: null,
      recoveredAtMs: null,
      actions: 0,
    };
    const bar = { lane: 'incident', fromMs: 20, toMs: null, text: 'slow' };
    expect(bars({ incident })).toEqual([bar]);
    expect(bars({ incident, activity: journal([20, opened]) })).toEqual([bar]);
  });

  it('end a proposal when it is decided, not when its outcome is measured', () => {
    const text = 'restart pod checkout-1: needs-approval by mode';
    const pending = proposal('p1', { createdAtMs: 30 });
    const measured = proposal('p1', {
      createdAtMs: 30,
      state: { kind: 'measured', atMs: 95, outcome: 'recovered', text: '' },
    });
    const expired = proposal('p1', { createdAtMs: 30, state: { kind: 'expired', atMs: 50 } });
    const activity = journal([40, { kind: 'approved', workloadId: CHECKOUT, proposalId: 'p1', by: 'me' }]);
    expect(bars({ proposals: [pending] })).toEqual([{ lane: 'proposal', fromMs: 30, toMs: null, text }]);
    expect(bars({ proposals: [expired] })).toEqual([{ lane: 'proposal', fromMs: 30, toMs: 50, text }]);
    expect(bars({ proposals: [measured], activity })).toEqual([
      { lane: 'proposal', fromMs: 30, toMs: 40, text },
    ]);
  });

  it('show from when on another policy heals, for every workload', () => {
    const switched = (task: 'heal' | 'scale', to: string): JournalEvent => ({
      kind: 'policy-switched',
      task,
      from: 'runbook 1',
      to,
      by: 'me',
    });
    const activity = journal(
      [10, switched('heal', 'learned heal/3')],
      [20, switched('scale', 'learned scale/1')],
      [30, switched('heal', 'runbook 1')],
    );
    expect(marksOf({ ...NOTHING, activity }, CHECKOUT).lines).toEqual([
      { kind: 'policy', atMs: 10, text: 'heal/3 steers' },
      { kind: 'policy', atMs: 30, text: 'runbook 1 steers' },
    ]);
  });

  it('show an action from its write to its outcome, with a line at the write', () => {
    const acted = proposal('p1', { state: { kind: 'acted', atMs: 42, by: 'me' } });
    const action = (toMs: number | null, text = 'restart pod checkout-1') => ({
      lane: 'action',
      fromMs: 41,
      toMs,
      text,
    });
    expect(bars({ activity: journal([41, intent]) })).toEqual([action(null)]);
    expect(bars({ activity: journal([41, intent], [42, result]) })).toEqual([action(42)]);
    expect(bars({ activity: journal([41, intent], [42, result]), proposals: [acted] })).toContainEqual(
      action(null),
    );
    const whole = marksOf(
      { ...NOTHING, activity: journal([41, intent], [42, result], [95, outcome]) },
      CHECKOUT,
    );
    expect(plain(whole.bars)).toEqual([action(95, 'restart pod checkout-1: recovered')]);
    expect(whole.bars[0]).toMatchObject({ label: 'recovered', tone: 'good', about: { proposalId: 'p1' } });
    expect(whole.lines).toEqual([{ kind: 'action', atMs: 41 }]);
  });

  it('show the runs of experiments with their verdicts, of the journal where the state has them no more', () => {
    const started: JournalEvent = {
      kind: 'experiment-started',
      workloadId: CHECKOUT,
      runId: 'r0',
      experiment: 'lag',
      provider: 'chaos-mesh',
      by: 'ann',
    };
    const finished: JournalEvent = {
      kind: 'experiment-finished',
      workloadId: CHECKOUT,
      runId: 'r0',
      experiment: 'lag',
      verdict: 'failed',
      effect: 'confirmed',
      resilienceScore: 40,
      text: 'It was slow.',
    };
    const runs = [
      finishedRun({ id: 'r1', startedAtMs: 5, finishedAtMs: 9 }),
      exampleRun({ id: 'r2', startedAtMs: 10 }),
    ];
    const made = marksOf({ ...NOTHING, runs, activity: journal([1, started], [4, finished]) }, CHECKOUT).bars;
    expect(
      made.map(({ fromMs, toMs, label, tone, about }) => [fromMs, toMs, label, tone, about.runId]),
    ).toEqual([
      [1, 4, 'lag: failed', 'bad', 'r0'],
      [5, 9, 'Kill a pod: passed', 'good', 'r1'],
      [10, null, 'Kill a pod: running', 'plain', 'r2'],
    ]);
    expect(made[0]?.text).toBe('lag with chaos-mesh: failed. It was slow.');
  });

  it('leave out writes that are no actions', () => {
    expect(bars({ activity: journal([41, { ...intent, action: null }]) })).toEqual([]);
  });
});

describe('the bar under the pointer', () => {
  const at = (fromMs: number, toMs: number | null, id: string): Bar => ({
    id,
    lane: 'fault',
    fromMs,
    toMs,
    text: '',
    label: '',
    tone: 'plain',
    about: {},
  });
  const all = [at(0, 10, 'first'), at(30, 30, 'moment'), at(50, null, 'lasts')];

  it.each<[number, string | null]>([
    [5, 'first'],
    [12, 'first'],
    [20, null],
    [32, 'moment'],
    [70, 'lasts'],
  ])('at %i is %s', (atMs, id) => {
    expect(barAt(all, 'fault', atMs, 80, 3)?.id ?? null).toBe(id);
  });

  it('is only of its lane', () => {
    expect(barAt(all, 'action', 5, 80, 3)).toBeNull();
  });
});

it('a take-over is an action of a moment, whose outcome nobody waits for', () => {
  const action = { kind: 'take-over', autoscaler: { kind: 'hpa', name: 'checkout', uid: 'u' } } as const;
  const rows = journal(
    [
      100,
      {
        kind: 'intent',
        workloadId: CHECKOUT,
        transactionId: 't1',
        proposalId: 'p1',
        action,
        description: 'take over from HPA checkout',
        change: null,
      },
    ],
    [200, { kind: 'result', workloadId: CHECKOUT, transactionId: 't1', result: 'done', text: '' }],
  );
  const acted = proposal('p1', { action, state: { kind: 'acted', atMs: 200, by: 'ada' } });
  const { bars } = marksOf(
    { activity: rows, faults: [], proposals: [acted], runs: [], incident: null },
    CHECKOUT,
  );
  expect(bars.find(({ lane }) => lane === 'action')).toMatchObject({ fromMs: 100, toMs: 200 });
});
