import { type DeploymentSpec, resolveShare } from '../kinds';

/** A ReplicaSet as the rollout sees it. */
export interface Revision {
  /** `spec.replicas`. */
  replicas: number;
  available: number;
}

export interface RolloutLimits {
  replicas: number;
  maxSurge: number;
  maxUnavailable: number;
}

/** The limits of a Deployment, rounded as Kubernetes does; both being zero would never get anywhere. */
export function rolloutLimits({ replicas, strategy }: DeploymentSpec): RolloutLimits {
  if (strategy.type === 'Recreate') return { replicas, maxSurge: 0, maxUnavailable: replicas };
  const maxSurge = resolveShare(strategy.rollingUpdate.maxSurge, replicas, 'up');
  const maxUnavailable = resolveShare(strategy.rollingUpdate.maxUnavailable, replicas, 'down');
  return {
    replicas,
    maxSurge,
    maxUnavailable: maxSurge === 0 ? Math.max(1, maxUnavailable) : maxUnavailable,
  };
}

/**
 * The next replica counts of a rolling update, old revisions given from the oldest on: never more than
 * `replicas + maxSurge` pods, never fewer than `replicas - maxUnavailable` available ones by our doing.
 * As in kube-controller-manager (`pkg/controller/deployment/rolling.go`).
 */
export function nextReplicas(
  current: Revision,
  old: readonly Revision[],
  limits: RolloutLimits,
): { current: number; old: number[] } {
  const { replicas, maxSurge, maxUnavailable } = limits;
  if (old.every((revision) => revision.replicas === 0)) return { current: replicas, old: old.map(() => 0) };
  if (current.replicas > replicas)
    return { current: replicas, old: old.map((revision) => revision.replicas) };

  const total = sum([current, ...old], (revision) => revision.replicas);
  const room = Math.max(0, replicas + maxSurge - total);
  const currentNext = Math.min(replicas, current.replicas + room);
  if (currentNext !== current.replicas) {
    return { current: currentNext, old: old.map((revision) => revision.replicas) };
  }
  return { current: currentNext, old: scaleDownOld(current, old, replicas - maxUnavailable) };
}

function scaleDownOld(current: Revision, old: readonly Revision[], minAvailable: number): number[] {
  const total = sum([current, ...old], (revision) => revision.replicas);
  const currentUnavailable = Math.max(0, current.replicas - current.available);
  let removable = Math.max(0, total - minAvailable - currentUnavailable);

  // Pods that serve nobody go first.
  const trimmed = old.map((revision) => {
    const unhealthy = Math.min(Math.max(0, revision.replicas - revision.available), removable);
    removable -= unhealthy;
    return { ...revision, replicas: revision.replicas - unhealthy };
  });

  const available = sum([current, ...trimmed], (revision) => Math.min(revision.available, revision.replicas));
  let spare = Math.max(0, Math.min(removable, available - minAvailable));
  return trimmed.map((revision) => {
    const less = Math.min(revision.replicas, spare);
    spare -= less;
    return revision.replicas - less;
  });
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
