import type { Autoscaler } from '../../cluster/snapshot';

/** Bounds and rules as they stand in the spec of an HPA. */
export type AutoscalerRules = Pick<Autoscaler, 'minReplicas' | 'maxReplicas' | 'metrics' | 'behavior'>;

/**
 * What an autoscaler goes by where Coxswain has not changed it, or had not. The triggers of a ScaledObject are no metrics
 * of an HPA: null stands for them.
 */
export function rulesBeforeHandover(autoscaler: Autoscaler): AutoscalerRules {
  const { kind, maxReplicas, handover } = autoscaler;
  const before = handover === null || handover === 'broken' ? autoscaler : handover.original;
  return {
    // Kubernetes' own where it had none.
    minReplicas: before.minReplicas ?? 1,
    maxReplicas,
    metrics: kind === 'hpa' ? before.metrics : null,
    behavior: before.behavior,
  };
}
