import type { AnalysisRunObject } from '../../../../cluster/releases';
import type { Analysis } from '../../../../protocol';
import { RunStatus } from '../../analysis/runStatus';
import { shownAnalysis } from '../../analysis/shown';
import { AnalysisSpec } from '../../analysis/template';

/** The analysis runs of a release, newest first, with their queries as they were asked. */
export function analysesOf(runs: readonly AnalysisRunObject[]): Analysis[] {
  return runs.map(analysisOf);
}

function analysisOf({ name, labels, createdAtMs, spec, status }: AnalysisRunObject): Analysis {
  const parsed = AnalysisSpec.safeParse(spec);
  const state = RunStatus.safeParse(status ?? {});
  const where = whereOf(labels);
  if (!parsed.success || !state.success) {
    const message = 'its spec or status is not as Argo Rollouts has them';
    return { name, phase: 'Error', message, where, startedAtMs: createdAtMs, metrics: [] };
  }
  return shownAnalysis({ name, where, spec: parsed.data, status: state.data }, createdAtMs);
}

/** By the labels that Argo puts on a run. */
function whereOf(labels: Readonly<Record<string, string>>): string {
  const type = labels['rollout-type'] ?? '';
  const index = labels['step-index'];
  if (type === 'Step' && index !== undefined) return `step ${Number(index) + 1}`;
  return WHERE[type] ?? type;
}

const WHERE: Readonly<Record<string, string>> = {
  Step: 'step',
  Background: 'background',
  PrePromotion: 'pre-promotion',
  PostPromotion: 'post-promotion',
};
