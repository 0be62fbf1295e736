import { expect, test } from 'vitest';
import type { Change, ServerMessage } from '../../agent/protocol';
import { emptySnapshot } from '../../agent/protocol/applyDelta';
import { followMessage } from './snapshotStream';

const delta = (sequence: number, changes: Change[] = []): ServerMessage => ({
  kind: 'delta',
  delta: { sequence, changes },
});

test('a snapshot is taken, and the delta after it is applied', () => {
  const first = followMessage(null, { kind: 'snapshot', snapshot: emptySnapshot('0.1.0', 1) });
  if (first.kind !== 'snapshot') throw new Error(first.kind);
  const second = followMessage(first.snapshot, delta(1, [{ kind: 'mode', mode: 'auto' }]));
  expect(second).toMatchObject({ kind: 'snapshot', snapshot: { mode: 'auto', sequence: 1 } });
});

test('after a gap a new snapshot is asked for, and deltas before it are ignored', () => {
  expect(followMessage(emptySnapshot('0.1.0', 1), delta(5)).kind).toBe('resubscribe');
  expect(followMessage(null, delta(6)).kind).toBe('ignored');
});

test('messages that are not about the state change nothing', () => {
  const snapshot = emptySnapshot('0.1.0', 1);
  expect(followMessage(snapshot, { kind: 'response', id: 1, result: {} }).kind).toBe('ignored');
});
