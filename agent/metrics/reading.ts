/** Where a number comes from, and whether it may lead to an action. */
export type Reading =
  | { kind: 'fresh'; value: number; atMs: number }
  | { kind: 'stale'; value: number; atMs: number }
  | { kind: 'missing'; why: string };

/** Metrics of one workload at one time, from Prometheus or metrics-server. */
export interface WorkloadMetrics {
  /** Cluster time of the newest fresh value; null where there is none. */
  atMs: number | null;
  source: 'prometheus' | 'metrics-server' | 'none';
  /** How often the numbers of requests are scraped; null where it is not known. */
  scrapeIntervalMs: number | null;
  /** Over what time those of requests are; null where it is not known. */
  windowMs: number | null;
  /** CPU used ÷ limit, 0…1, mean over pods. */
  cpuUtilisation: Reading;
  /** Working set ÷ limit, 0…1, mean over pods. */
  memoryUtilisation: Reading;
  latencyP50Seconds: Reading;
  latencyP95Seconds: Reading;
  latencyP99Seconds: Reading;
  /** Failed ÷ all requests, 0…1. */
  errorRate: Reading;
  requestsPerSecond: Reading;
  /** By pod name. A pod without traffic has no latency. */
  pods: ReadonlyMap<string, PodMetrics>;
  /** What was missing or odd, for the log; empty when all is well. */
  warnings: readonly string[];
}

export interface PodMetrics {
  cpuUtilisation: Reading;
  memoryUtilisation: Reading;
  latencyP50Seconds: Reading;
  latencyP95Seconds: Reading;
  errorRate: Reading;
  requestsPerSecond: Reading;
}

/**
 * How a workload is looked at. `close`, for one about which something is suspicious, goes by the latest samples alone
 * where they stand for enough requests.
 */
export type Attention = 'usual' | 'close';

/** Collects the metrics of a workload; never throws for data problems: they are readings. */
export interface MetricsCollector {
  collect(
    workload: import('../cluster/snapshot').Workload,
    nowMs: number,
    signal?: AbortSignal,
    attention?: Attention,
  ): Promise<WorkloadMetrics>;
}

/** When the newest sample behind the latencies and errors was taken; null without any. */
export function requestsSampledAtMs({
  latencyP95Seconds,
  errorRate,
}: Pick<WorkloadMetrics, 'latencyP95Seconds' | 'errorRate'>): number | null {
  const times = [latencyP95Seconds, errorRate].flatMap((reading) =>
    reading.kind === 'fresh' ? [reading.atMs] : [],
  );
  return times.length === 0 ? null : Math.max(...times);
}

/** The value where it is fresh, else null. */
export function freshValue(reading: Reading): number | null {
  return reading.kind === 'fresh' ? reading.value : null;
}

/** A reading in seconds as milliseconds where it is fresh, else null. */
export function freshMilliseconds(reading: Reading): number | null {
  return reading.kind === 'fresh' ? reading.value * 1000 : null;
}

/** The same metrics later: what has become older than `staleAfterMs` meanwhile is stale. */
export function agedMetrics(metrics: WorkloadMetrics, nowMs: number, staleAfterMs: number): WorkloadMetrics {
  const aged = (reading: Reading): Reading =>
    reading.kind === 'fresh' && nowMs - reading.atMs > staleAfterMs ? { ...reading, kind: 'stale' } : reading;
  const pods = [...metrics.pods].map(([name, pod]): [string, PodMetrics] => [
    name,
    {
      cpuUtilisation: aged(pod.cpuUtilisation),
      memoryUtilisation: aged(pod.memoryUtilisation),
      latencyP50Seconds: aged(pod.latencyP50Seconds),
      latencyP95Seconds: aged(pod.latencyP95Seconds),
      errorRate: aged(pod.errorRate),
      requestsPerSecond: aged(pod.requestsPerSecond),
    },
  ]);
  const isOld = metrics.atMs === null || nowMs - metrics.atMs > staleAfterMs;
  return {
    ...metrics,
    atMs: isOld ? null : metrics.atMs,
    cpuUtilisation: aged(metrics.cpuUtilisation),
    memoryUtilisation: aged(metrics.memoryUtilisation),
    latencyP50Seconds: aged(metrics.latencyP50Seconds),
    latencyP95Seconds: aged(metrics.latencyP95Seconds),
    latencyP99Seconds: aged(metrics.latencyP99Seconds),
    errorRate: aged(metrics.errorRate),
    requestsPerSecond: aged(metrics.requestsPerSecond),
    pods: new Map(pods),
  };
}
