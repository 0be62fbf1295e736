import type { Action } from '../../../protocol';
import type { HealFacts } from '../facts';
import { isOutlier } from './worstPod';

/** How long a workload is known to be uneven after a restart that did not change that; cluster time. */
const REMEMBERED_MS = 3_600_000;

/**
 * Keeps preventive restarts, those of a pod that stands out of a workload that is well, from going on for ever. In
 * training all pods are alike, so that one that holds more memory or works harder is about to fail. Live it may be the
 * leader of its siblings, and after its restart another one stands out in its place: a workload that is well after the
 * restart, as before, looks like a success each time. So only pods that stood out already when the first one was
 * restarted are restarted too; one that begins to afterwards shows that this is how the workload is.
 */
export class Prevention {
  readonly #outlierFactor: () => number;
  #latest: HealFacts | null = null;
  /** UIDs of the pods that stood out when one of them was restarted. */
  #stoodOut: ReadonlySet<string> = new Set();
  #restartedAtMs = Number.NEGATIVE_INFINITY;

  constructor(outlierFactor: () => number) {
    this.#outlierFactor = outlierFactor;
  }

  /** Takes in a look. @param facts of a workload that is well, null where it is not */
  look(facts: HealFacts | null): void {
    this.#latest = facts;
  }

  /** Why the pod of a workload that is well is not restarted; null where it may be. */
  whyNot(podUid: string, nowMs: number): string | null {
    if (nowMs - this.#restartedAtMs >= REMEMBERED_MS || this.#stoodOut.has(podUid)) return null;
    return 'another pod was restarted for the same within the hour, and now this one stands out: the workload is uneven';
  }

  /** An action was carried out after the latest look. */
  acted(action: Action, atMs: number): void {
    const facts = this.#latest;
    if (action.kind !== 'restart-pod' || facts === null) return;
    const outliers = facts.pods.filter((pod) => isOutlier(pod, facts, this.#outlierFactor()));
    if (atMs - this.#restartedAtMs >= REMEMBERED_MS) {
      this.#stoodOut = new Set([action.podUid, ...outliers.map(({ uid }) => uid)]);
    }
    this.#restartedAtMs = atMs;
  }
}
