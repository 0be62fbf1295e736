/** Tells the replicas that people want from those that Coxswain added. */
export class ReplicaHistory {
  #desired: number;
  #base: number;
  #changedAtMs: number;
  #ownTarget: number | null = null;

  constructor(desired: number, nowMs: number) {
    this.#desired = desired;
    this.#base = desired;
    this.#changedAtMs = nowMs;
  }

  /** The wanted number without what Coxswain added. */
  get base(): number {
    return this.#base;
  }

  get changedAtMs(): number {
    return this.#changedAtMs;
  }

  /** Coxswain has asked for `to` replicas; the watch will show it soon. */
  scaled(to: number, nowMs: number): void {
    this.#ownTarget = to;
    this.observe(to, nowMs);
  }

  observe(desired: number, nowMs: number): void {
    if (desired === this.#desired) return;
    this.#desired = desired;
    this.#changedAtMs = nowMs;
    // A change that is not ours is somebody's wish, and what we added is no longer ours to take back.
    if (desired !== this.#ownTarget) this.#base = desired;
    this.#base = Math.min(this.#base, desired);
  }
}
