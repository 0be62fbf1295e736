/** What tells one piece of work to stop. Disposed of when the work is over, so that nothing of it stays. */
export interface WorkSignal extends Disposable {
  readonly signal: AbortSignal;
  /** Its time was over before the work was. */
  readonly isLate: boolean;
}

/**
 * A signal that is aborted with any of those that it follows, for their reason, and after a time limit.
 *
 * In place of `AbortSignal.any` and `AbortSignal.timeout`: Node 22 and 24 keep what those make while one lives that they
 * follow (nodejs/node#54614, #64476), and an agent makes millions of requests on behalf of signals that live as long
 * as it does.
 *
 * @param follows those that are undefined are left out
 * @param timeoutMs wall time; none where absent
 */
export function workSignal(follows: readonly (AbortSignal | undefined)[], timeoutMs?: number): WorkSignal {
  return new FollowingSignal(
    follows.filter((each) => each !== undefined),
    timeoutMs,
  );
}

class FollowingSignal implements WorkSignal {
  readonly #controller = new AbortController();
  readonly #follows: readonly AbortSignal[];
  readonly #timer: NodeJS.Timeout | undefined;
  #isLate = false;

  constructor(follows: readonly AbortSignal[], timeoutMs: number | undefined) {
    this.#follows = follows;
    for (const each of follows) each.addEventListener('abort', this.#abort, { once: true });
    this.#abort();
    if (timeoutMs !== undefined) this.#timer = setTimeout(() => this.#beLate(), timeoutMs).unref();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isLate(): boolean {
    return this.#isLate;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    for (const each of this.#follows) each.removeEventListener('abort', this.#abort);
  }

  readonly #abort = (): void => {
    const aborted = this.#follows.find((each) => each.aborted);
    if (aborted) this.#controller.abort(aborted.reason);
  };

  #beLate(): void {
    this.#isLate = !this.signal.aborted;
    this.#controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
  }
}
