import type { PrometheusClient, RangeSample } from '../../../metrics/prometheusClient';

/** What a query gives at a time, in cluster seconds before now; nothing where it is null. */
export type Recorded = (secondsAgo: number) => number | null;

export interface RecordedMetrics {
  requests?: Recorded;
  cpu?: Recorded;
  pods?: Recorded;
  p50?: Recorded;
  p95?: Recorded;
}

/** A Prometheus that has recorded these; the queries that it was asked are in `queries`. */
export function recordedPrometheus(
  metrics: RecordedMetrics,
  nowMs: number,
): PrometheusClient & { queries: string[] } {
  const queries: string[] = [];
  const recordOf = (promql: string): Recorded | undefined => {
    if (promql.startsWith('count(')) return metrics.pods;
    if (promql.startsWith('sum(sum by (pod) (rate(container_cpu')) return metrics.cpu;
    if (promql.startsWith('histogram_quantile(0.5,')) return metrics.p50;
    if (promql.startsWith('histogram_quantile(0.95,')) return metrics.p95;
    return promql.includes('http_requests_total') ? metrics.requests : undefined;
  };
  return {
    queries,
    address: 'http://prometheus',
    maxQueryLength: 10_000,
    query: async () => [],
    samples: async () => [],
    async queryRange(promql, { startMs, endMs, stepMs }): Promise<readonly RangeSample[]> {
      queries.push(promql);
      const record = recordOf(promql);
      const points: { atMs: number; value: number }[] = [];
      for (let atMs = startMs; atMs <= endMs; atMs += stepMs) {
        const value = record?.((nowMs - atMs) / 1000) ?? null;
        if (value !== null) points.push({ atMs, value });
      }
      return points.length === 0 ? [] : [{ labels: {}, points }];
    },
  };
}
