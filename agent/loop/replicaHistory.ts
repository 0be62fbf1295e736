interface Replicas {
  desiredReplicas: number;
  readyReplicas: number;
}

/** Tells the replicas that people want from those that Coxswain added, and new ones from those that were lost. */
export class ReplicaHistory {
  #desired: number;
  #base: number;
  #growingSinceMs: number | null;
  #ownTarget: number | null = null;

  constructor({ desiredReplicas, readyReplicas }: Replicas, nowMs: number) {
    this.#desired = desiredReplicas;
    this.#base = desiredReplicas;
    this.#growingSinceMs = readyReplicas < desiredReplicas ? nowMs : null;
  }

  /** The wanted number without what Coxswain added. */
  get base(): number {
    return this.#base;
  }

  /** Since when newly wanted replicas are on their way, or null once all have been ready. */
  get growingSinceMs(): number | null {
    return this.#growingSinceMs;
  }

  /** Coxswain has asked for `to` replicas; the watch will show it soon. */
  scaled(to: number): void {
    this.#ownTarget = to;
  }

  observe({ desiredReplicas, readyReplicas }: Replicas, nowMs: number): void {
    if (desiredReplicas !== this.#desired) {
      this.#desired = desiredReplicas;
      this.#growingSinceMs = nowMs;
      // A change that is not ours is somebody's wish, and what we added is no longer ours to take back.
      if (desiredReplicas !== this.#ownTarget) this.#base = desiredReplicas;
      this.#base = Math.min(this.#base, desiredReplicas);
    }
    if (readyReplicas >= desiredReplicas) this.#growingSinceMs = null;
  }
}
