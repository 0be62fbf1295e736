import { describe, expect, it } from 'vitest';
import type { Fault, Incident, JournalEvent } from '../../agent/protocol';
import { type MarkSources, marksOf } from './marks';
import { CHECKOUT, journal, proposal, RESTART } from './testData';

const NOTHING: MarkSources = { activity: [], faults: [], proposals: [], incident: null };

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

function bars(sources: Partial<MarkSources>) {
  return marksOf({ ...NOTHING, ...sources }, CHECKOUT).bars;
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
    const fault: Fault = {
      id: 'f1',
      workloadId: CHECKOUT,
      kind: 'pod-kill',
      pods: [],
      startedAtMs: 11,
      endedAtMs: null,
      state: 'running',
      text: 'pod kill on 1 pod',
    };
    expect(bars({ activity, faults: [fault] })).toEqual([
      { lane: 'fault', fromMs: 11, toMs: null, text: 'pod kill on 1 pod' },
    ]);
  });

  it('show an incident from detection to recovery, with a line at the detection', () => {
    const marks = marksOf({ ...NOTHING, activity: journal([20, opened], [60, closed]) }, CHECKOUT);
    expect(marks.bars).toEqual([{ lane: 'incident', fromMs: 20, toMs: 60, text: 'slow' }]);
    expect(marks.lines).toEqual([{ kind: 'detection', atMs: 20 }]);
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
    const action = (toMs: number | null) => ({
      lane: 'action',
      fromMs: 41,
      toMs,
      text: 'restart pod checkout-1',
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
    expect(whole.bars).toEqual([action(95)]);
    expect(whole.lines).toEqual([{ kind: 'action', atMs: 41 }]);
  });

  it('leave out writes that are no actions', () => {
    expect(bars({ activity: journal([41, { ...intent, action: null }]) })).toEqual([]);
  });
});
