import type { ArgoRelease } from '../../../../cluster/releases';
import type { ArgoObject } from './argoObject';

/**
 * What `kubectl argo rollouts` sends for a command: a merge patch of the status subresource first, then one of the
 * object, each only where it is needed (argoproj/argo-rollouts 1.9, pkg/kubectl-argo-rollouts/cmd).
 */
export interface ArgoPatches {
  status: Readonly<Record<string, unknown>> | null;
  spec: Readonly<Record<string, unknown>> | null;
}

/** `promote`: past the pause or the step where it is. */
export function promotePatches({ spec, status, steps, stepIndex }: ArgoObject): ArgoPatches {
  const unpause = spec.paused ? { paused: false } : null;
  const isPausedByIt = (status.pauseConditions ?? []).length > 0;
  const next = Math.min(stepIndex + 1, steps.length);
  const isInconclusive = status.canary?.currentStepAnalysisRunStatus?.status === 'Inconclusive';
  if (isInconclusive && isPausedByIt && status.controllerPause) {
    const past =
      steps.length > 0 ? { pauseConditions: null, controllerPause: false, currentStepIndex: next } : null;
    return { status: past, spec: unpause };
  }
  if (isPausedByIt) return { status: { pauseConditions: null }, spec: unpause };
  // In the middle of an analysis, or between two steps.
  return {
    status: steps.length > 0 ? { pauseConditions: null, currentStepIndex: next } : null,
    spec: unpause,
  };
}

/** `promote --full`: without analyses, pauses and steps. */
export function promoteFullPatches({ spec, isPromoted }: ArgoObject): ArgoPatches {
  return { status: isPromoted ? null : { promoteFull: true }, spec: spec.paused ? { paused: false } : null };
}

export const abortPatches = (): ArgoPatches => ({ status: { abort: true }, spec: null });
export const retryPatches = (): ArgoPatches => ({ status: { abort: false }, spec: null });
export const pausePatches = (): ArgoPatches => ({ status: null, spec: { paused: true } });
/** What the UI of Argo Rollouts sends; the command line has only promote. */
export const resumePatches = (): ArgoPatches => ({ status: null, spec: { paused: false } });

/** `restart`: pods made before this time are made anew. */
export function restartPatches(nowMs: number): ArgoPatches {
  return { status: null, spec: { restartAt: new Date(nowMs).toISOString().replace(/\.\d{3}Z$/, 'Z') } };
}

/** `undo`: the revision before the newest, or the one that is named; undefined where there is none. */
export function revisionToRestore(
  { revisions }: Pick<ArgoRelease, 'revisions'>,
  toRevision: number | undefined,
): ArgoRelease['revisions'][number] | undefined {
  if (toRevision !== undefined) return revisions.find(({ revision }) => revision === toRevision);
  return revisions.toSorted((a, b) => b.revision - a.revision)[1];
}
