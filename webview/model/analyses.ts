import type { Analysis, AnalysisMetric, AnalysisPhase } from '../../agent/protocol';
import type { ReleaseTone } from './releases';

/** How a phase is coloured; its name says the same. */
export const ANALYSIS_TONES: Readonly<Record<AnalysisPhase, ReleaseTone>> = {
  Pending: 'plain',
  Running: 'act',
  Successful: 'good',
  Failed: 'bad',
  Error: 'bad',
  Inconclusive: 'notice',
};

/** `2 successful, 1 failed`; `nothing measured yet`. */
export function metricCounts({ counts }: Pick<AnalysisMetric, 'counts'>): string {
  const { successful, failed, inconclusive, error } = counts;
  const parts: [number, string][] = [
    [successful, 'successful'],
    [failed, 'failed'],
    [inconclusive, 'inconclusive'],
    [error, error === 1 ? 'error' : 'errors'],
  ];
  const known = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return known.join(', ') || 'nothing measured yet';
}

/** A metric of an analysis, as a row of a table. */
export interface MetricRow {
  analysis: string;
  where: string;
  metric: AnalysisMetric;
  /** Measured last; `—` without one. */
  value: string;
  tone: ReleaseTone;
}

/** Every metric of every analysis, those of the newest analysis first. */
export function metricRows(analyses: readonly Analysis[]): MetricRow[] {
  return analyses.toReversed().flatMap(({ name, where, metrics }) =>
    metrics.map((metric) => ({
      analysis: name,
      where,
      metric,
      value: metric.measurements.at(-1)?.value || '—',
      tone: ANALYSIS_TONES[metric.phase],
    })),
  );
}
