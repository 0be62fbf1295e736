import { AnalysisError } from './analysisError';
import { filledMetric } from './fillIn';
import { checkMetrics, type Metric } from './metric';
import type { AnalysisSpec } from './template';

/** A run that can be carried out: its metrics with all arguments filled in. */
export interface PreparedRun {
  metrics: readonly Metric[];
  /** Names of the metrics that are measured without counting. */
  dryRun: ReadonlySet<string>;
  /** Measurements to keep, by metric. */
  kept: ReadonlyMap<string, number>;
  terminate: boolean;
}

/** Throws AnalysisError, in Argo's words, for a run that cannot be carried out. */
export function prepareRun(spec: AnalysisSpec): PreparedRun {
  const metrics = named('Unable to resolve metric arguments', () =>
    spec.metrics.map((metric) => filledMetric(metric, spec.args)),
  );
  return named('Analysis spec invalid', () => {
    checkMetrics(metrics);
    const dryRun = spec.dryRun.flatMap((rule, index) => matching('dryRun', index, rule.metricName, metrics));
    const kept = spec.measurementRetention.flatMap(({ metricName, limit }, index) =>
      matching('measurementRetention', index, metricName, metrics).map((name) => [name, limit] as const),
    );
    return { metrics, dryRun: new Set(dryRun), kept: new Map(kept), terminate: spec.terminate };
  });
}

function named<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AnalysisError)) throw error;
    throw new AnalysisError(`${what}: ${error.message}`, { cause: error });
  }
}

/** Names of the metrics that a rule means by a regular expression. */
function matching(field: string, index: number, pattern: string, metrics: readonly Metric[]): string[] {
  let expression: RegExp;
  try {
    expression = new RegExp(pattern);
  } catch {
    throw new AnalysisError(`${field}[${index}]: not a regular expression: ${pattern}`);
  }
  const names = metrics.flatMap(({ name }) => (expression.test(name) ? [name] : []));
  if (names.length > 0) return names;
  throw new AnalysisError(`${field}[${index}]: Rule didn't match any metric name(s)`);
}
