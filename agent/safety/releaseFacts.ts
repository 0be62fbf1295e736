import * as z from 'zod';
import type { ManagedRelease, Release, ReleaseNote } from '../cluster/releases';
import type { Workload } from '../cluster/snapshot';
import { type ReleaseOperation, workloadId } from '../protocol';
import { feedsNobody } from '../tasks/canary/managed/progress';

/** What an operation does to the canary's traffic, where that is more than there is. */
export interface Raise {
  /** Percent that it leads to; null where nobody can tell. */
  to: number | null;
  /** The canary becomes the version that serves everybody. */
  promotes: boolean;
}

/** Whether an operation, or a step of one, only gives traffic back to the stable version. */
export function isReturn(operation: ReleaseOperation): boolean {
  return operation.kind === 'abort' || operation.kind === 'rollback';
}

export function isLowering(operation: ReleaseOperation): boolean {
  return operation.kind === 'weight' && operation.to < operation.from;
}

/** What nothing is written for: Flagger asks, and is answered. */
export function isAnswered(operation: ReleaseOperation): boolean {
  return operation.kind === 'open-gate';
}

/** The note of a release that Coxswain moves, where it can be read. */
export function noteOf(release: Release | undefined): ReleaseNote | null {
  if (release?.operator !== 'coxswain' || release.note === null || release.note === 'broken') return null;
  return release.note;
}

/** A release that Coxswain has begun: it may be taken back in any mode. */
export function carriesNote(release: Release | undefined): release is ManagedRelease {
  return release?.operator === 'coxswain' && release.note !== null;
}

/**
 * Name of the release under way whose canary, or baseline, a workload is; null where it is none's. A Rollout has no
 * workload of its own for its canary.
 */
export function canaryOf(id: string, releases: Iterable<Release>): string | null {
  for (const release of releases) {
    const made = [canaryWorkload(release), baselineWorkload(release)];
    if (made.some((each) => each && workloadId(each.ref) === id)) return release.ref.name;
  }
  return null;
}

function canaryWorkload(release: Release): Workload | null {
  switch (release.operator) {
    case 'coxswain':
      return release.note === null ? null : release.canaryWorkload;
    case 'flagger':
      return release.canary === null ? null : release.target;
    case 'argo-rollouts':
      return null;
  }
}

function baselineWorkload(release: Release): Workload | null {
  return release.operator === 'coxswain' && release.baseline !== null ? release.baselineWorkload : null;
}

/** @returns null where the canary gets no more traffic than it has */
export function raiseOf(release: Release | undefined, operation: ReleaseOperation): Raise | null {
  switch (operation.kind) {
    case 'weight':
      return operation.to > operation.from ? { to: operation.to, promotes: operation.to >= 100 } : null;
    case 'open-gate':
      return { to: operation.to, promotes: operation.gate === 'confirm-promotion' || operation.to >= 100 };
    case 'promote-full':
      return { to: 100, promotes: true };
    case 'promote':
    case 'skip-analysis':
      return release?.operator === 'argo-rollouts'
        ? nextStep(release.spec, release.status)
        : { to: 100, promotes: true };
    // At a pause of its steps Argo Rollouts takes it for a promotion of the step.
    case 'resume':
      return release?.operator === 'argo-rollouts' && isAtPause(release.status)
        ? nextStep(release.spec, release.status)
        : null;
    default:
      return null;
  }
}

/** What a change does to the canary's traffic, be it a step that carries out a weight that is noted; null where that is no more. */
export function raiseIn({
  release,
  operation,
  isStep,
}: {
  release: Release | undefined;
  operation: ReleaseOperation;
  isStep: boolean;
}): Raise | null {
  return isStep ? notedRaise(release) : raiseOf(release, operation);
}

/**
 * A weight that is noted and not set yet. What a person has ordered in so many words stays ordered; a baseline that does
 * not answer loses its traffic before anything is raised.
 */
function notedRaise(release: Release | undefined): Raise | null {
  const note = noteOf(release);
  if (note?.goal !== 'progress' || note.orderedBy !== undefined) return null;
  if (carriesNote(release) && feedsNobody(release)) return null;
  return note.weight > (release?.weight ?? 0) ? { to: note.weight, promotes: note.weight >= 100 } : null;
}

const Step = z.looseObject({
  setWeight: z.number().nullish(),
  pause: z.looseObject({}).nullish(),
  analysis: z.looseObject({}).nullish(),
});
const Spec = z.looseObject({
  strategy: z.looseObject({ canary: z.looseObject({ steps: z.array(Step).nullish() }).nullish() }),
});
const Status = z.looseObject({
  currentStepIndex: z.number().nullish(),
  pauseConditions: z.array(z.unknown()).nullish(),
});

/** What a Rollout does until it stops of itself the next time: at a pause or an analysis, or at its end. */
function nextStep(spec: unknown, status: unknown): Raise {
  const steps = Spec.safeParse(spec).data?.strategy.canary?.steps;
  const index = Status.safeParse(status).data?.currentStepIndex;
  // Blue-green, or without steps: all at once.
  if (!steps || steps.length === 0 || typeof index !== 'number') return { to: 100, promotes: true };
  const ahead = steps.slice(index + 1);
  const stop = ahead.findIndex(({ pause, analysis }) => Boolean(pause) || Boolean(analysis));
  if (stop < 0) return { to: 100, promotes: true };
  const weights = [...steps.slice(0, index + 1), ...ahead.slice(0, stop)].flatMap(
    ({ setWeight }) => setWeight ?? [],
  );
  return { to: weights.at(-1) ?? null, promotes: (weights.at(-1) ?? 0) >= 100 };
}

function isAtPause(status: unknown): boolean {
  return (Status.safeParse(status).data?.pauseConditions ?? []).length > 0;
}
