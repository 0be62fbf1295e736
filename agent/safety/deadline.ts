/** A time that several things share, so that all that is tried within it ends with it. */
export class Deadline {
  readonly #endMs: number;
  readonly #monotonicMs: () => number;

  /** @param totalMs ms of wall time from now on */
  constructor(totalMs: number, monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
    this.#endMs = monotonicMs() + totalMs;
  }

  /** Never below 0. */
  leftMs(): number {
    return Math.max(0, this.#endMs - this.#monotonicMs());
  }
}
