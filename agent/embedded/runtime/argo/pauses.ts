import { rfc3339 } from '../../store/timestamp';
import type { PauseReason, RolloutStatus } from './rolloutStatus';

/** What one look at a Rollout changes of its pauses and its abort; written all at once at the end. */
export class PauseChanges {
  readonly #before: RolloutStatus;
  readonly #added: PauseReason[] = [];
  readonly #removed: PauseReason[] = [];
  #areCleared = false;
  #abort: 'added' | 'removed' | null = null;
  #abortMessage = '';

  constructor(before: RolloutStatus) {
    this.#before = before;
  }

  add(reason: PauseReason): void {
    this.#added.push(reason);
  }

  remove(reason: PauseReason): void {
    this.#removed.push(reason);
  }

  clear(): void {
    this.#areCleared = true;
  }

  abort(message: string): void {
    if (this.#abort !== 'removed') this.#abort = 'added';
    this.#abortMessage = message;
  }

  removeAbort(): void {
    this.#abort = 'removed';
  }

  get hasAdded(): boolean {
    return this.#added.length > 0;
  }

  get isAborted(): boolean {
    return this.#abort === 'added' || (this.#abort === null && this.#before.abort);
  }

  get abortMessage(): string {
    return this.#abortMessage;
  }

  /** The fields of the status that this is about. */
  fields(nowMs: number): Pick<RolloutStatus, 'abort' | 'abortedAt' | 'controllerPause' | 'pauseConditions'> {
    const now = rfc3339(nowMs);
    const running = { abort: false, abortedAt: undefined, controllerPause: false, pauseConditions: [] };
    if (this.isAborted) return { ...running, abort: true, abortedAt: this.#before.abortedAt ?? now };
    if (this.#areCleared) return running;
    const known = this.#before.pauseConditions;
    const added = this.#added
      .filter((reason) => !known.some((condition) => condition.reason === reason))
      .map((reason) => ({ reason, startTime: now }));
    const kept = known.filter(({ reason }) => !this.#removed.some((removed) => removed === reason));
    const pauseConditions = [...kept, ...added];
    if (pauseConditions.length === 0) return running;
    return { ...running, controllerPause: this.#before.controllerPause || added.length > 0, pauseConditions };
  }
}
