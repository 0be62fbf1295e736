import { SERVICES } from '../../store/resourceTypes';
import { serviceSelector } from '../kinds';
import {
  cancelRun,
  createRun,
  currentRun,
  heedRun,
  needsRun,
  noteRun,
  type RunKind,
  runPhase,
  tidyRuns,
} from './analysis';
import { countPods, finish } from './finish';
import { fastPromotion, isFastRollback, isRollbackWithinWindow, promote } from './promotion';
import type { BlueGreen, RolloutAnalysis } from './rolloutSpec';
import { isFullyPromoted, pauseCondition } from './rolloutStatus';
import { delayed, forgetOldVersions, removeDeadlines, restartPods, scaleLatest } from './scaling';
import { formatSelector } from './selector';
import { isReferenced, serviceHash, switchService } from './services';
import type { Sync } from './sync';
import { HASH_LABEL, total } from './version';

/**
 * One look at a Rollout that switches all traffic at once.
 * Source: `rolloutBlueGreen` in https://github.com/argoproj/argo-rollouts/blob/master/rollout/bluegreen.go
 */
export function syncBlueGreen(sync: Sync, blueGreen: BlueGreen): void {
  pointPreview(sync, blueGreen);
  if (isOtherTemplate(sync)) {
    writeStatus(sync, blueGreen);
    return;
  }
  restartPods(sync);
  scaleVersions(sync, blueGreen);
  pause(sync, blueGreen);
  switchActive(sync, blueGreen);
  analyse(sync, blueGreen);
  writeStatus(sync, blueGreen);
}

function isOtherTemplate({ status, hash }: Sync): boolean {
  return status.currentPodHash !== '' && status.currentPodHash !== hash;
}

function pointPreview(sync: Sync, { previewService }: BlueGreen): void {
  const service = sync.cluster.store.get(SERVICES, sync.namespace, previewService);
  if (service && !sync.isHalted) switchService(sync, service, sync.hash);
}

function scaleVersions(sync: Sync, blueGreen: BlueGreen): void {
  removeDeadlines(sync);
  if (sync.stable) sync.scale(sync.stable, sync.spec.replicas);
  scaleLatest(sync, previewReplicas(sync, blueGreen));
  const isUnsure = sync.status.pauseConditions.some(({ reason }) => reason === 'InconclusiveAnalysisRun');
  for (const version of isUnsure ? [] : sync.others.toReversed()) {
    if (version.wanted === 0 || isReferenced(sync, version.hash)) continue;
    sync.scale(version, delayed(sync, version, sync.spec.replicas));
  }
  forgetOldVersions(sync);
}

function previewReplicas({ spec, status, hash }: Sync, { previewReplicaCount }: BlueGreen): number {
  const { activeSelector, scaleUpPreviewCheckPoint } = status.blueGreen;
  const isActive = activeSelector === '' || activeSelector === hash;
  if (previewReplicaCount === undefined || isActive || status.promoteFull) return spec.replicas;
  const isPaused = spec.paused || status.pauseConditions.length > 0;
  return !isPaused && scaleUpPreviewCheckPoint && status.currentPodHash === hash
    ? spec.replicas
    : previewReplicaCount;
}

/** Whether the pods that are wanted before the switch are there. */
function isReadyForPause(sync: Sync, blueGreen: BlueGreen): boolean {
  const wanted = previewReplicas(sync, blueGreen);
  return sync.latest?.wanted === wanted && sync.latest.available === wanted;
}

/** Nothing is to be waited for: back to what was good, asked for by a person, or nothing serves yet. */
function isFastTracked(sync: Sync, { activeService }: BlueGreen): boolean {
  const active = serviceHash(sync, activeService);
  return isFastRollback(sync) || sync.status.promoteFull || active === '' || active === sync.hash;
}

function pause(sync: Sync, blueGreen: BlueGreen): void {
  const { status, pauses } = sync;
  if (status.abort || sync.isHalted || !isReadyForPause(sync, blueGreen)) return;
  const needsPause = !blueGreen.autoPromotionEnabled || blueGreen.autoPromotionSeconds > 0;
  if (isFastTracked(sync, blueGreen) || status.blueGreen.scaleUpPreviewCheckPoint || !needsPause) {
    pauses.remove('BlueGreenPause');
    return;
  }
  if (!isPreAnalysisDone(sync, blueGreen)) return;
  const condition = pauseCondition(status, 'BlueGreenPause');
  if (!condition) {
    if (!status.controllerPause) pauses.add('BlueGreenPause');
  } else if (isPauseOver(sync, blueGreen)) {
    pauses.remove('BlueGreenPause');
  } else if (blueGreen.autoPromotionSeconds > 0) {
    sync.lookAgainAt(Date.parse(condition.startTime) + blueGreen.autoPromotionSeconds * 1000);
  }
}

function isPreAnalysisDone(sync: Sync, { prePromotionAnalysis }: BlueGreen): boolean {
  return !prePromotionAnalysis || runPhase(currentRun(sync, 'PrePromotion')) === 'Successful';
}

function isPauseOver({ status, pauses, nowMs }: Sync, blueGreen: BlueGreen): boolean {
  if (pauses.hasAdded) return false;
  if (status.blueGreen.scaleUpPreviewCheckPoint) return true;
  const condition = pauseCondition(status, 'BlueGreenPause');
  if (!blueGreen.autoPromotionEnabled) return status.controllerPause && !condition;
  if (blueGreen.autoPromotionSeconds === 0) return true;
  return (
    condition !== undefined &&
    nowMs >= Date.parse(condition.startTime) + blueGreen.autoPromotionSeconds * 1000
  );
}

function switchActive(sync: Sync, blueGreen: BlueGreen): void {
  const service = sync.cluster.store.get(SERVICES, sync.namespace, blueGreen.activeService);
  if (!service || sync.isHalted) return;
  const { latest, stable, spec } = sync;
  if (sync.pauses.isAborted) {
    if (stable) switchService(sync, service, stable.hash);
    return;
  }
  const isSaturated = latest?.wanted === spec.replicas && latest.available === spec.replicas;
  if (!isReadyForPause(sync, blueGreen) || !isSaturated) return;
  const isDue = isPauseOver(sync, blueGreen) && isPreAnalysisDone(sync, blueGreen);
  if (isFastTracked(sync, blueGreen) || isDue || serviceSelector(service)[HASH_LABEL] === undefined) {
    switchService(sync, service, sync.hash);
  }
}

function analyse(sync: Sync, blueGreen: BlueGreen): void {
  const { status, pauses } = sync;
  const known = { pre: currentRun(sync, 'PrePromotion'), post: currentRun(sync, 'PostPromotion') };
  const isOver =
    isFullyPromoted(status) ||
    pauses.isAborted ||
    status.promoteFull ||
    isFastRollback(sync) ||
    status.stableRS === '';
  if (isOver) {
    cancelRun(sync, known.pre);
    cancelRun(sync, known.post);
    tidyRuns(sync, [known.pre, known.post]);
    return;
  }
  const { activeSelector } = status.blueGreen;
  const isSwitched = activeSelector === sync.hash;
  const { prePromotionAnalysis, postPromotionAnalysis } = blueGreen;
  const pre = analysed(
    sync,
    'PrePromotion',
    prePromotionAnalysis,
    !isSwitched && activeSelector !== '' && isReadyForPause(sync, blueGreen),
  );
  const post = analysed(sync, 'PostPromotion', postPromotionAnalysis, isSwitched);
  tidyRuns(sync, [pre, post]);
}

function analysed(sync: Sync, kind: RunKind, analysis: RolloutAnalysis | undefined, isDue: boolean) {
  const known = currentRun(sync, kind);
  if (!analysis || analysis.templates.length === 0 || (!isDue && !known)) return known;
  const isUnsure = sync.status.pauseConditions.some(({ reason }) => reason === 'InconclusiveAnalysisRun');
  const run = isDue && !isUnsure && needsRun(sync, known) ? createRun(sync, kind, analysis) : known;
  if (!isUnsure)
    heedRun(sync, run, kind === 'PrePromotion' ? 'Blue/green pre-promotion' : 'Blue/green post-promotion');
  noteRun(sync, kind, run);
  return run;
}

function writeStatus(sync: Sync, blueGreen: BlueGreen): void {
  const { status } = sync;
  countPods(sync);
  if (isOtherTemplate(sync)) {
    sync.pauses.clear();
    sync.pauses.removeAbort();
    const {
      prePromotionAnalysisRunStatus: _,
      postPromotionAnalysisRunStatus: __,
      ...rest
    } = sync.next.blueGreen;
    sync.next = {
      ...sync.next,
      promoteFull: false,
      restartedAt: sync.spec.restartAt,
      blueGreen: { ...rest, scaleUpPreviewCheckPoint: false },
    };
  }
  if (status.promoteFull || isRollbackWithinWindow(sync)) {
    sync.pauses.clear();
    sync.pauses.removeAbort();
  }
  const activeSelector = serviceHash(sync, blueGreen.activeService);
  const previewSelector = serviceHash(sync, blueGreen.previewService);
  sync.next = { ...sync.next, blueGreen: { ...sync.next.blueGreen, activeSelector, previewSelector } };
  const reason = promotionReason(sync, blueGreen);
  if (reason !== null) promote(sync, reason);
  else if (blueGreen.previewReplicaCount !== undefined) noteCheckPoint(sync, blueGreen);
  const active = sync.byHash(activeSelector);
  const counted = active ? [active] : sync.versions;
  sync.next = {
    ...sync.next,
    HPAReplicas: total(counted, 'created'),
    availableReplicas: total(counted, 'available'),
    readyReplicas: total(counted, 'ready'),
    selector: `${formatSelector(sync.spec.selector)}${active ? `,${HASH_LABEL}=${active.hash}` : ''}`,
  };
  finish(sync);
}

function promotionReason(sync: Sync, { postPromotionAnalysis }: BlueGreen): string | null {
  const { next, stable, pauses } = sync;
  if (!stable || next.blueGreen.activeSelector === '') return 'Initial deploy';
  if (next.blueGreen.activeSelector !== sync.hash) return null;
  const fast = fastPromotion(sync);
  if (fast !== null) return fast;
  if (pauses.isAborted) return null;
  if (postPromotionAnalysis && next.blueGreen.postPromotionAnalysisRunStatus?.status !== 'Successful')
    return null;
  return 'Completed blue-green update';
}

/** From then on the preview gets all its pods. */
function noteCheckPoint(sync: Sync, blueGreen: BlueGreen): void {
  const { status, latest } = sync;
  const isPassed =
    status.blueGreen.scaleUpPreviewCheckPoint ||
    (isPreAnalysisDone(sync, blueGreen) &&
      isPauseOver(sync, blueGreen) &&
      latest?.available === blueGreen.previewReplicaCount);
  sync.next = { ...sync.next, blueGreen: { ...sync.next.blueGreen, scaleUpPreviewCheckPoint: isPassed } };
}
