import { describe, expect, it } from 'vitest';
import type { Fault, JournalEvent } from '../protocol';
import { FaultHistory } from './faultHistory';

function aFault(state: Fault['state'], changes: Partial<Fault> = {}): Fault {
  return {
    id: 'shop/stresschaos/f1',
    workloadId: 'shop/Deployment/checkout',
    kind: 'cpu-stress',
    provider: 'chaos-mesh',
    runId: null,
    pods: ['a'],
    startedAtMs: 0,
    endedAtMs: state === 'ended' ? 1 : null,
    state,
    text: 'CPU stress on a',
    ...changes,
  };
}

/** The kinds of the rows that these states of one fault lead to. */
function kinds(...states: Fault['state'][]): string[] {
  const history = new FaultHistory([]);
  return states.flatMap((state) => history.eventsFor(aFault(state))).map((event) => event.kind);
}

const started: JournalEvent = {
  kind: 'fault-started',
  workloadId: 'shop/Deployment/checkout',
  faultId: 'shop/stresschaos/f1',
  faultKind: 'cpu-stress',
  text: 'CPU stress on a',
};
const ended: JournalEvent = {
  kind: 'fault-ended',
  workloadId: started.workloadId,
  faultId: started.faultId,
  text: started.text,
};

describe('the journal of faults', () => {
  const cases: [states: Fault['state'][], rows: string[]][] = [
    [
      ['starting', 'running', 'running', 'recovering', 'ended', 'ended'],
      ['fault-started', 'fault-ended'],
    ],
    [
      ['starting', 'ended'],
      ['fault-started', 'fault-ended'],
    ],
    [['starting', 'failed', 'failed'], ['warning']],
    [
      ['running', 'paused', 'running', 'paused', 'ended'],
      ['fault-started', 'fault-ended'],
    ],
    [
      ['starting', 'failed', 'running', 'ended'],
      ['warning', 'fault-started', 'fault-ended'],
    ],
    [
      ['running', 'ended', 'running', 'ended'],
      ['fault-started', 'fault-ended', 'fault-started', 'fault-ended'],
    ],
    [
      ['running', 'failed'],
      ['fault-started', 'fault-ended'],
    ],
  ];
  it.each(cases)('of %j has the rows %j', (states, rows) => {
    expect(kinds(...states)).toEqual(rows);
  });

  it('goes on where an earlier run of the agent has left off', () => {
    const running = new FaultHistory([started]);
    expect(running.eventsFor(aFault('running'))).toEqual([]);
    expect(running.eventsFor(aFault('ended'))).toEqual([ended]);
    // Newest first.
    const over = new FaultHistory([ended, started]);
    expect(over.eventsFor(aFault('ended'))).toEqual([]);
  });

  it('remembers thousands of faults only as long as they run, or have lately ended', () => {
    const history = new FaultHistory([started]);
    for (let index = 0; index < 2000; index += 1)
      history.eventsFor(aFault('ended', { id: `fault ${index}` }));
    expect(history.eventsFor(aFault('ended', { id: 'fault 1999' }))).toEqual([]);
    expect(history.eventsFor(aFault('ended', { id: 'fault 0' }))).toHaveLength(2);
    expect(history.eventsFor(aFault('running'))).toEqual([]);
  });

  it('ends what has ended while nobody looked', () => {
    expect(new FaultHistory([started]).endedUnseen(() => undefined)).toEqual([ended]);
    expect(new FaultHistory([started]).endedUnseen(() => aFault('ended'))).toEqual([ended]);
    expect(new FaultHistory([started]).endedUnseen(() => aFault('running'))).toEqual([]);
    expect(new FaultHistory([ended, started]).endedUnseen(() => undefined)).toEqual([]);
  });
});
