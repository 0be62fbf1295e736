import { describe, expect, it } from 'vitest';
import type { Fault, JournalEvent, JournalRow } from '../protocol';
import { FaultLog } from './faultLog';

const WORKLOAD = 'shop/Deployment/checkout';

function row(atSeconds: number, event: JournalEvent): JournalRow {
  return { seq: 1, atMs: atSeconds * 1000, hash: '', event };
}

function aFault(id: string): Fault {
  return {
    id,
    workloadId: WORKLOAD,
    kind: 'pod-kill',
    provider: 'chaos-mesh',
    runId: null,
    pods: [],
    startedAtMs: 0,
    endedAtMs: null,
    state: 'starting',
    text: 'pod kill',
  };
}

const opened = (faultId: string | null): JournalEvent => ({
  kind: 'incident-opened',
  workloadId: WORKLOAD,
  incidentId: 'i1',
  symptom: '',
  faultId,
});
const closed: JournalEvent = {
  kind: 'incident-closed',
  workloadId: WORKLOAD,
  incidentId: 'i1',
  recoverySeconds: 20,
  detectionSeconds: 2,
  actions: 1,
};
const intent = (transactionId: string, action: 'restart' | null): JournalEvent => ({
  kind: 'intent',
  workloadId: WORKLOAD,
  transactionId,
  proposalId: null,
  action: action && { kind: 'restart-pod', pod: 'a', podUid: 'u' },
  description: '',
  change: {},
});
const done = (transactionId: string): JournalEvent => ({
  kind: 'result',
  workloadId: WORKLOAD,
  transactionId,
  result: 'done',
  text: '',
});

describe('the log of injected faults', () => {
  it('tells detection and recovery of each', () => {
    const log = new FaultLog();
    log.injected(aFault('f1'));
    expect(log.settled).toBe(false);
    log.observe(row(2, opened('f1')));
    log.observe(row(22, closed));
    expect(log.settled).toBe(true);
    expect(log.summary()).toMatchObject({ injected: 1, detected: 1, recovered: 1, mttrSeconds: 20 });
    expect(log.summary().records[0]).toMatchObject({ detectedAfterSeconds: 2, actions: 1 });
  });

  it('knows a fault that was detected before its injection was answered', () => {
    const log = new FaultLog();
    log.observe(row(2, opened('f1')));
    log.injected(aFault('f1'));
    log.observe(row(22, closed));
    expect(log.summary()).toMatchObject({ detected: 1, recovered: 1 });
  });

  it('waits no longer for what it has given up, and still counts it as not recovered', () => {
    const log = new FaultLog();
    log.injected(aFault('f1'));
    log.giveUp();
    log.notInjected();
    expect(log.settled).toBe(true);
    expect(log.summary()).toMatchObject({ injected: 1, notInjected: 1, detected: 0, recovered: 0 });
  });

  it('counts the writes of policies, not those that make and end faults', () => {
    const log = new FaultLog();
    const rows = [intent('t1', null), done('t1'), intent('t2', 'restart'), done('t2')].map((event) =>
      row(1, event),
    );
    for (const each of rows) log.observe(each);
    expect(log.summary().actions).toBe(1);
    expect(rows.map((each) => log.isFaultWrite(each))).toEqual([true, true, false, false]);
  });
});
