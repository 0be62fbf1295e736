import type { ClusterConnection } from '../cluster/connection';
import type { Workload } from '../cluster/snapshot';
import type { Config } from '../config/schema';
import { createCollector, type SupervisedCollector } from '../metrics/collector';
import { discoverMetrics, type MetricsBackend, metricsSourceOf } from '../metrics/discover';
import type { MetricsCollector, WorkloadMetrics } from '../metrics/reading';
import type { ErrorInfo, MetricsSource } from '../protocol';

/** The metrics of a connection, from the best source that there is now; a better one takes its place when found. */
export class MetricsFeed implements MetricsCollector {
  readonly #cluster: ClusterConnection;
  readonly #config: () => Config;
  #url: string | undefined;
  #backend: MetricsBackend;
  #collector: SupervisedCollector;

  static async open(cluster: ClusterConnection, config: () => Config): Promise<MetricsFeed> {
    const url = config().metrics.prometheusUrl;
    return new MetricsFeed(cluster, config, url, await discover(cluster, url));
  }

  private constructor(
    cluster: ClusterConnection,
    config: () => Config,
    url: string | undefined,
    backend: MetricsBackend,
  ) {
    this.#cluster = cluster;
    this.#config = config;
    this.#url = url;
    this.#backend = backend;
    this.#collector = createCollector(backend, cluster.reader, config);
  }

  get source(): MetricsSource {
    return metricsSourceOf(this.#backend);
  }

  get trouble(): ErrorInfo | null {
    return this.#collector.trouble;
  }

  collect(workload: Workload, nowMs: number, signal?: AbortSignal): Promise<WorkloadMetrics> {
    return this.#collector.collect(workload, nowMs, signal);
  }

  /** Looks again where Prometheus was not found, or where another one is configured now. True when that changed it. */
  async refresh(): Promise<boolean> {
    const url = this.#config().metrics.prometheusUrl;
    if (this.#backend.kind === 'prometheus' && url === this.#url) return false;
    const backend = await discover(this.#cluster, url);
    const changed = url !== this.#url || backend.kind !== this.#backend.kind;
    this.#url = url;
    if (!changed) return false;
    this.#backend = backend;
    this.#collector = createCollector(backend, this.#cluster.reader, this.#config);
    return true;
  }
}

function discover(cluster: ClusterConnection, prometheusUrl: string | undefined): Promise<MetricsBackend> {
  const hasMetricsServer = cluster.capabilities.some(
    ({ key, present }) => key === 'metrics-server' && present,
  );
  return discoverMetrics({ prometheusUrl, reader: cluster.reader, hasMetricsServer });
}
