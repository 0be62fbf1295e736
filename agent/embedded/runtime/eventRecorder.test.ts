import { describe, expect, it } from 'vitest';
import { createObjectStore } from '../store/memoryStore';
import { EVENTS, PODS } from '../store/resourceTypes';
import { EventRecorder } from './eventRecorder';
import { TickClock } from './tickClock';

function setup() {
  const clock = new TickClock(Date.parse('2026-01-01T00:00:00Z'), 1);
  const store = createObjectStore(clock);
  const pod = store.create(PODS, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', namespace: 'shop' },
  });
  return { clock, store, pod, recorder: new EventRecorder(store, clock) };
}

const text = (reason: string) => ({ type: 'Warning', reason, message: 'why', component: 'kubelet' }) as const;

describe('EventRecorder', () => {
  it('counts the same text about the same object', () => {
    const { clock, store, pod, recorder } = setup();
    recorder.record(pod, text('BackOff'));
    clock.advanceTo(clock.nowMs() + 5000);
    recorder.record(pod, text('BackOff'));
    recorder.record(pod, text('Other'));
    const events = store.list(EVENTS, 'shop');
    expect(events.map(({ reason, count }) => [reason, count])).toEqual([
      ['BackOff', 2],
      ['Other', 1],
    ]);
    expect(events[0]).toMatchObject({
      involvedObject: { kind: 'Pod', namespace: 'shop', name: 'a', uid: pod.metadata.uid },
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:00:05Z',
      source: { component: 'kubelet' },
    });
  });

  it('removes what has not recurred for an hour', () => {
    const { clock, store, pod, recorder } = setup();
    const minutes = (count: number) => clock.advanceTo(clock.nowMs() + count * 60_000);
    recorder.record(pod, text('Early'));
    recorder.record(pod, text('Recurring'));
    minutes(30);
    recorder.record(pod, text('Recurring'));
    minutes(31);
    recorder.removeExpired();
    expect(store.list(EVENTS).map(({ reason }) => reason)).toEqual(['Recurring']);
    minutes(30);
    recorder.removeExpired();
    expect(store.list(EVENTS)).toEqual([]);
    recorder.record(pod, text('Early'));
    expect(store.list(EVENTS)[0]?.count).toBe(1);
  });
});
