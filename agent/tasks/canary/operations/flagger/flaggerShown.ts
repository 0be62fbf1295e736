import type { FlaggerRelease } from '../../../../cluster/releases';
import type { ReleaseOperationKind, ReleasePhase, ReleaseStep } from '../../../../protocol';
import type { Shown } from '../releaseShown';
import { type FlaggerObject, readFlagger } from './flaggerObject';

/** A Canary of Flagger, by what its status says. */
export function flaggerShown(release: FlaggerRelease): Shown {
  const flagger = readFlagger(release);
  const empty = { analyses: [], revisions: [], legacy: null };
  if (!flagger) {
    const status = 'its spec or status is not as Flagger has them';
    return { ...empty, phase: 'invalid', status, steps: [], operations: [], containers: [] };
  }
  const phase = phaseOf(flagger);
  return {
    ...empty,
    phase,
    status: statusOf(flagger),
    steps: stepsOf(flagger, phase),
    operations: operationsOf(flagger, phase),
    containers: (release.target?.containers ?? []).map(({ name, image }) => ({ name, image })),
  };
}

/** https://docs.flagger.app/usage/how-it-works#canary-status */
const PHASES: Readonly<Record<string, ReleasePhase>> = {
  '': 'starting',
  Initializing: 'starting',
  Initialized: 'idle',
  Waiting: 'paused',
  Progressing: 'progressing',
  WaitingPromotion: 'paused',
  Promoting: 'promoting',
  Finalising: 'promoting',
  Succeeded: 'succeeded',
  Failed: 'failed',
  Terminating: 'idle',
  Terminated: 'idle',
};

function phaseOf({ spec, status }: FlaggerObject): ReleasePhase {
  const phase = PHASES[status.phase] ?? 'progressing';
  return spec.suspend && phase === 'progressing' ? 'paused' : phase;
}

function statusOf({ spec, status, threshold }: FlaggerObject): string {
  const promoted = (status.conditions ?? []).find(({ type }) => type === 'Promoted');
  const checks = status.failedChecks > 0 ? `, ${status.failedChecks} of ${threshold} failed checks` : '';
  const message = promoted?.message ? `: ${promoted.message}` : '';
  return `${status.phase || 'not seen by Flagger yet'}${spec.suspend ? ', suspended' : ''}${checks}${message}`;
}

function stepsOf({ weights, status, spec }: FlaggerObject, phase: ReleasePhase): ReleaseStep[] {
  const isOver = phase === 'succeeded' || phase === 'promoting';
  const stateOf = (isDone: boolean, isCurrent: boolean) =>
    isOver || isDone ? ('done' as const) : isCurrent ? ('current' as const) : ('todo' as const);
  if (weights.length > 0) {
    const isUnderWay = phase === 'progressing' || phase === 'paused';
    return [
      ...weights.map((weight) => ({
        text: `weight ${weight} %`,
        state: stateOf(
          isUnderWay && weight < status.canaryWeight,
          isUnderWay && weight === status.canaryWeight,
        ),
      })),
      { text: 'promotion', state: phase === 'promoting' ? 'current' : stateOf(false, false) },
    ];
  }
  const iterations = spec.analysis?.iterations ?? 0;
  return Array.from({ length: iterations }, (_, index) => ({
    text: `check ${index + 1}`,
    state: stateOf(index < status.iterations, phase === 'progressing' && index === status.iterations),
  }));
}

function operationsOf({ spec }: FlaggerObject, phase: ReleasePhase): ReleaseOperationKind[] {
  const isUnderWay = phase === 'progressing' || phase === 'paused';
  return [
    ...(isUnderWay ? (['rollback', 'abort', 'promote', 'skip-analysis'] as const) : []),
    ...(phase === 'failed' ? (['retry'] as const) : []),
    ...(spec.suspend ? (['resume'] as const) : isUnderWay ? (['pause'] as const) : []),
    'start',
    'undo',
    'restart',
    ...(spec.skipAnalysis || spec.suspend ? (['reset'] as const) : []),
  ];
}
