import type { Clock } from '../clock';
import { type ErrorInfo, toErrorInfo } from '../protocol';

export interface StepPorts {
  clock: Clock;
  /** Between two steps of the same workload, cluster ms. */
  intervalMs: number;
  /** Whose steps are due, asked anew each time. */
  ids(): readonly string[];
  step(id: string): Promise<void>;
  onError(error: ErrorInfo): void;
}

/** How many steps may wait for their metrics at the same time. */
const CONCURRENT_STEPS = 8;

/**
 * Lets each workload step at even intervals, for controllers that reckon in steps. The ticks do not drift: each is a
 * multiple of the interval after the first. A step that is not over when the next is due leaves that out.
 */
export class StepLoop {
  readonly #ports: StepPorts;
  readonly #waiting: string[] = [];
  /** Those that wait, and those that step. */
  readonly #busy = new Set<string>();
  #running = 0;
  #nextMs = 0;
  #isStopped = false;
  #cancel: () => void = () => undefined;

  constructor(ports: StepPorts) {
    this.#ports = ports;
  }

  /** The first step is due at once. */
  start(): void {
    this.#nextMs = this.#ports.clock.nowMs();
    this.#schedule();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
    this.#waiting.length = 0;
  }

  #schedule(): void {
    const { clock, intervalMs } = this.#ports;
    // Also where the clock was set back, nobody waits for longer than a step.
    this.#nextMs = Math.min(this.#nextMs, clock.nowMs() + intervalMs);
    this.#cancel = clock.schedule(this.#nextMs - clock.nowMs(), () => this.#tick());
  }

  #tick(): void {
    const { clock, intervalMs, ids } = this.#ports;
    // A machine that has slept does not make up for the steps that it has missed.
    const missed = Math.max(0, Math.floor((clock.nowMs() - this.#nextMs) / intervalMs));
    this.#nextMs += (missed + 1) * intervalMs;
    this.#schedule();
    for (const id of ids()) {
      if (this.#busy.has(id)) continue;
      this.#busy.add(id);
      this.#waiting.push(id);
    }
    this.#startNext();
  }

  #startNext(): void {
    while (this.#running < CONCURRENT_STEPS && !this.#isStopped) {
      const id = this.#waiting.shift();
      if (id === undefined) return;
      this.#running += 1;
      void this.#step(id);
    }
  }

  async #step(id: string): Promise<void> {
    try {
      await this.#ports.step(id);
    } catch (error) {
      if (!this.#isStopped) this.#ports.onError(toErrorInfo(error));
    } finally {
      this.#busy.delete(id);
      this.#running -= 1;
      this.#startNext();
    }
  }
}
