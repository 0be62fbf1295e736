import type { ManagedRelease } from '../../../cluster/releases';
import type { Workload } from '../../../cluster/snapshot';
import type { Config } from '../../../config/schema';
import type { ReversibleChange } from '../../../safety/change';
import { planScale } from '../../heal/plan';

/**
 * Pods of the canary at a weight, or for the copies that it gets before its first: its part of the stable version's, never
 * none; or as many as the settings say.
 */
export function canaryReplicas(
  release: Pick<ManagedRelease, 'workload' | 'note'>,
  weightPercent: number,
  { canary }: Pick<Config, 'canary'>,
): number {
  const percent = mirrorAt(release, weightPercent) ?? weightPercent;
  return canary.canaryReplicas ?? Math.max(1, Math.ceil((wholeOf(release) * percent) / 100));
}

/** Percent of the requests that are copied to the canary at a weight; null for none, as after its first traffic. */
export function mirrorAt({ note }: Pick<ManagedRelease, 'note'>, weightPercent: number): number | null {
  return note === null || note === 'broken' || weightPercent > 0 ? null : (note.mirrorPercent ?? null);
}

/**
 * Pods that all of the traffic needs: an autoscaler leaves the stable version those for its part of it. No more than it
 * may have, whatever the note says.
 */
function wholeOf({ workload, note }: Pick<ManagedRelease, 'workload' | 'note'>): number {
  const { autoscalers, desiredReplicas } = workload;
  if (autoscalers.length === 0 || note === null || note === 'broken') return desiredReplicas;
  const mostPods = Math.max(...autoscalers.map(({ maxReplicas }) => maxReplicas));
  return Math.max(desiredReplicas, Math.min(note.stablePods ?? 0, mostPods));
}

/** Pods of the baseline: as many as the canary has, or is to have where its number is ours. */
export function baselineReplicas(
  release: Pick<ManagedRelease, 'workload' | 'note' | 'canaryWorkload' | 'settings'>,
  weightPercent: number,
  config: Pick<Config, 'canary'>,
): number {
  const { settings, canaryWorkload } = release;
  const isOwn = settings !== 'broken' && settings.deployment === undefined;
  if (canaryWorkload && (!isOwn || canaryWorkload.autoscalers.length > 0))
    return Math.max(1, canaryWorkload.desiredReplicas);
  return canaryReplicas(release, weightPercent, config);
}

/** Sets the pods of the canary, or the baseline; none where an autoscaler does that. */
export function scaleCanary(canary: Workload, wanted: number): ReversibleChange[] {
  if (canary.autoscalers.length > 0 || canary.desiredReplicas === wanted) return [];
  const plan = planScale(canary, canary.desiredReplicas, wanted);
  return plan.kind === 'change' ? [plan.change] : [];
}
