import type { Clock } from '../clock';
import type { Workload } from '../cluster/snapshot';
import type { ReversibleChange } from './change';

/** By then the watch has shown the end of a pod, cluster time. */
const SHOWN_WITHIN_MS = 60_000;

/** Pods that faults have ended a moment ago: the watch may still show them as if nothing had happened. */
export class KilledPods {
  readonly #clock: Clock;
  /** When they were ended, by uid. */
  readonly #killed = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A change was done. */
  note({ write }: ReversibleChange): void {
    const endsPod = write.resource.plural === 'pods' && (write.verb === 'delete' || write.verb === 'evict');
    if (endsPod && write.uid !== undefined) this.#killed.set(write.uid, this.#clock.nowMs());
  }

  /** The workload as it will be shown once the watch has caught up. */
  without(workload: Workload): Workload {
    if (this.#killed.size === 0) return workload;
    const pods = workload.pods.map((pod) => {
      const atMs = this.#killed.get(pod.uid);
      return atMs === undefined
        ? pod
        : { ...pod, ready: false, deletingSinceMs: pod.deletingSinceMs ?? atMs };
    });
    return { ...workload, pods };
  }

  /** Forgets those that have been shown by now. */
  tick(): void {
    for (const [uid, atMs] of this.#killed) {
      if (this.#clock.nowMs() - atMs > SHOWN_WITHIN_MS) this.#killed.delete(uid);
    }
  }
}
