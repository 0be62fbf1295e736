import type { VersionPods } from '../../../cluster/releases';
import type { Pod } from '../../../cluster/snapshot';

/** Reasons of waiting containers that do not go away by waiting. */
const HOPELESS: ReadonlySet<string> = new Set([
  'ImagePullBackOff',
  'ErrImagePull',
  'ErrImageNeverPull',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
]);
/** A registry may fail once. */
const HOPELESS_AFTER_MS = 30_000;
const MOST_RESTARTS = 3;
/** As Deployments have it (`progressDeadlineSeconds`). */
const NEVER_READY_AFTER_MS = 600_000;

/**
 * Why a canary will not serve, in words; null as long as one of its pods is ready or may become so.
 *
 * @param sinceMs when the release began
 */
export function failedStartOf({ pods }: VersionPods, sinceMs: number, nowMs: number): string | null {
  const alive = pods.filter(({ deletingSinceMs }) => deletingSinceMs === null);
  if (alive.some(({ ready }) => ready)) return null;
  const hopeless = alive.find((pod) => isHopeless(pod, nowMs));
  if (hopeless) return `pod ${hopeless.name} of the canary does not start: ${hopeless.waitingReason}`;
  const crashing = alive.find(({ restarts }) => restarts >= MOST_RESTARTS);
  if (crashing) {
    const why = crashing.lastTermination ? ` (${crashing.lastTermination.reason})` : '';
    return `pod ${crashing.name} of the canary was restarted ${crashing.restarts} times and is not ready${why}`;
  }
  if (nowMs - sinceMs < NEVER_READY_AFTER_MS) return null;
  const since = alive.reduce((latest, pod) => Math.max(latest, pod.readyChangedAtMs), sinceMs);
  return nowMs - since < NEVER_READY_AFTER_MS
    ? null
    : 'no pod of the canary has become ready within ten minutes';
}

function isHopeless({ waitingReason, createdAtMs }: Pod, nowMs: number): boolean {
  return waitingReason !== null && HOPELESS.has(waitingReason) && nowMs - createdAtMs >= HOPELESS_AFTER_MS;
}
