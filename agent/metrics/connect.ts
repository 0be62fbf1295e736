import type { ClusterReader } from '../cluster/api';
import type { Config } from '../config/schema';
import type { Capability, MetricsSource } from '../protocol';
import { createCollector, type SupervisedCollector } from './collector';
import { discoverMetrics, metricsSourceOf } from './discover';

/** The metrics of one connected cluster. */
export interface MetricsConnection {
  source: MetricsSource;
  collector: SupervisedCollector;
}

interface Options {
  reader: ClusterReader;
  capabilities: readonly Capability[];
  /** The config as it is now: `metrics.prometheusUrl` counts at connecting, the rest in each round. */
  config: () => Config;
}

/**
 * Finds where the cluster's metrics come from, and collects from there. A cluster without any still gets a collector,
 * whose readings say why they are missing. Rejects with nothing but the signal's reason.
 */
export async function connectMetrics(options: Options, signal?: AbortSignal): Promise<MetricsConnection> {
  const { reader, capabilities, config } = options;
  const backend = await discoverMetrics(
    {
      prometheusUrl: config().metrics.prometheusUrl,
      reader,
      hasMetricsServer: capabilities.some(({ key, present }) => key === 'metrics-server' && present),
    },
    signal,
  );
  return { source: metricsSourceOf(backend), collector: createCollector(backend, reader, config) };
}
