import type { PodFacts } from '../facts';

/**
 * How long a pod may be unready, and its node not ready, before another pod takes its place: a pause for garbage
 * collection, a probe that has failed now and then, a kubelet that starts anew are over by then. As in the tuned
 * settings of the simulation (`unreadySeconds`), where nothing between 0 and 90 s makes a difference.
 */
export const UNREADY_PATIENCE_MS = 10_000;

/**
 * Why a pod is left to Kubernetes for now; null where its replacement is worth it. A container that has ended once is
 * started again at once by the kubelet, sooner than any new pod: only one that ends again, for which the kubelet waits,
 * cannot stay up. One that does not come back is unready a minute later.
 *
 * @param nowMs cluster time
 */
export function whyLeftAlone({ condition }: PodFacts, nowMs: number): string | null {
  if (condition.kind === 'crashing' && !condition.repeats) {
    return `its container has ended (${condition.reason}) and the kubelet starts it again`;
  }
  if (condition.kind !== 'unready') return null;
  const forMs = nowMs - condition.sinceMs;
  if (forMs >= UNREADY_PATIENCE_MS) return null;
  const what = condition.lostNode === null ? 'it' : condition.lostNode;
  return `${what} has not been ready for ${(forMs / 1000).toFixed(0)} s only, of ${UNREADY_PATIENCE_MS / 1000} s that it is given`;
}
