import type { ReplicasLeft } from '../safety/addedReplicas';

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

  /** @param left what an earlier run has added, where the workload is still as that has left it; else null */
  constructor({ desiredReplicas, readyReplicas }: Replicas, nowMs: number, left: ReplicasLeft | null = null) {
    this.#desired = desiredReplicas;
    this.#base = left !== null && left.replicas === desiredReplicas ? left.base : desiredReplicas;
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

  /** Coxswain asks for `to` replicas. Said before the write, as the watch may show it before the answer comes. */
  scaling(to: number): void {
    this.#ownTarget = to;
  }

  /** Nothing came of it. */
  notScaled(): void {
    this.#ownTarget = null;
  }

  observe({ desiredReplicas, readyReplicas }: Replicas, nowMs: number): void {
    if (desiredReplicas !== this.#desired) {
      this.#desired = desiredReplicas;
      this.#growingSinceMs = nowMs;
      // A change that is not ours is somebody's wish, and what we added is no longer ours to take back.
      if (desiredReplicas !== this.#ownTarget) this.#base = desiredReplicas;
      this.#base = Math.min(this.#base, desiredReplicas);
      this.#ownTarget = null;
    }
    if (readyReplicas >= desiredReplicas) this.#growingSinceMs = null;
  }
}
