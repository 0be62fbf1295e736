import type { ManagedRelease } from '../../../cluster/releases';
import type { Workload } from '../../../cluster/snapshot';
import type { Config } from '../../../config/schema';
import type { ReversibleChange } from '../../../safety/change';
import { planScale } from '../../heal/plan';

/** Pods of the canary at a weight: its part of the stable version's, never none; or as many as the settings say. */
export function canaryReplicas(
  { workload }: Pick<ManagedRelease, 'workload'>,
  weightPercent: number,
  { canary }: Pick<Config, 'canary'>,
): number {
  return canary.canaryReplicas ?? Math.max(1, Math.ceil((workload.desiredReplicas * weightPercent) / 100));
}

/** Sets the canary's pods; none where an autoscaler does that. */
export function scaleCanary(canary: Workload, wanted: number): ReversibleChange[] {
  if (canary.autoscalers.length > 0 || canary.desiredReplicas === wanted) return [];
  const plan = planScale(canary, canary.desiredReplicas, wanted);
  return plan.kind === 'change' ? [plan.change] : [];
}
