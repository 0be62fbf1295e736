import type { EventRecord } from './model/relations';
import type { Workload } from './snapshot';
import type { Sink } from './table';
import type { WatchEvent } from './watch';

export type WorkloadEvent = Workload['events'][number];

const KEPT = 20;

interface EventLogOptions {
  /** The id of the workload that an event speaks of; null where it is none of ours. */
  workloadOf(event: EventRecord): string | null;
  /** @param alarming it warns of something that has just happened */
  onChange(workloadId: string, alarming: boolean): void;
}

/** The latest events of each workload. That the API server forgets an event after an hour is no reason to. */
export class EventLog implements Sink<EventRecord> {
  readonly #options: EventLogOptions;
  readonly #byWorkload = new Map<string, EventRecord[]>();

  constructor(options: EventLogOptions) {
    this.#options = options;
  }

  /** Newest last, at most 20. */
  eventsOf(workloadId: string): readonly WorkloadEvent[] {
    return (this.#byWorkload.get(workloadId) ?? []).map(({ atMs, type, reason, message, involved }) => ({
      atMs,
      type,
      reason,
      message,
      object: `${involved.kind}/${involved.name}`,
    }));
  }

  forget(workloadId: string): void {
    this.#byWorkload.delete(workloadId);
  }

  replace(_namespace: string | null, items: readonly EventRecord[]): void {
    // What a list says may be an hour old.
    for (const item of items) this.#take(item, false);
  }

  apply({ type, item }: WatchEvent<EventRecord>): void {
    if (type !== 'DELETED') this.#take(item, item.type === 'Warning');
  }

  /** An event that happens again is the same object with a later time. */
  #take(event: EventRecord, alarming: boolean): void {
    const id = this.#options.workloadOf(event);
    if (id === null) return;
    const others = (this.#byWorkload.get(id) ?? []).filter(({ uid }) => uid !== event.uid);
    const position = others.findLastIndex(({ atMs }) => atMs <= event.atMs) + 1;
    this.#byWorkload.set(id, others.toSpliced(position, 0, event).slice(-KEPT));
    this.#options.onChange(id, alarming);
  }
}
