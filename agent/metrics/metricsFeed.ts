import type { ClusterReader } from '../cluster/api';
import type { Workload } from '../cluster/snapshot';
import type { Config } from '../config/schema';
import type { Capability, ErrorInfo, MetricsSource } from '../protocol';
import { askOne, type OneQuestion } from './askOne';
import { createCollector, type LoadRound, type SupervisedCollector } from './collector';
import { discoverMetrics, type MetricsBackend, metricsSourceOf } from './discover';
import type { LoadMetrics } from './loadReadings';
import type { PrometheusClient } from './prometheusClient';
import type { Attention, Reading, WorkloadMetrics } from './reading';
import { missing } from './readingMath';

interface Options {
  reader: ClusterReader;
  capabilities: readonly Capability[];
  /** The config as it is now; it counts in each round, `metrics.prometheusUrl` from the next `refresh` on. */
  config: () => Config;
}

/**
 * The metrics of one connected cluster, from the best source that there is; a better one takes its place when it is
 * found. A cluster without any still has readings, which say why they are missing.
 */
export class MetricsFeed implements SupervisedCollector {
  readonly #options: Options;
  #url: string | undefined;
  #backend: MetricsBackend;
  #collector: SupervisedCollector;

  /** Rejects with nothing but the signal's reason. */
  static async open(options: Options, signal?: AbortSignal): Promise<MetricsFeed> {
    const url = options.config().metrics.prometheusUrl;
    return new MetricsFeed(options, url, await discover(options, url, signal));
  }

  private constructor(options: Options, url: string | undefined, backend: MetricsBackend) {
    this.#options = options;
    this.#url = url;
    this.#backend = backend;
    this.#collector = createCollector(backend, options.reader, options.config);
  }

  get source(): MetricsSource {
    return metricsSourceOf(this.#backend);
  }

  /** For questions about history; null where there is no Prometheus. */
  get client(): PrometheusClient | null {
    return this.#backend.kind === 'prometheus' ? this.#backend.client : null;
  }

  get trouble(): ErrorInfo | null {
    return this.#collector.trouble;
  }

  collect(
    workload: Workload,
    nowMs: number,
    signal?: AbortSignal,
    attention?: Attention,
  ): Promise<WorkloadMetrics> {
    return this.#collector.collect(workload, nowMs, signal, attention);
  }

  load(workload: Workload, round: LoadRound, signal?: AbortSignal): Promise<LoadMetrics> {
    return this.#collector.load(workload, round, signal);
  }

  /** What a query about a workload, with its placeholders filled in, yields now. Throws nothing but the signal's reason. */
  async ask(question: OneQuestion, signal?: AbortSignal): Promise<Reading> {
    if (this.#backend.kind === 'prometheus') return askOne(this.#backend.client, question, signal);
    return missing(this.#backend.kind === 'none' ? this.#backend.reason : this.#backend.note);
  }

  /** Looks again where no Prometheus was found, or where another one is configured now. True when that changed it. */
  async refresh(): Promise<boolean> {
    const url = this.#options.config().metrics.prometheusUrl;
    if (this.#backend.kind === 'prometheus' && url === this.#url) return false;
    const backend = await discover(this.#options, url);
    if (url === this.#url && backend.kind === this.#backend.kind) return false;
    this.#url = url;
    this.#backend = backend;
    this.#collector = createCollector(backend, this.#options.reader, this.#options.config);
    return true;
  }
}

function discover(
  { reader, capabilities }: Options,
  prometheusUrl: string | undefined,
  signal?: AbortSignal,
): Promise<MetricsBackend> {
  const hasMetricsServer = capabilities.some(({ key, present }) => key === 'metrics-server' && present);
  return discoverMetrics({ prometheusUrl, reader, hasMetricsServer }, signal);
}
