import type { Chronicle } from './chronicle';

/** What does not come forward for so long is told of, cluster time. */
const STUCK_AFTER_MS = 600_000;

/** Watches whether a release comes forward: one that does not is told of, once. */
export class Standstill {
  readonly #chronicle: Pick<Chronicle, 'stuck' | 'unstuck'>;
  #sinceMs: number | null = null;

  constructor(chronicle: Pick<Chronicle, 'stuck' | 'unstuck'>) {
    this.#chronicle = chronicle;
  }

  begin(): void {
    this.#sinceMs = null;
  }

  /** @param why it does not; null where it does */
  see(why: string | null, nowMs: number): void {
    if (why === null) {
      this.#sinceMs = null;
      this.#chronicle.unstuck();
      return;
    }
    this.#sinceMs ??= nowMs;
    if (nowMs - this.#sinceMs >= STUCK_AFTER_MS) this.#chronicle.stuck(why);
  }
}
