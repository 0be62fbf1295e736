import type { Fault, JournalEvent } from '../protocol';

type StartedEvent = Extract<JournalEvent, { kind: 'fault-started' }>;
type LastEvent = StartedEvent | { kind: 'fault-ended' | 'warning' };

/** A fault that is over is told apart from news this long: while its object may lie there. */
const KEPT_OVER = 1000;

/** Makes journal rows of what faults do: each start and each end once, also over a restart of the agent. */
export class FaultHistory {
  /** What was recorded last of each fault, by its id. */
  readonly #last = new Map<string, LastEvent>();

  /** @param recorded what the journal says of faults, newest first. */
  constructor(recorded: readonly JournalEvent[]) {
    for (const event of recorded.toReversed()) this.#take(event);
  }

  /** What is to be recorded of a fault as it is now. */
  eventsFor(fault: Fault): JournalEvent[] {
    const events = this.#newEvents(fault);
    for (const event of events) this.#take(event);
    if (fault.state === 'failed' && events.length > 0) this.#keep(fault.id, { kind: 'warning' });
    return events;
  }

  /** The ends of faults that ran when an earlier run of the agent ended, and do not any more. */
  endedUnseen(current: (id: string) => Fault | undefined): JournalEvent[] {
    const over = [...this.#last.values()].flatMap((event) => {
      if (event.kind !== 'fault-started') return [];
      const fault = current(event.faultId);
      return fault === undefined || fault.endedAtMs !== null ? [endOf(event)] : [];
    });
    for (const event of over) this.#take(event);
    return over;
  }

  #newEvents(fault: Fault): JournalEvent[] {
    const last = this.#last.get(fault.id);
    const started = last?.kind === 'fault-started' ? last : null;
    switch (fault.state) {
      case 'starting':
        return [];
      case 'running':
      case 'paused':
      case 'recovering':
        return started ? [] : [startOf(fault)];
      case 'ended':
        if (started) return [endOf(started, fault.text)];
        // It came and went between two looks.
        return last?.kind === 'fault-ended' ? [] : [startOf(fault), endOf(startOf(fault))];
      case 'failed': {
        if (started) return [endOf(started)];
        const text = `a fault could not be injected: ${fault.text}`;
        return last?.kind === 'warning' ? [] : [{ kind: 'warning', workloadId: fault.workloadId, text }];
      }
    }
  }

  #take(event: JournalEvent): void {
    if (event.kind === 'fault-started' || event.kind === 'fault-ended') this.#keep(event.faultId, event);
  }

  #keep(faultId: string, event: LastEvent): void {
    this.#last.delete(faultId);
    this.#last.set(faultId, event);
    if (this.#last.size <= KEPT_OVER) return;
    const [oldest] = [...this.#last].find(([, { kind }]) => kind !== 'fault-started') ?? [];
    if (oldest !== undefined) this.#last.delete(oldest);
  }
}

function startOf({ workloadId, id, kind, text }: Fault): StartedEvent {
  return { kind: 'fault-started', workloadId, faultId: id, faultKind: kind, text };
}

function endOf({ workloadId, faultId, text }: StartedEvent, lastText = text): JournalEvent {
  return { kind: 'fault-ended', workloadId, faultId, text: lastText };
}
