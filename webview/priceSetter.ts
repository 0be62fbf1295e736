import type { Timers } from './agentClient';

/** A slider is moved over many values: the agent is told the one on which it rests. */
const REST_MS = 400;

/** Sends the price of a violation once it has been left alone for a moment. */
export class PriceSetter {
  /** On its way; null where the agent has it. */
  pending: { workloadId: string; price: number } | null = null;
  #timer: number | undefined;
  readonly #timers: Timers;
  readonly #send: (workloadId: string, price: number) => Promise<void>;
  readonly #changed: () => void;

  /** `send` resolves when the agent has answered, whatever it said. `changed` is told of each change of `pending`. */
  constructor(
    timers: Timers,
    send: (workloadId: string, price: number) => Promise<void>,
    changed: () => void,
  ) {
    this.#timers = timers;
    this.#send = send;
    this.#changed = changed;
  }

  set(workloadId: string, price: number): void {
    if (this.pending !== null && this.pending.workloadId !== workloadId) void this.#flush();
    this.pending = { workloadId, price };
    if (this.#timer !== undefined) this.#timers.clearTimeout(this.#timer);
    this.#timer = this.#timers.setTimeout(() => void this.#flush(), REST_MS);
    this.#changed();
  }

  async #flush(): Promise<void> {
    if (this.#timer === undefined || this.pending === null) return;
    this.#timers.clearTimeout(this.#timer);
    this.#timer = undefined;
    const sent = this.pending;
    await this.#send(sent.workloadId, sent.price);
    // It may have been moved again meanwhile.
    if (this.pending === sent) this.pending = null;
    this.#changed();
  }
}
