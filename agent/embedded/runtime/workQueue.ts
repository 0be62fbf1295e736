/** Keys of objects to look at, each at most once, some only from a certain time on. */
export class WorkQueue {
  readonly #dueAtMs = new Map<string, number>();
  #earliestMs = Number.POSITIVE_INFINITY;

  /** Asks for a look at `key`, at once or at `atMs`; the earlier of two requests counts. */
  add(key: string, atMs = 0): void {
    const planned = this.#dueAtMs.get(key);
    if (planned !== undefined && planned <= atMs) return;
    this.#dueAtMs.set(key, atMs);
    this.#earliestMs = Math.min(this.#earliestMs, atMs);
  }

  /** Takes out the keys that are due, in the order in which they came. */
  takeDue(nowMs: number): readonly string[] {
    if (nowMs < this.#earliestMs) return NOTHING;
    const due: string[] = [];
    this.#earliestMs = Number.POSITIVE_INFINITY;
    for (const [key, atMs] of this.#dueAtMs) {
      if (atMs <= nowMs) due.push(key);
      else this.#earliestMs = Math.min(this.#earliestMs, atMs);
    }
    for (const key of due) this.#dueAtMs.delete(key);
    return due;
  }
}

const NOTHING: readonly string[] = [];
