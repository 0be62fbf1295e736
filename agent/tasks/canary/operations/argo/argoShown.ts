import type { ArgoRelease } from '../../../../cluster/releases';
import type { ReleaseOperationKind, ReleasePhase, ReleaseStep } from '../../../../protocol';
import type { Shown } from '../releaseShown';
import { type ArgoObject, type ArgoStep, readArgo } from './argoObject';
import { analysesOf } from './shownAnalyses';

/** A Rollout as `kubectl argo rollouts get rollout` tells of it. */
export function argoShown(release: ArgoRelease): Shown {
  const argo = readArgo(release);
  if (!argo) return { ...NOTHING, status: 'its spec or status is not as Argo Rollouts has them' };
  const phase = phaseOf(argo);
  return {
    phase,
    status: statusOf(argo, phase),
    steps: release.strategy === 'canary' ? stepsOf(argo) : [],
    analyses: analysesOf(release.analysisRuns),
    operations: operationsOf(argo, phase),
    containers: containersOf(release),
    revisions: release.revisions.map(({ revision, images }) => ({ revision, images: [...images] })),
    legacy: null,
  };
}

const NOTHING = {
  phase: 'invalid',
  steps: [],
  analyses: [],
  operations: [],
  containers: [],
  revisions: [],
  legacy: null,
} satisfies Partial<Shown>;

function phaseOf({ status, isPromoted, spec }: ArgoObject): ReleasePhase {
  if (status.phase === undefined) return 'starting';
  if (status.phase === 'Degraded') return 'degraded';
  if (spec.paused && !isPromoted) return 'paused';
  switch (status.phase) {
    case 'Paused':
      return 'paused';
    case 'Healthy':
      return 'idle';
    case 'Progressing':
      if (status.promoteFull) return 'promoting';
      return isPromoted ? 'promoting' : 'progressing';
    default:
      return 'progressing';
  }
}

function statusOf({ status, steps, stepIndex }: ArgoObject, phase: ReleasePhase): string {
  const at =
    steps.length > 0 && (phase === 'progressing' || phase === 'paused')
      ? ` at step ${stepIndex} of ${steps.length}`
      : '';
  const message = status.message ? `: ${PAUSE_WORDS[status.message] ?? status.message}` : '';
  return `${status.phase ?? 'not seen by its controller yet'}${at}${message}`;
}

const PAUSE_WORDS: Readonly<Record<string, string>> = {
  CanaryPauseStep: 'it waits at a pause',
  BlueGreenPause: 'it waits for a promotion',
  InconclusiveAnalysisRun: 'an analysis was inconclusive, and somebody has to decide',
};

function stepsOf({ steps, stepIndex, isPromoted }: ArgoObject): ReleaseStep[] {
  return steps.map((step, index) => ({
    text: stepText(step),
    state: isPromoted || index < stepIndex ? 'done' : index === stepIndex ? 'current' : 'todo',
  }));
}

/** In the words of Argo's own command line, but for units. */
export function stepText(step: ArgoStep): string {
  if (step.setWeight !== undefined) return `set weight ${step.setWeight} %`;
  if (step.pause)
    return step.pause.duration === undefined
      ? 'pause until promoted'
      : `pause ${durationText(step.pause.duration)}`;
  if (step.analysis) {
    const names = (step.analysis.templates ?? []).flatMap(({ templateName }) => templateName ?? []);
    return ['analysis', ...names].join(' ');
  }
  if (step.setCanaryScale) return `set canary scale ${scaleText(step.setCanaryScale)}`;
  if (step.setHeaderRoute) return `route by header ${step.setHeaderRoute.name}`;
  if (step.setMirrorRoute) return `mirror ${step.setMirrorRoute.name}`;
  if (step.plugin) return `plugin ${step.plugin.name}`;
  return step.experiment === undefined ? 'unknown step' : 'experiment';
}

function scaleText({ weight, replicas }: NonNullable<ArgoStep['setCanaryScale']>): string {
  if (replicas !== undefined) return `${replicas} ${replicas === 1 ? 'pod' : 'pods'}`;
  return weight === undefined ? 'by the traffic weight' : `${weight} %`;
}

/** A bare number counts seconds. */
function durationText(duration: string | number): string {
  return /^\d+$/.test(String(duration)) ? `${duration}s` : String(duration);
}

/** In the order of a menu: what hurts least to press by mistake comes where the hand is. */
function operationsOf(
  { spec, status, isPromoted, steps, stepIndex }: ArgoObject,
  phase: ReleasePhase,
): ReleaseOperationKind[] {
  const isUnderWay = !isPromoted && !status.abort;
  const waits = phase === 'paused';
  return [
    ...(isPromoted ? [] : (['rollback'] as const)),
    ...(isUnderWay ? (['promote', 'promote-full', 'abort'] as const) : []),
    ...(isUnderWay && steps[stepIndex]?.analysis ? (['skip-analysis'] as const) : []),
    ...(status.abort ? (['retry'] as const) : []),
    ...(waits ? (['resume'] as const) : spec.paused ? [] : (['pause'] as const)),
    'start',
    'undo',
    'restart',
    ...(spec.paused ? (['reset'] as const) : []),
  ];
}

function containersOf({ canary, stable }: ArgoRelease) {
  return ((canary ?? stable)?.containers ?? []).map(({ name, image }) => ({ name, image }));
}
