import type { Sync } from './sync';
import { scaleWorkload } from './workloadRef';

/** Whether what is wanted is an older version than the stable one, with few in between. */
export function isRollbackWithinWindow(sync: Sync): boolean {
  const { latest, stable, versions, spec } = sync;
  if (!latest || !stable || latest.createdAtMs >= stable.createdAtMs) return false;
  const between = versions.filter(
    ({ createdAtMs }) => createdAtMs < stable.createdAtMs && createdAtMs > latest.createdAtMs,
  );
  return between.length < spec.rollbackWindow.revisions;
}

/** Back to a version that may be trusted without all steps: stable, one within the window, or one that is still up. */
export function isFastRollback(sync: Sync): boolean {
  const { latest, stable, spec, status, nowMs } = sync;
  if (!latest || !stable) return false;
  if (latest.hash === status.stableRS || isRollbackWithinWindow(sync)) return true;
  const isOlder = latest.createdAtMs < stable.createdAtMs;
  return isOlder && Boolean(spec.strategy.blueGreen) && (latest.deadlineMs ?? 0) > nowMs;
}

/** Why an update may be promoted whatever its steps say; null where it may not. */
export function fastPromotion(sync: Sync): string | null {
  if (sync.status.promoteFull) return 'Full promotion requested';
  if (!isFastRollback(sync)) return null;
  return isRollbackWithinWindow(sync) ? 'Rollback within window' : 'Fast rollback';
}

/** Makes the wanted version the stable one. */
export function promote(sync: Sync, reason: string): void {
  const { status, latest, hash } = sync;
  sync.pauses.clear();
  sync.pauses.removeAbort();
  const revision = latest?.revision ?? 0;
  if (status.stableRS !== hash) {
    sync.record('RolloutCompleted', `Rollout completed update to revision ${revision} (${hash}): ${reason}`);
  }
  sync.next = {
    ...sync.next,
    promoteFull: false,
    stableRS: hash,
    blueGreen: { ...sync.next.blueGreen, scaleUpPreviewCheckPoint: false },
  };
  const leavesWorkload = sync.spec.workloadRef?.scaleDown === 'onsuccess';
  if (leavesWorkload && revision === 1 && status.phase === 'Healthy') scaleWorkload(sync, 0);
}
