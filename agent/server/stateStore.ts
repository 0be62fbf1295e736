import { type AgentSnapshot, applyDelta, type Change, type Delta } from '../protocol';

/** Changes are gathered this long (wall time), so that a burst becomes one message. */
const BATCH_MS = 50;

/** The state that all views show: a snapshot, and the deltas that follow it. */
export class StateStore {
  #snapshot: AgentSnapshot;
  #pending: Change[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  readonly #listeners = new Set<(delta: Delta) => void>();

  constructor(initial: AgentSnapshot) {
    this.#snapshot = initial;
  }

  /** The state with all changes in it. What was pending is sent first, so that the next delta follows on it. */
  get snapshot(): AgentSnapshot {
    this.flush();
    return this.#snapshot;
  }

  publish(change: Change): void {
    if (this.#isClosed) return;
    this.#pending.push(change);
    this.#timer ??= setTimeout(() => this.flush(), BATCH_MS);
  }

  subscribe(listener: (delta: Delta) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  /** Sends what is pending now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending.length === 0) return;
    const delta: Delta = { sequence: this.#snapshot.sequence + 1, changes: latestOnly(this.#pending) };
    this.#pending = [];
    this.#snapshot = applyDelta(this.#snapshot, delta) ?? this.#snapshot;
    for (const listener of this.#listeners) listener(delta);
  }
}

/** Of several states of one workload within a batch only the last is worth sending. */
function latestOnly(changes: readonly Change[]): Change[] {
  const last = new Map<string, Change>();
  for (const change of changes) {
    if (change.kind === 'workload') last.set(change.workload.id, change);
  }
  return changes.filter((change) => change.kind !== 'workload' || last.get(change.workload.id) === change);
}
