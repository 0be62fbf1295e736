import { analyseCanary } from './analysis';
import { countPods, finish } from './finish';
import { fastPromotion, isFastRollback, isRollbackWithinWindow, promote } from './promotion';
import { hasWantedCounts } from './replicaCounts';
import { type Canary, pauseMs } from './rolloutSpec';
import { isFullyPromoted, pauseCondition } from './rolloutStatus';
import { forgetOldVersions, restartPods, scaleCanary } from './scaling';
import { formatSelector } from './selector';
import { pointService } from './services';
import { currentStep, stepHash, stepText } from './steps';
import type { Sync } from './sync';
import { previousHash, routeTraffic } from './traffic';
import { total } from './version';

/**
 * One look at a Rollout with steps. Each part does what it can and leaves the rest to the next look.
 * Source: `rolloutCanary` in https://github.com/argoproj/argo-rollouts/blob/master/rollout/canary.go
 */
export function syncCanary(sync: Sync, canary: Canary): void {
  if (isNewUpdate(sync)) {
    writeStatus(sync, canary);
    return;
  }
  if (restartPods(sync)) return;
  forgetOldVersions(sync);
  pointServices(sync, canary);
  routeTraffic(sync, canary);
  analyseCanary(sync, isAnalysisOver(sync));
  if (!sync.pauses.hasAdded && !scaleCanary(sync)) waitAtPause(sync);
  writeStatus(sync, canary);
}

/** Another template than at the last look, or other steps. */
function isNewUpdate({ status, spec, hash }: Sync): boolean {
  const isOtherTemplate = status.currentPodHash !== '' && status.currentPodHash !== hash;
  return status.currentStepHash !== stepHash(spec) || isOtherTemplate;
}

function isAnalysisOver(sync: Sync): boolean {
  const { status, pauses } = sync;
  return (
    isFullyPromoted(status) ||
    pauses.isAborted ||
    status.promoteFull ||
    isFastRollback(sync) ||
    status.stableRS === ''
  );
}

function pointServices(sync: Sync, canary: Canary): void {
  const { stable, latest } = sync;
  pointService(sync, canary.stableService, stable, true);
  if (sync.pauses.isAborted) {
    // With a router the weight goes first, and takes the Service along: see `routeTraffic`.
    if (!canary.trafficRouting) pointService(sync, canary.canaryService, stable, true);
  } else if (previousHash(sync, canary) === null) {
    pointService(sync, canary.canaryService, latest, true);
  }
}

/** Pauses at a pause, and asks for a look when it is over. */
function waitAtPause(sync: Sync): void {
  const { status, spec } = sync;
  if (spec.paused || status.promoteFull || sync.pauses.isAborted) return;
  const { step } = currentStep(spec, status);
  if (!step?.pause) return;
  const condition = pauseCondition(status, 'CanaryPauseStep');
  if (!condition) {
    if (!status.controllerPause) sync.pauses.add('CanaryPauseStep');
    return;
  }
  const durationMs = pauseMs(step.pause);
  if (durationMs !== null) sync.lookAgainAt(Date.parse(condition.startTime) + durationMs);
}

function writeStatus(sync: Sync, canary: Canary): void {
  const { spec, status } = sync;
  const stepCount = canary.steps.length;
  countPods(sync);
  sync.next = {
    ...sync.next,
    HPAReplicas: total(sync.versions, 'created'),
    selector: formatSelector(spec.selector),
    currentStepHash: stepHash(spec),
  };
  if (isNewUpdate(sync)) {
    beginUpdate(sync, stepCount);
  } else if (promoteWhereDone(sync, stepCount)) {
    // Nothing is left to do.
  } else if (sync.pauses.isAborted) {
    if (stepCount > 0) sync.next.currentStepIndex = isFullyPromoted(sync.next) ? stepCount : 0;
  } else {
    advance(sync, status.promoteFull || isRollbackWithinWindow(sync), stepCount);
  }
  finish(sync);
}

function beginUpdate(sync: Sync, stepCount: number): void {
  sync.pauses.clear();
  sync.pauses.removeAbort();
  const { latest, status } = sync;
  const backToStable = latest !== undefined && latest.hash === status.stableRS;
  const backToActive = latest !== undefined && isRollbackWithinWindow(sync) && latest.available > 0;
  if (stepCount > 0 && backToStable) sync.record('SkipSteps', 'Rollback to stable ReplicaSets');
  else if (stepCount > 0 && backToActive) {
    sync.record('SkipSteps', 'Rollback to active ReplicaSets within RollbackWindow');
  }
  sync.next = {
    ...sync.next,
    promoteFull: false,
    restartedAt: sync.spec.restartAt,
    currentStepIndex: stepCount === 0 ? undefined : backToStable || backToActive ? stepCount : 0,
    canary: {
      ...sync.next.canary,
      currentStepAnalysisRunStatus: undefined,
      currentBackgroundAnalysisRunStatus: undefined,
    },
  };
}

function promoteWhereDone(sync: Sync, stepCount: number): boolean {
  const { status, latest, spec } = sync;
  if (status.promoteFull || isRollbackWithinWindow(sync)) {
    sync.pauses.clear();
    sync.pauses.removeAbort();
  }
  const isAtEnd = stepCount === 0 || currentStep(spec, status).index === stepCount;
  const isReady = latest !== undefined && latest.available >= spec.replicas && !sync.pauses.isAborted;
  const reason = !sync.stable
    ? 'Initial deploy'
    : isReady
      ? (fastPromotion(sync) ?? (isAtEnd ? `Completed all ${stepCount} canary steps` : null))
      : null;
  if (reason === null) return false;
  promote(sync, reason);
  sync.next.currentStepIndex = stepCount > 0 ? stepCount : undefined;
  return true;
}

function advance(sync: Sync, isFast: boolean, stepCount: number): void {
  const { spec, status } = sync;
  const { step, index } = currentStep(spec, status);
  if (isFast || index === null) {
    sync.next.currentStepIndex = stepCount > 0 ? stepCount : undefined;
    return;
  }
  sync.next.currentStepIndex = index;
  if (!step || !isStepDone(sync)) return;
  sync.next.currentStepIndex = index + 1;
  sync.next.canary = { ...sync.next.canary, currentStepAnalysisRunStatus: undefined };
  sync.record('RolloutStepCompleted', `Rollout step ${index + 1}/${stepCount} completed (${stepText(step)})`);
  sync.pauses.remove('CanaryPauseStep');
}

function isStepDone(sync: Sync): boolean {
  const { spec, status, next } = sync;
  const { step } = currentStep(spec, status);
  if (spec.paused || !step) return false;
  if (step.pause) return isPauseOver(sync, pauseMs(step.pause));
  if (step.setCanaryScale || step.setWeight !== undefined)
    return hasWantedCounts(sync.fleet, next.canary.weights);
  if (step.analysis) return next.canary.currentStepAnalysisRunStatus?.status === 'Successful';
  return Boolean(step.setHeaderRoute || step.setMirrorRoute);
}

/** A person has taken the condition away, or the time is up. */
function isPauseOver({ status, nowMs }: Sync, durationMs: number | null): boolean {
  const condition = pauseCondition(status, 'CanaryPauseStep');
  if (status.controllerPause && !condition) return true;
  return (
    condition !== undefined && durationMs !== null && nowMs >= Date.parse(condition.startTime) + durationMs
  );
}
