import type { EventRecord } from './model/relations';
import type { RunningFault } from './snapshot';
import type { Sink } from './table';
import type { WatchEvent } from './watch';

/** Kinds of chaos tools by the plural of their resources. */
const PLURALS: Readonly<Record<string, string>> = {
  ChaosEngine: 'chaosengines',
  Workflow: 'workflows',
  Schedule: 'schedules',
};

/** Warnings are short, and those of faults that are long gone are nobody's business. */
const KEPT = 200;

/** The latest warning of a chaos tool about each of its objects: where it selects nothing, only an event tells. */
export class FaultEvents implements Sink<EventRecord> {
  readonly #messages = new Map<string, { atMs: number; message: string }>();
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Empty where there is none. */
  warningOf({ plural, namespace, name }: RunningFault['resource']): string {
    return this.#messages.get(`${namespace}/${plural}/${name}`)?.message ?? '';
  }

  replace(_namespace: string | null, items: readonly EventRecord[]): void {
    for (const item of items) this.#take(item);
  }

  apply({ type, item }: WatchEvent<EventRecord>): void {
    if (type !== 'DELETED') this.#take(item);
  }

  #take({ type, namespace, involved, atMs, message }: EventRecord): void {
    const plural = involved.kind.endsWith('Chaos') ? involved.kind.toLowerCase() : PLURALS[involved.kind];
    if (type !== 'Warning' || plural === undefined) return;
    const key = `${namespace}/${plural}/${involved.name}`;
    const before = this.#messages.get(key);
    if (before && (before.atMs > atMs || before.message === message)) return;
    this.#messages.delete(key);
    this.#messages.set(key, { atMs, message });
    const [oldest] = this.#messages.keys();
    if (this.#messages.size > KEPT && oldest !== undefined) this.#messages.delete(oldest);
    this.#onChange();
  }
}
