import { REPLICA_SETS } from '../../store/resourceTypes';
import { condition as replicaSetCondition } from '../kinds';
import { FINDINGS, type Finding, withCondition, without } from './conditions';
import { phaseOf } from './phase';
import {
  conditionOf,
  type RolloutCondition,
  RolloutStatus,
  type RolloutStatus as Status,
} from './rolloutStatus';
import { currentStep, isUnlimitedStep } from './steps';
import type { Sync } from './sync';
import { total } from './version';

/** Pauses, conditions and phase follow from the rest of the status, which is then written. */
export function finish(sync: Sync): void {
  const { status, rollout, nowMs } = sync;
  sync.next = { ...sync.next, observedGeneration: String(rollout.metadata.generation ?? 0) };
  abortWhereLate(sync);
  sync.next = { ...sync.next, ...sync.pauses.fields(nowMs) };
  sync.next = { ...sync.next, conditions: [...conditionsOf(sync)] };
  sync.next = { ...sync.next, ...phaseOf(sync.spec, sync.next) };
  sync.write(sync.next);
  tellOfPause(sync, status);
  lookAgainAtDeadline(sync);
}

/** The fields that every look counts anew. */
export function countPods(sync: Sync): void {
  const { versions, latest, hash, status } = sync;
  const isSame = status.currentPodHash === hash;
  sync.next = {
    ...sync.next,
    currentPodHash: hash,
    replicas: total(versions, 'created'),
    updatedReplicas: latest?.created ?? 0,
    readyReplicas: total(versions, 'ready'),
    availableReplicas: total(versions, 'available'),
    promoteFull: hash !== status.stableRS && status.promoteFull && isSame,
    conditions: [...without(sync.next.conditions, 'InvalidSpec')],
  };
}

/** A status that only changes by what is wrong with the Rollout. */
export function finishInvalid(sync: Pick<Sync, 'spec' | 'rollout' | 'nowMs' | 'write'>, why: string): void {
  const before = RolloutStatus.parse(sync.rollout.status ?? {});
  const message = `The Rollout "${sync.rollout.metadata.name}" is invalid: ${why}`;
  const isSame = conditionOf(before, 'InvalidSpec')?.message === message;
  const others = isSame ? before.conditions : without(before.conditions, 'InvalidSpec');
  const next = {
    ...before,
    observedGeneration: String(sync.rollout.metadata.generation ?? 0),
    conditions: [...withCondition(others, FINDINGS.invalid(message), sync.nowMs)],
  };
  sync.write({ ...next, ...phaseOf(sync.spec, next) });
}

/**
 * Says in the conditions that the Rollout is paused, goes on, or is tried again, before anything is done about it.
 * True where that changed something: the rest is for the next look.
 */
export function notePauses(sync: Sync): boolean {
  const { status, spec, rollout, nowMs } = sync;
  if (status.observedGeneration !== String(rollout.metadata.generation ?? 0)) return false;
  const progressing = conditionOf(status, 'Progressing');
  const wasAborted = progressing?.reason === 'RolloutAborted';
  const isPaused = status.pauseConditions.length > 0 || spec.paused;
  const findings: Finding[] = [];
  if (isPaused !== (progressing?.reason === 'RolloutPaused') && !wasAborted && !isPromoted(status)) {
    findings.push(
      isPaused
        ? FINDINGS.progressing('Unknown', 'RolloutPaused', 'Rollout is paused')
        : FINDINGS.progressing('Unknown', 'RolloutResumed', 'Rollout is resumed'),
    );
  }
  if (!status.abort && wasAborted) {
    findings.push(FINDINGS.progressing('Unknown', 'RolloutRetry', 'Retrying Rollout after abort'));
  }
  const wasPaused = conditionOf(status, 'Paused')?.status === 'True';
  if (isPaused !== wasPaused && !wasAborted) findings.push(FINDINGS.paused(isPaused));
  const conditions = findings.reduce<readonly RolloutCondition[]>(
    (list, finding) => withCondition(list, finding, nowMs),
    status.conditions,
  );
  if (conditions === status.conditions || findings.length === 0) return false;
  if (findings.every(({ reason }) => reason === 'RolloutResumed') && progressing === undefined) return false;
  const next = { ...status, conditions: [...conditions] };
  sync.write({ ...next, ...phaseOf(spec, next) });
  return true;
}

function isPromoted({ stableRS, currentPodHash }: Status): boolean {
  return stableRS !== '' && stableRS === currentPodHash;
}

/** All pods are updated and available, nothing else is left. */
function isHealthy({ spec, status, rollout }: Sync, next: Status): boolean {
  const { replicas, strategy } = spec;
  const { canary, blueGreen } = strategy;
  const { activeSelector, previewSelector } = next.blueGreen;
  const isDone = canary
    ? (canary.steps.length === 0 || (next.currentStepIndex ?? canary.steps.length) === canary.steps.length) &&
      isPromoted(next) &&
      next.replicas === replicas
    : activeSelector === next.currentPodHash &&
      (!blueGreen?.previewService || previewSelector === next.currentPodHash);
  return (
    isDone &&
    next.updatedReplicas === replicas &&
    next.availableReplicas === replicas &&
    status.observedGeneration === String(rollout.metadata.generation ?? 0)
  );
}

/** Whether anything has moved since the last look. */
function hasProgressed({ status, spec }: Sync, next: Status): boolean {
  const old = (each: Status) => each.replicas - each.updatedReplicas;
  const moved = spec.strategy.canary
    ? next.stableRS !== status.stableRS ||
      (next.currentStepIndex ?? null) !== (status.currentStepIndex ?? null) ||
      next.currentStepHash !== status.currentStepHash
    : next.blueGreen.activeSelector !== status.blueGreen.activeSelector ||
      next.blueGreen.previewSelector !== status.blueGreen.previewSelector;
  return (
    moved ||
    next.updatedReplicas !== status.updatedReplicas ||
    old(next) < old(status) ||
    next.readyReplicas > status.readyReplicas ||
    next.availableReplicas > status.availableReplicas
  );
}

/** Since the last progress; null where the deadline does not count. */
function deadlineAtMs({ spec, status, others }: Sync, next: Status): number | null {
  const progressing = conditionOf(next, 'Progressing');
  const { step } = currentStep(spec, status);
  const isUncounted =
    isUnlimitedStep(step) ||
    conditionOf(status, 'Paused')?.status === 'True' ||
    others.some(({ deadlineMs }) => deadlineMs !== null);
  if (!progressing || isUncounted) return null;
  if (progressing.reason === 'RolloutAborted' || progressing.reason === 'RolloutPaused') return null;
  return Date.parse(progressing.lastUpdateTime) + spec.progressDeadlineSeconds * 1000;
}

function isLate(sync: Sync, next: Status): boolean {
  const deadlineMs = deadlineAtMs(sync, next);
  const isKnown = conditionOf(next, 'Progressing')?.reason === 'ProgressDeadlineExceeded';
  return deadlineMs !== null && (isKnown || sync.nowMs >= deadlineMs);
}

function timedOutText({ latest, name }: Sync): string {
  return latest
    ? `ReplicaSet "${latest.name}" has timed out progressing.`
    : `Rollout "${name}" has timed out progressing.`;
}

function abortWhereLate(sync: Sync): void {
  const { spec, next, pauses } = sync;
  if (!spec.progressDeadlineAbort || pauses.isAborted || isPromoted(next)) return;
  if (hasProgressed(sync, next) || !isLate(sync, next)) return;
  pauses.abort(timedOutText(sync));
  sync.record('RolloutAborted', timedOutText(sync), 'Warning');
}

function conditionsOf(sync: Sync): readonly RolloutCondition[] {
  const { spec, next, nowMs, status } = sync;
  const isPaused = next.pauseConditions.length > 0 || spec.paused;
  const healthy = isHealthy(sync, next);
  const wasHealthy = conditionOf(status, 'Healthy');
  let list: readonly RolloutCondition[] = next.conditions;
  const set = (finding: Finding): boolean => {
    const after = withCondition(list, finding, nowMs);
    const changed = after !== list;
    list = after;
    return changed;
  };
  const isWell = healthy && !isPaused;
  const turnedBad = (isWell || wasHealthy) && set(FINDINGS.healthy(isWell)) && !isWell;
  list = sync.pauses.isAborted
    ? abortedList(sync, list)
    : progressingList(sync, list, healthy, turnedBad === true);
  set(FINDINGS.available(isServing(sync)));
  list = withReplicaFailure(sync, list);
  if (set(FINDINGS.completed(isPromoted(next))) && !isPromoted(next)) {
    const revision = sync.latest?.revision ?? 0;
    sync.record(
      'RolloutNotCompleted',
      `Rollout not completed, started update to revision ${revision} (${next.currentPodHash})`,
    );
  }
  return list;
}

function isServing(sync: Sync): boolean {
  const { spec, next } = sync;
  if (spec.strategy.canary) return total(sync.versions, 'available') >= spec.replicas;
  const active = sync.byHash(next.blueGreen.activeSelector);
  return active !== undefined && active.wanted === spec.replicas && active.available === spec.replicas;
}

function abortedList(sync: Sync, list: readonly RolloutCondition[]): readonly RolloutCondition[] {
  const { abortMessage } = sync.pauses;
  const revision = sync.latest?.revision ?? 0;
  const why = abortMessage === '' ? '' : `: ${abortMessage}`;
  const message = `Rollout aborted update to revision ${revision}${why}`;
  const after = withCondition(list, FINDINGS.progressing('False', 'RolloutAborted', message), sync.nowMs);
  if (after !== list) sync.record('RolloutAborted', message, 'Warning');
  return after;
}

function progressingList(
  sync: Sync,
  list: readonly RolloutCondition[],
  healthy: boolean,
  turnedBad: boolean,
): readonly RolloutCondition[] {
  const { next, nowMs } = sync;
  const name = sync.latest?.name ?? '';
  const set = (finding: Finding) => withCondition(list, finding, nowMs);
  if (healthy) {
    const message = `ReplicaSet "${name}" has successfully progressed.`;
    return set(FINDINGS.progressing('True', 'NewReplicaSetAvailable', message));
  }
  if (hasProgressed(sync, next) || turnedBad) {
    const before = conditionOf(next, 'Progressing');
    const finding =
      isPromoted(next) && turnedBad
        ? FINDINGS.progressing('True', 'ReplicaSetNotAvailable', 'Rollout does not have minimum availability')
        : FINDINGS.progressing('True', 'ReplicaSetUpdated', `ReplicaSet "${name}" is progressing.`);
    // Its time counts as that of the last progress.
    const fresh = withCondition(without(list, 'Progressing'), finding, nowMs);
    if (before?.status !== 'True') return fresh;
    return fresh.map((each) =>
      each.type === 'Progressing' ? { ...each, lastTransitionTime: before.lastTransitionTime } : each,
    );
  }
  if (!isLate(sync, next)) return list;
  return set(FINDINGS.progressing('False', 'ProgressDeadlineExceeded', timedOutText(sync)));
}

/** That pods cannot be made, as the ReplicaSet says it. */
function withReplicaFailure(sync: Sync, list: readonly RolloutCondition[]): readonly RolloutCondition[] {
  const { store } = sync.cluster;
  const [latest, ...others] = [sync.latest, ...sync.versions].flatMap((version) => {
    const replicaSet = version && store.get(REPLICA_SETS, sync.namespace, version.name);
    const found = replicaSet && replicaSetCondition(replicaSet, 'ReplicaFailure');
    return found?.status === 'True' ? [found] : [];
  });
  const failure = latest ?? others[0];
  if (!failure) return without(list, 'ReplicaFailure');
  const { reason, message } = failure;
  const finding: Finding = {
    type: 'ReplicaFailure',
    status: 'True',
    reason: String(reason ?? ''),
    message: String(message ?? ''),
  };
  return withCondition(list, finding, sync.nowMs);
}

function tellOfPause(sync: Sync, before: Status): void {
  const [pause] = sync.next.pauseConditions;
  const wasPaused = before.pauseConditions.length > 0;
  if (pause && !wasPaused) sync.record('RolloutPaused', `Rollout is paused (${pause.reason})`);
  if (!pause && wasPaused && !sync.next.abort) sync.record('RolloutResumed', 'Rollout is resumed');
}

function lookAgainAtDeadline(sync: Sync): void {
  const { next, nowMs } = sync;
  if (isHealthy(sync, next) || next.abort) return;
  const deadlineMs = deadlineAtMs(sync, next);
  if (deadlineMs !== null && deadlineMs > nowMs) sync.lookAgainAt(deadlineMs);
}
