import type { Analysis, AnalysisMetric } from '../../../protocol';
import { AnalysisError } from './analysisError';
import { filledMetric } from './fillIn';
import { type Metric, providerOf } from './metric';
import type { MetricResult, RunStatus } from './runStatus';
import type { AnalysisSpec } from './template';

/** The key under which Argo keeps the query as it was asked. */
export const RESOLVED_QUERY = 'ResolvedPrometheusQuery';

/**
 * A run as the views show it: an AnalysisRun of Argo, or one that Coxswain carries out itself.
 *
 * @param where `step 4`, `background` …
 * @param startedAtMs where its status does not say it yet
 */
export function shownAnalysis(
  run: { name: string; where: string; spec: AnalysisSpec; status: RunStatus },
  startedAtMs: number,
): Analysis {
  const { name, where, spec, status } = run;
  return {
    name,
    where,
    phase: status.phase ?? 'Pending',
    message: status.message,
    startedAtMs: status.startedAt === undefined ? startedAtMs : Date.parse(status.startedAt),
    metrics: spec.metrics.map((metric) =>
      shownMetric(
        metric.name,
        filledOrNull(metric, spec.args),
        status.metricResults.find((result) => result.name === metric.name),
      ),
    ),
  };
}

function shownMetric(name: string, metric: Metric | null, result: MetricResult | undefined): AnalysisMetric {
  const { successful = 0, failed = 0, inconclusive = 0, error = 0 } = result ?? {};
  return {
    name,
    phase: result?.phase ?? 'Pending',
    message: result?.message ?? '',
    provider: metric ? providerOf(metric) : '',
    query: result?.metadata?.[RESOLVED_QUERY] ?? (metric ? queryOf(metric) : ''),
    condition: metric ? conditionOf(metric) : '',
    counts: { successful, failed, inconclusive, error },
    dryRun: result?.dryRun ?? false,
    measurements: (result?.measurements ?? []).slice(-10).map(({ startedAt, phase, value, message }) => ({
      atMs: Date.parse(startedAt),
      phase,
      value,
      message,
    })),
  };
}

function filledOrNull(metric: unknown, args: AnalysisSpec['args']): Metric | null {
  try {
    return filledMetric(metric, args);
  } catch (error) {
    if (error instanceof AnalysisError) return null;
    throw error;
  }
}

/** The query of a metric's provider; the address where it is asked for by address. */
export function queryOf({ provider }: Metric): string {
  const { query, url } = Object.assign({ query: '', url: '' }, Object.values(provider)[0]);
  return String(query || url).trim();
}

function conditionOf({ successCondition, failureCondition }: Metric): string {
  const parts = [
    ...(successCondition === '' ? [] : [successCondition]),
    ...(failureCondition === '' ? [] : [`fails: ${failureCondition}`]),
  ];
  return parts.join('; ');
}
