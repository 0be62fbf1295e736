import { deletePod } from '../../store/podDeletion';
import { PODS, REPLICA_SETS } from '../../store/resourceTypes';
import { condition, controllerOf, isPodReady } from '../kinds';
import { wantedCounts } from './replicaCounts';
import { abortDelay, scaleDownDelayMs, surgeLimits } from './rolloutSpec';
import { isFullyPromoted } from './rolloutStatus';
import { isReferenced } from './services';
import type { Sync } from './sync';
import { total, type Version } from './version';
import { scaleWorkload } from './workloadRef';

/** How often a restart that waits for pods looks again. */
const RESTART_CHECK_MS = 30_000;

/** Gives the versions of a canary their pods, one kind a look. True where some were scaled. */
export function scaleCanary(sync: Sync): boolean {
  if (sync.isHalted) return false;
  removeDeadlines(sync);
  return scaleStable(sync) || scaleLatest(sync) || scaleOthers(sync);
}

function scaleStable(sync: Sync): boolean {
  const { stable, fleet, status } = sync;
  if (!stable || stable.hash === sync.hash) return false;
  // By the weights before this look: the traffic goes first, the pods follow.
  return sync.scale(stable, wantedCounts(fleet, status.canary.weights).stable);
}

/** Also of a blue-green Rollout, which gives the count itself. */
export function scaleLatest(sync: Sync, count?: number): boolean {
  const { latest, spec } = sync;
  if (!latest) return false;
  if (sync.keepsAborted && !isOverdue(sync, latest)) return false;
  const wanted = sync.keepsAborted ? 0 : (count ?? wantedCounts(sync.fleet, sync.next.canary.weights).latest);
  const scaled = sync.scale(latest, wanted);
  if (latest.revision === 1 && spec.workloadRef?.scaleDown === 'progressively') {
    if (sync.status.phase === 'Healthy') scaleWorkload(sync, 0);
    else if (sync.status.readyReplicas > 0) scaleWorkload(sync, spec.replicas - sync.status.readyReplicas);
  }
  return scaled;
}

/** Whether an aborted version has been kept up for as long as it is to be; plans it where nothing is planned. */
function isOverdue(sync: Sync, latest: Version): boolean {
  if (latest.deadlineMs !== null) {
    if (sync.nowMs >= latest.deadlineMs) return true;
    sync.lookAgainAt(latest.deadlineMs);
  }
  if (latest.desired !== sync.spec.replicas) sync.scale(latest, latest.wanted);
  const { ms } = abortDelay(sync.spec);
  const canServeAll = (sync.stable?.available ?? 0) >= sync.spec.replicas;
  if (latest.deadlineMs === null && ms !== null && canServeAll && latest.wanted > 0) {
    sync.setDeadline(latest, sync.nowMs + ms);
  }
  return false;
}

/** Those that are wanted again are not to be scaled down any more. */
export function removeDeadlines(sync: Sync): void {
  const { latest, stable } = sync;
  const wanted = [...(sync.keepsAborted ? [] : [latest]), stable];
  for (const version of wanted) if (version && version.deadlineMs !== null) sync.setDeadline(version, null);
}

function scaleOthers(sync: Sync): boolean {
  const { spec } = sync;
  const others = sync.others.filter(({ wanted }) => wanted > 0);
  if (others.length === 0) return false;
  let scaled = false;
  // Pods that serve nobody go first: they would hold up the rest.
  for (const version of others) {
    if (version.available < version.wanted) scaled = sync.scale(version, version.available) || scaled;
  }
  let removable = total(sync.versions, 'available') - (spec.replicas - surgeLimits(spec).maxUnavailable);
  for (const version of sync.others.toReversed()) {
    if (version.wanted === 0) continue;
    if (removable <= 0) break;
    const replicas = otherReplicas(sync, version, removable);
    if (replicas === null) continue;
    scaled = sync.scale(version, replicas) || scaled;
    removable -= version.wanted - replicas;
  }
  return scaled;
}

/** Null where traffic may still go there. */
function otherReplicas(sync: Sync, version: Version, removable: number): number | null {
  const canary = sync.spec.strategy.canary;
  if (!canary?.trafficRouting) return Math.max(0, version.wanted - removable);
  if (isReferenced(sync, version.hash)) return null;
  const wasStable = isFullyPromoted(sync.status) || version.deadlineMs !== null;
  // One that was overtaken by the next has no traffic, and need not wait.
  if (!wasStable || canary.dynamicStableScale) return 0;
  return delayed(sync, version, version.wanted);
}

/** As many pods as a version keeps until its deadline, which is planned where there is none. */
export function delayed(sync: Sync, version: Version, kept: number): number {
  const { canary, blueGreen } = sync.spec.strategy;
  const limit = (canary ?? blueGreen)?.scaleDownDelayRevisionLimit ?? Number.POSITIVE_INFINITY;
  const newer = sync.others.filter(
    ({ wanted, deadlineMs, revision }) => wanted > 0 && deadlineMs !== null && revision > version.revision,
  );
  if (newer.length >= limit) return 0;
  const delayMs = scaleDownDelayMs(sync.spec);
  if (version.deadlineMs === null) {
    if (delayMs === 0) return 0;
    sync.setDeadline(version, sync.nowMs + delayMs);
    return version.wanted;
  }
  if (sync.nowMs >= version.deadlineMs) return 0;
  sync.lookAgainAt(version.deadlineMs);
  return kept;
}

/** Old versions beyond `revisionHistoryLimit` go, the oldest first. */
export function forgetOldVersions(sync: Sync): void {
  const others = sync.others.toSorted((a, b) => a.createdAtMs - b.createdAtMs);
  for (const { name, wanted, created } of others.slice(
    0,
    Math.max(0, others.length - sync.spec.revisionHistoryLimit),
  )) {
    if (wanted === 0 && created === 0) sync.cluster.store.delete(REPLICA_SETS, sync.namespace, name);
  }
}

/**
 * Restarts pods that are older than `spec.restartAt`, a few at a time. True where some were: the counts are then out
 * of date.
 */
export function restartPods(sync: Sync): boolean {
  const { restartAt, replicas } = sync.spec;
  if (restartAt === undefined || Date.parse(restartAt) === Date.parse(sync.status.restartedAt ?? ''))
    return false;
  const restartAtMs = Date.parse(restartAt);
  if (sync.nowMs < restartAtMs) {
    sync.lookAgainAt(restartAtMs);
    return false;
  }
  const names = new Set(sync.versions.map(({ name }) => name));
  const pods = sync.cluster.store
    .list(PODS, sync.namespace)
    .filter(
      (pod) => names.has(controllerOf(pod)?.name ?? '') && pod.metadata.deletionTimestamp === undefined,
    );
  const old = pods.filter(({ metadata }) => Date.parse(metadata.creationTimestamp) < restartAtMs);
  const atOnce = Math.max(1, surgeLimits(sync.spec).maxUnavailable);
  const least = Math.max(replicas, total(sync.versions, 'wanted')) - atOnce;
  const available = pods.filter((pod) => isPodReady(pod) && condition(pod, 'Ready') !== undefined).length;
  const restarted = old.slice(0, Math.max(0, available - least));
  for (const { metadata } of restarted) {
    deletePod(sync.cluster.store, sync.cluster.clock, metadata.namespace, metadata.name);
  }
  if (old.length > restarted.length) sync.lookAgainAt(sync.nowMs + RESTART_CHECK_MS);
  else sync.next = { ...sync.next, restartedAt: restartAt };
  return restarted.length > 0;
}
