import type { Autoscaler } from '../../cluster/snapshot';
import type { Config } from '../../config/schema';
import type { WorkloadRef } from '../../protocol';

export interface ReplicaBounds {
  min: number;
  /** Below `min` where the settings contradict each other: then no number is allowed. */
  max: number;
}

/** How many replicas the scaler may want: what the settings and the autoscaler both allow, and never none. */
export function scaleBounds(config: Config, ref: WorkloadRef, autoscaler: Autoscaler): ReplicaBounds {
  const settings = config.workloads[`${ref.namespace}/${ref.name}`]?.scale;
  const minimum = settings?.minReplicas ?? config.scale.minReplicas;
  const maximum = settings?.maxReplicas ?? config.scale.maxReplicas;
  return {
    min: Math.max(1, minimum, originalMinimum(autoscaler)),
    max: Math.min(maximum, autoscaler.maxReplicas),
  };
}

/** While it is advised, its own minimum is what the scaler has made of it. */
function originalMinimum({ handover, minReplicas }: Autoscaler): number {
  if (handover === null || handover === 'broken' || handover.how === 'own') return minReplicas;
  return handover.original.minReplicas ?? minReplicas;
}
