import * as z from 'zod';
import { rolloutArguments } from '../../../tasks/canary/analysis/rolloutArguments';
import { AnalysisSpec, specOfTemplates } from '../../../tasks/canary/analysis/template';
import type { KubeObject, ObjectStore } from '../../objectStore';
import { sameJson } from '../../store/sameJson';
import { controlledBy, controllerOf } from '../kinds';
import { ANALYSIS_RUNS, ANALYSIS_TEMPLATES, CLUSTER_ANALYSIS_TEMPLATES } from './definitions';
import type { RolloutAnalysis } from './rolloutSpec';
import { pauseCondition, type RunReference } from './rolloutStatus';
import { currentStep } from './steps';
import type { Sync } from './sync';
import { HASH_LABEL, REVISION } from './version';

const TYPE_LABEL = 'rollout-type';
const STEP_LABEL = 'step-index';

/** What a run is made for. */
export type RunKind = 'Step' | 'Background' | 'PrePromotion' | 'PostPromotion';

/** Where the status names the run of a kind. */
const REFERENCES = {
  Step: ['canary', 'currentStepAnalysisRunStatus'],
  Background: ['canary', 'currentBackgroundAnalysisRunStatus'],
  PrePromotion: ['blueGreen', 'prePromotionAnalysisRunStatus'],
  PostPromotion: ['blueGreen', 'postPromotionAnalysisRunStatus'],
} as const;

/** What is wrong with a template that is not there. */
export class TemplateNotFound extends Error {}

/** The specs of the templates that are named, with those that they name. Throws TemplateNotFound. */
export function templatesOf(
  store: ObjectStore,
  namespace: string | undefined,
  references: RolloutAnalysis['templates'],
  seen: Set<string> = new Set(),
): AnalysisSpec[] {
  return references.flatMap(({ templateName, clusterScope }) => {
    const kind = clusterScope ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate';
    if (seen.has(`${kind}/${templateName}`)) return [];
    seen.add(`${kind}/${templateName}`);
    const object = clusterScope
      ? store.get(CLUSTER_ANALYSIS_TEMPLATES, undefined, templateName)
      : store.get(ANALYSIS_TEMPLATES, namespace, templateName);
    if (!object) throw new TemplateNotFound(`${kind} '${templateName}' not found`);
    const spec = NestedTemplate.parse(object.spec ?? {});
    return [spec, ...templatesOf(store, namespace, spec.templates, seen)];
  });
}

const TemplateReference = z.object({ templateName: z.string(), clusterScope: z.boolean().default(false) });
const NestedTemplate = AnalysisSpec.extend({ templates: z.array(TemplateReference).default([]) });

/** The run that the status names; undefined where it is gone. */
export function currentRun(sync: Sync, kind: RunKind): KubeObject | undefined {
  const reference = referenceOf(sync, kind);
  return reference ? sync.cluster.store.get(ANALYSIS_RUNS, sync.namespace, reference.name) : undefined;
}

function referenceOf({ status }: Sync, kind: RunKind): RunReference | null | undefined {
  switch (kind) {
    case 'Step':
      return status.canary.currentStepAnalysisRunStatus;
    case 'Background':
      return status.canary.currentBackgroundAnalysisRunStatus;
    case 'PrePromotion':
      return status.blueGreen.prePromotionAnalysisRunStatus;
    case 'PostPromotion':
      return status.blueGreen.postPromotionAnalysisRunStatus;
  }
}

export function runPhase(run: KubeObject | undefined): string {
  return typeof run?.status?.phase === 'string' ? run.status.phase : '';
}

function isEnded(run: KubeObject): boolean {
  return ['Successful', 'Failed', 'Error', 'Inconclusive'].includes(runPhase(run));
}

/** Notes in the status which run is the one of a kind, and tells of a change of its phase. */
export function noteRun(sync: Sync, kind: RunKind, run: KubeObject | undefined): void {
  const before = referenceOf(sync, kind);
  const phase = runPhase(run);
  const message = typeof run?.status?.message === 'string' ? run.status.message : '';
  const reference = run ? { name: run.metadata.name, status: phase, message } : undefined;
  const [part, field] = REFERENCES[kind];
  sync.next = { ...sync.next, [part]: { ...sync.next[part], [field]: reference } };
  const isNews = !before || (before.name === run?.metadata.name && before.status !== phase);
  if (!run || phase === '' || !isNews) return;
  const text = `${kind} Analysis Run '${run.metadata.name}' Status New: '${phase}' Previous: '${before?.status ?? 'NoPreviousStatus'}'`;
  sync.record(`AnalysisRun${phase}`, text, phase === 'Failed' || phase === 'Error' ? 'Warning' : 'Normal');
}

/** What a run that has ended does to the Rollout: an inconclusive one pauses it, a bad one aborts it. */
export function heedRun(sync: Sync, run: KubeObject | undefined, what: string): void {
  const phase = runPhase(run);
  if (phase === 'Inconclusive') sync.pauses.add('InconclusiveAnalysisRun');
  if (phase !== 'Error' && phase !== 'Failed') return;
  const why =
    typeof run?.status?.message === 'string' && run.status.message !== '' ? `: ${run.status.message}` : '';
  sync.pauses.abort(`${what} analysis phase error/failed${why}`);
}

/** Whether there has to be a new run: there is none, or a person has gone on after an inconclusive or an aborted one. */
export function needsRun({ status }: Sync, run: KubeObject | undefined): boolean {
  if (!run) return true;
  const isResumed =
    status.controllerPause &&
    !pauseCondition(status, 'CanaryPauseStep') &&
    !pauseCondition(status, 'BlueGreenPause');
  if (isResumed) return runPhase(run) === 'Inconclusive';
  return Boolean(status.abortedAt);
}

/** Makes a run of templates. Throws AnalysisError and TemplateNotFound where they do not fit. */
export function createRun(sync: Sync, kind: RunKind, analysis: RolloutAnalysis): KubeObject {
  const { cluster, namespace, rollout, latest } = sync;
  const revision = rollout.metadata.annotations?.[REVISION] ?? '';
  const { index } = currentStep(sync.spec, sync.status);
  const infix = { Step: String(index), Background: '', PrePromotion: 'pre', PostPromotion: 'post' }[kind];
  const baseName = [sync.name, sync.hash, revision, ...(infix === '' ? [] : [infix])].join('-');
  const spec = runSpec(sync, analysis);
  const wanted = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisRun',
    metadata: {
      ...(namespace && { namespace }),
      labels: {
        [HASH_LABEL]: latest?.hash ?? sync.hash,
        [TYPE_LABEL]: kind,
        ...(kind === 'Step' && { [STEP_LABEL]: String(index) }),
        ...analysis.analysisRunMetadata.labels,
        ...selectorLabels(sync),
      },
      annotations: { [REVISION]: revision, ...analysis.analysisRunMetadata.annotations },
      ownerReferences: [controlledBy(rollout)],
    },
    spec,
  };
  for (let count = 0; ; count++) {
    const name = count === 0 ? baseName : `${baseName}.${count}`;
    const known = cluster.store.get(ANALYSIS_RUNS, namespace, name);
    if (!known)
      return cluster.store.create(ANALYSIS_RUNS, { ...wanted, metadata: { ...wanted.metadata, name } });
    if (!isEnded(known) && sameJson(known.spec, spec)) return known;
  }
}

function selectorLabels({ spec }: Sync): Record<string, string> {
  return Object.assign({ matchLabels: {} }, spec.selector).matchLabels;
}

function runSpec(sync: Sync, analysis: RolloutAnalysis): Record<string, unknown> {
  const { cluster, namespace, rollout, latest, stable } = sync;
  const args = rolloutArguments(analysis.args, {
    rollout,
    latestHash: latest?.hash ?? '',
    stableHash: stable?.hash ?? '',
  });
  const { dryRun, measurementRetention } = analysis;
  const { terminate: _, ...spec } = specOfTemplates(
    templatesOf(cluster.store, namespace, analysis.templates),
    {
      args,
      dryRun,
      measurementRetention,
    },
  );
  return Object.fromEntries(
    Object.entries(spec).filter(([, list]) => Array.isArray(list) && list.length > 0),
  );
}

/** Ends a run that nobody waits for any more. */
export function cancelRun({ cluster, namespace }: Sync, run: KubeObject | undefined): void {
  if (!run || isEnded(run) || run.spec?.terminate === true) return;
  cluster.store.update(ANALYSIS_RUNS, namespace, run.metadata.name, (draft) => {
    draft.spec = { ...draft.spec, terminate: true };
  });
}

/** Ends all runs but the current ones, and forgets the oldest of those that have ended. */
export function tidyRuns(sync: Sync, current: readonly (KubeObject | undefined)[]): void {
  const names = new Set(current.map((run) => run?.metadata.name));
  const { store } = sync.cluster;
  const others = store
    .list(ANALYSIS_RUNS, sync.namespace)
    .filter((run) => controllerOf(run)?.uid === sync.rollout.metadata.uid && !names.has(run.metadata.name));
  for (const run of others) cancelRun(sync, run);
  const hashes = new Set(sync.versions.map(({ hash }) => hash));
  const { successfulRunHistoryLimit, unsuccessfulRunHistoryLimit } = sync.spec.analysis;
  const left = { good: successfulRunHistoryLimit, bad: unsuccessfulRunHistoryLimit };
  const newestFirst = others.toSorted(
    (a, b) => Number(b.metadata.resourceVersion) - Number(a.metadata.resourceVersion),
  );
  for (const run of newestFirst) {
    const which = runPhase(run) === 'Successful' ? 'good' : 'bad';
    const isKept =
      hashes.has(run.metadata.labels?.[HASH_LABEL] ?? '') && (!isEnded(run) || left[which]-- > 0);
    if (!isKept) store.delete(ANALYSIS_RUNS, sync.namespace, run.metadata.name);
  }
}

/** Step and background analysis of a canary. */
export function analyseCanary(sync: Sync, isCancelled: boolean): void {
  const canary = sync.spec.strategy.canary;
  const known = [currentRun(sync, 'Step'), currentRun(sync, 'Background')];
  if (isCancelled || !canary) {
    for (const run of known) cancelRun(sync, run);
    noteRun(sync, 'Step', undefined);
    noteRun(sync, 'Background', undefined);
    tidyRuns(sync, known);
    return;
  }
  const step = stepRun(sync, known[0]);
  const background = backgroundRun(sync, known[1]);
  noteRun(sync, 'Step', step);
  noteRun(sync, 'Background', background);
  tidyRuns(sync, [step, background]);
}

function stepRun(sync: Sync, run: KubeObject | undefined): KubeObject | undefined {
  const { status } = sync;
  if (status.pauseConditions.length > 0 || status.abort) return run;
  const { step, index } = currentStep(sync.spec, status);
  const isOfAnother = run !== undefined && run.metadata.labels?.[STEP_LABEL] !== String(index);
  if (!step?.analysis || step.analysis.templates.length === 0 || isOfAnother) {
    cancelRun(sync, run);
    return undefined;
  }
  if (needsRun(sync, run)) return createRun(sync, 'Step', step.analysis);
  heedRun(sync, run, 'Step-based');
  return run;
}

function backgroundRun(sync: Sync, run: KubeObject | undefined): KubeObject | undefined {
  const { status, spec } = sync;
  const analysis = spec.strategy.canary?.analysis;
  if (!analysis || analysis.templates.length === 0) {
    cancelRun(sync, run);
    return undefined;
  }
  const { index } = currentStep(spec, status);
  const isEarly = analysis.startingStep !== undefined && index !== null && index < analysis.startingStep;
  if (status.stableRS === '' || status.currentPodHash === '' || isEarly) return undefined;
  if (pauseCondition(status, 'InconclusiveAnalysisRun')) return run;
  if (needsRun(sync, run)) return createRun(sync, 'Background', analysis);
  heedRun(sync, run, 'Background');
  return run;
}
