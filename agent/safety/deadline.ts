/** A time that several things share, so that all that is tried within it ends with it. */
export class Deadline {
  readonly #endMs: number;
  readonly #monotonicMs: () => number;

  /** @param totalMs ms of wall time from now on */
  constructor(totalMs: number, monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
    this.#endMs = monotonicMs() + totalMs;
  }

  /** Whole milliseconds, as timers take them. Never below 0. */
  leftMs(): number {
    return Math.max(0, Math.floor(this.#endMs - this.#monotonicMs()));
  }

  /** A part of what is left, for one of so many things; never below 1, which a timer needs. */
  shareMs(parts: number): number {
    return Math.max(1, Math.floor(this.leftMs() / parts));
  }
}
