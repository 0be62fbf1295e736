import { type Action, describeAction } from '../protocol';

/** A refused action is not proposed again sooner: the same "no" every few seconds would bury the journal. */
const REFUSAL_PAUSE_MS = 15_000;
/** An action that could not be carried out is tried again after twice, four times … the pause, but at most this. */
const MAX_FAILURE_PAUSE_MS = 600_000;

/** What was refused last of one workload, until when it is not proposed again, and how often it failed in a row. */
export class Refusals {
  #last: { action: string; untilMs: number; failures: number } | null = null;

  isResting(action: Action, nowMs: number): boolean {
    return this.#last?.action === describeAction(action) && nowMs < this.#last.untilMs;
  }

  refused(action: Action, atMs: number, how: 'denied' | 'failed'): void {
    const text = describeAction(action);
    const before = this.#last?.action === text ? this.#last.failures : 0;
    const failures = how === 'failed' ? before + 1 : before;
    const pauseMs =
      how === 'failed' ? Math.min(MAX_FAILURE_PAUSE_MS, REFUSAL_PAUSE_MS * 2 ** failures) : REFUSAL_PAUSE_MS;
    this.#last = { action: text, untilMs: atMs + pauseMs, failures };
  }

  /** Something was carried out. */
  forget(): void {
    this.#last = null;
  }
}
