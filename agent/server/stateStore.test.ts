import { afterEach, describe, expect, it, vi } from 'vitest';
import { type AgentSnapshot, applyDelta, emptySnapshot } from '../protocol';
import { StateStore } from './stateStore';

const START = emptySnapshot('1.0.0', 1);

function row(seq: number) {
  return {
    kind: 'activity' as const,
    row: { seq, atMs: seq, hash: '', event: { kind: 'agent-stopped' as const, why: '' } },
  };
}

describe('the state that views show', () => {
  afterEach(() => vi.useRealTimers());

  it('is the same for who follows the deltas and for who asks anew at any time', () => {
    vi.useFakeTimers();
    const store = new StateStore(START);
    let followed: AgentSnapshot | null = store.snapshot;
    store.subscribe((delta) => {
      followed = followed && applyDelta(followed, delta);
    });
    store.publish(row(1));
    vi.advanceTimersByTime(100);
    store.publish(row(2));
    store.publish({ kind: 'reset', snapshot: { ...START, mode: 'auto', activity: [row(7).row] } });
    store.publish(row(8));
    const asked = store.snapshot;
    expect(asked.activity.map(({ seq }) => seq)).toEqual([7, 8]);
    store.publish(row(9));
    vi.advanceTimersByTime(100);
    expect(followed).toEqual(store.snapshot);
    expect(store.snapshot.sequence).toBe(asked.sequence + 1);
  });

  it('sends nothing any more once it is closed', () => {
    vi.useFakeTimers();
    const store = new StateStore(START);
    const listener = vi.fn();
    store.subscribe(listener);
    store.close();
    store.publish(row(1));
    vi.advanceTimersByTime(100);
    expect(listener).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});
