import type { Clock } from '../../clock';

/** The embedded cluster's own time: it stands still within a tick, so that everything in it agrees. */
export class TickClock implements Clock {
  readonly rate: number;
  #nowMs: number;

  constructor(startMs: number, rate: number) {
    this.#nowMs = startMs;
    this.rate = rate;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  advanceTo(nowMs: number): void {
    this.#nowMs = nowMs;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const timer = setTimeout(callback, Math.max(0, delayMs / this.rate));
    return () => clearTimeout(timer);
  }
}
