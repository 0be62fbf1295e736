import { describe, expect, it } from 'vitest';
import { incidentClosed, incidentOpened } from '../../test/support/incidentEvents';
import type { JournalEvent, JournalRow, OutcomeKind } from '../protocol';
import { recoveryStatistics } from './recovery';

const CHECKOUT = 'shop/Deployment/checkout';
const CART = 'shop/Deployment/cart';
const ALL_TIME = { sinceMs: 0, untilMs: 1_000_000 };

/** Rows in the order of the events, each with its time in seconds. */
function journal(...events: [atSeconds: number, event: JournalEvent][]): JournalRow[] {
  return events.map(([atSeconds, event], index) => ({
    seq: index + 1,
    atMs: atSeconds * 1000,
    hash: '',
    event,
  }));
}

const fault = (faultId: string, faultKind: 'pod-kill' | 'cpu-stress'): JournalEvent => ({
  kind: 'fault-started',
  workloadId: CHECKOUT,
  faultId,
  faultKind,
  text: '',
});
const intent = (id: string, workloadId = CHECKOUT): JournalEvent => ({
  kind: 'intent',
  workloadId,
  transactionId: id,
  proposalId: `p-${id}`,
  action: { kind: 'restart-pod', pod: 'a', podUid: 'u' },
  description: '',
  change: {},
});
const result = (transactionId: string, how: 'done' | 'failed' = 'done'): JournalEvent => ({
  kind: 'result',
  workloadId: CHECKOUT,
  transactionId,
  result: how,
  text: '',
});
const outcome = (id: string, kind: OutcomeKind): JournalEvent => ({
  kind: 'outcome',
  workloadId: CHECKOUT,
  proposalId: `p-${id}`,
  outcome: kind,
  text: '',
});

describe('the recovery statistics', () => {
  it('of an empty journal are empty', () => {
    expect(recoveryStatistics([], ALL_TIME)).toEqual({
      ...ALL_TIME,
      all: {
        incidents: 0,
        recovered: 0,
        detectionSeconds: null,
        recoverySeconds: null,
        actions: 0,
        ineffectiveActions: 0,
        harmfulActions: 0,
      },
      byKind: [],
      actionsWithoutIncident: 0,
    });
  });

  it('have median and 95th percentile by the kind of fault that was behind it', () => {
    const rows = journal(
      [1, fault('f1', 'pod-kill')],
      [2, incidentOpened('i1', 'f1')],
      [10, incidentClosed('i1', 10, 1)],
      [20, fault('f2', 'pod-kill')],
      [22, incidentOpened('i2', 'f2')],
      [40, incidentClosed('i2', 20, 2)],
      [50, fault('f3', 'pod-kill')],
      [53, incidentOpened('i3', 'f3')],
      [80, incidentClosed('i3', 30, 3)],
      [90, incidentOpened('i4')],
      [100, incidentClosed('i4', 40, null)],
      [110, fault('f5', 'cpu-stress')],
      [111, incidentOpened('i5', 'f5')],
    );
    const { all, byKind } = recoveryStatistics(rows, ALL_TIME);
    expect(byKind.map(({ kind, incidents, recovered }) => [kind, incidents, recovered])).toEqual([
      ['pod-kill', 3, 3],
      ['cpu-stress', 1, 0],
      ['unknown', 1, 1],
    ]);
    expect(byKind[0]).toMatchObject({
      detectionSeconds: { median: 2, p95: 2.9 },
      recoverySeconds: { median: 20, p95: 29 },
    });
    expect(byKind[1]).toMatchObject({ detectionSeconds: null, recoverySeconds: null });
    expect(byKind[2]).toMatchObject({ detectionSeconds: null, recoverySeconds: { median: 40, p95: 40 } });
    expect(all).toMatchObject({ incidents: 5, recovered: 4, recoverySeconds: { median: 25, p95: 38.5 } });
  });

  it('count what was done, and what it led to, also when that is measured after the incident', () => {
    const rows = journal(
      [1, incidentOpened('i1')],
      [2, intent('t1')],
      [3, result('t1')],
      [4, intent('t2')],
      [5, result('t2', 'failed')],
      [6, intent('t3')],
      [7, result('t3')],
      [30, incidentClosed('i1', 29, null)],
      [47, outcome('t1', 'ineffective')],
      [52, outcome('t3', 'regressed')],
    );
    expect(recoveryStatistics(rows, ALL_TIME).all).toMatchObject({
      actions: 2,
      ineffectiveActions: 1,
      harmfulActions: 1,
    });
  });

  it('count actions while no incident was open on their workload', () => {
    const rows = journal(
      [1, incidentOpened('i1', null, CART)],
      [2, intent('t1')],
      [3, result('t1')],
      [4, intent('t2', CART)],
      [5, result('t2')],
    );
    const statistics = recoveryStatistics(rows, ALL_TIME);
    expect(statistics.actionsWithoutIncident).toBe(1);
    expect(statistics.all.actions).toBe(1);
  });

  it('leave out the writes of faults, and what lies outside of the time', () => {
    const write = { ...intent('t1'), action: null } as JournalEvent;
    const rows = journal(
      [1, fault('f1', 'pod-kill')],
      [2, incidentOpened('i0')],
      [3, incidentClosed('i0', 1, null)],
      [10, write],
      [11, result('t1')],
      [12, incidentOpened('i1', 'f1')],
      [90, incidentClosed('i1', 5, null)],
    );
    const { all, byKind, actionsWithoutIncident } = recoveryStatistics(rows, {
      sinceMs: 5000,
      untilMs: 50_000,
    });
    expect(all).toMatchObject({ incidents: 1, recovered: 0 });
    expect(byKind.map(({ kind }) => kind)).toEqual(['pod-kill']);
    expect(actionsWithoutIncident).toBe(0);
  });
});
