import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { workSignal } from './workSignal';

describe('the signal of a piece of work', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is aborted with the first that it follows, for the same reason', () => {
    const [first, second] = [new AbortController(), new AbortController()];
    using work = workSignal([first.signal, undefined, second.signal], 1000);
    expect(work.signal.aborted).toBe(false);
    second.abort('enough');
    first.abort('too late');
    vi.advanceTimersByTime(2000);
    expect(work.signal.reason).toBe('enough');
    expect(work.isLate).toBe(false);
  });

  it('is aborted from the start where one is that it follows', () => {
    using work = workSignal([new AbortController().signal, AbortSignal.abort('over')]);
    expect(work.signal.reason).toBe('over');
  });

  it('is aborted when its time is over', () => {
    using work = workSignal([new AbortController().signal], 1000);
    vi.advanceTimersByTime(999);
    expect(work.isLate).toBe(false);
    vi.advanceTimersByTime(1);
    expect(work.isLate).toBe(true);
    expect(work.signal.reason).toMatchObject({ name: 'TimeoutError' });
  });

  it('leaves nothing on what it follows, and no timer, once the work is over', () => {
    const { signal } = new AbortController();
    for (let index = 0; index < 100; index += 1) {
      using work = workSignal([signal], 1000);
      work.signal.addEventListener('abort', () => undefined);
    }
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
