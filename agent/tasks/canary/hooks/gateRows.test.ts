import { describe, expect, it } from 'vitest';
import { GateRows } from './gateRows';
import type { GateCall, GateRelease } from './gateServer';

const WEB: GateRelease = { namespace: 'shop', name: 'web', phase: 'Progressing', checksum: 'a' };

function answered(open: boolean, reason: string, release: Partial<GateRelease> = {}): GateCall {
  return {
    kind: 'confirm-promotion',
    release: { ...WEB, ...release },
    metadata: {},
    decision: { open, reason },
  };
}

describe('the rows of the gate', () => {
  it('tell an answer once, until it is another one', () => {
    const rows = new GateRows();
    const told = (call: GateCall) => rows.rowOf(call)?.text ?? null;
    expect(rows.rowOf(answered(false, '20 of 100 requests'))).toEqual({
      kind: 'release',
      workloadId: 'shop/Canary/web',
      what: 'hook',
      text: 'confirm-promotion: no, 20 of 100 requests',
      weight: null,
      by: 'Flagger',
    });
    expect(told(answered(false, '1,250.5 of 100 requests'))).toBeNull();
    expect(told(answered(true, 'Safe'))).toBe('confirm-promotion: yes, Safe');
    expect(told(answered(true, 'Safe'))).toBeNull();
    expect(told(answered(false, '30 of 100 requests'))).toContain('no, 30');
    expect(told(answered(false, 'an incident is open'))).toContain('incident');
  });

  it('tell it again for another Canary, another revision, and another kind', () => {
    const rows = new GateRows();
    const call = answered(true, 'Safe');
    const calls: GateCall[] = [
      call,
      answered(true, 'Safe', { name: 'cart' }),
      answered(true, 'Safe', { checksum: 'b' }),
      { ...call, kind: 'rollback', decision: { open: true, reason: 'Safe' } },
      { kind: 'event', release: WEB, metadata: {}, decision: null },
      { kind: 'event', release: { ...WEB, phase: 'Succeeded' }, metadata: {}, decision: null },
    ];
    expect(calls.map((each) => rows.rowOf(each) !== null)).toEqual(calls.map(() => true));
  });

  it('are not remembered without end', () => {
    const rows = new GateRows();
    const first = answered(true, 'Safe');
    rows.rowOf(first);
    for (let index = 0; index < 1000; index += 1)
      rows.rowOf(answered(true, 'Safe', { name: `web-${index}` }));
    expect(rows.rowOf(first)).not.toBeNull();
  });
});
