import type {
  Analysis,
  AnalysisMeasurement,
  AnalysisMetric,
  AnalysisPhase,
  ReleaseState,
} from '../../agent/protocol';
import { formatAge, formatTime } from '../../agent/protocol/format';
import { metricCounts } from '../../webview/model/analyses';
import { escapedMarkdown as escaped, fenced } from './markdown';
import { type Icon, type TreeNode, treeNode } from './treeNode';

const PHASE_ICONS: Record<AnalysisPhase, Icon> = {
  Pending: { id: 'watch' },
  Running: { id: 'sync', colour: 'charts.blue' },
  Successful: { id: 'pass', colour: 'testing.iconPassed' },
  Failed: { id: 'error', colour: 'testing.iconFailed' },
  Error: { id: 'bracket-error', colour: 'testing.iconErrored' },
  Inconclusive: { id: 'question', colour: 'list.warningForeground' },
};

/** Analyses → metrics → measurements, newest first. */
export function analysisNodes({ id, analyses }: ReleaseState, nowMs: number): TreeNode[] {
  return analyses.toReversed().map((analysis) => analysisNode(id, analysis, nowMs));
}

function analysisNode(releaseId: string, analysis: Analysis, nowMs: number): TreeNode {
  const { name, phase, message, where, startedAtMs, metrics } = analysis;
  const isBad = phase === 'Failed' || phase === 'Error' || phase === 'Inconclusive';
  return treeNode({
    id: `release/${releaseId}/analysis/${name}`,
    label: name,
    description: [where, phase, isBad ? message : ''].filter(Boolean).join(' · '),
    tooltip: [`Analysis ${name}: ${phase}`, message, where, `Begun ${formatAge(nowMs - startedAtMs)} ago`]
      .filter(Boolean)
      .join('\n'),
    icon: PHASE_ICONS[phase],
    context: 'analysis',
    target: { releaseId, analysis: name },
    open: isBad ? 'expanded' : 'collapsed',
    children: () => metrics.map((metric) => metricNode(releaseId, name, metric)),
  });
}

function metricNode(releaseId: string, analysis: string, metric: AnalysisMetric): TreeNode {
  const { name, phase, measurements, query, dryRun, message } = metric;
  const value = measurements.at(-1)?.value;
  const id = `release/${releaseId}/analysis/${analysis}/${name}`;
  return treeNode({
    id,
    label: name,
    description: [value || 'no value', phase, dryRun ? 'dry run' : '', message].filter(Boolean).join(' · '),
    tooltip: { markdown: metricTooltip(metric) },
    icon: PHASE_ICONS[phase],
    context: query === '' ? 'metric' : 'metric.query',
    target: { releaseId, analysis, metric: name },
    open: measurements.length === 0 ? 'leaf' : 'collapsed',
    children: () => measurements.toReversed().map((measurement) => measurementNode(id, measurement)),
  });
}

/** The query with all arguments filled in, what was asked of its result, and how it went, as Markdown. */
export function metricTooltip(metric: AnalysisMetric): string {
  const { name, phase, message, provider, query, condition, dryRun } = metric;
  return [
    `**${escaped(name)}** · ${phase}${dryRun ? ' · dry run: it decides nothing' : ''}`,
    ...(message === '' ? [] : [escaped(message)]),
    `Asked of ${escaped(provider)}: ${metricCounts(metric)}`,
    ...(query === '' ? [] : [fenced(provider === 'prometheus' ? 'promql' : '', query)]),
    ...(condition === '' ? [] : ['Condition', fenced('', condition)]),
  ].join('\n\n');
}

function measurementNode(metricId: string, { atMs, phase, value, message }: AnalysisMeasurement): TreeNode {
  return treeNode({
    id: `${metricId}/${atMs}`,
    label: formatTime(atMs),
    description: [value || 'no value', phase, message].filter(Boolean).join(' · '),
    tooltip: [`${value || 'no value'}: ${phase}`, message].filter(Boolean).join('\n'),
    icon: PHASE_ICONS[phase],
  });
}
