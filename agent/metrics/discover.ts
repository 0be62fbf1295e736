import type { ClusterReader } from '../cluster/api';
import { type ErrorInfo, type MetricsSource, toErrorInfo } from '../protocol';
import { directTransport } from './directTransport';
import { createPrometheusClient, type PrometheusClient } from './prometheusClient';
import { findPrometheusServices, serviceTitle } from './prometheusServices';
import { proxyTransport } from './proxyTransport';

/** What there is to read metrics from. */
export type MetricsBackend =
  | { kind: 'prometheus'; client: PrometheusClient; trouble: ErrorInfo | null }
  | { kind: 'metrics-server'; note: string }
  | { kind: 'none'; reason: string };

interface Options {
  /** `metrics.prometheusUrl` of the config. */
  prometheusUrl: string | undefined;
  reader: ClusterReader;
  /** Whether the cluster serves metrics.k8s.io. */
  hasMetricsServer: boolean;
}

/**
 * Finds a source of metrics: the configured URL, else a Service that looks like Prometheus and answers a query through
 * the API server, else metrics-server. The URL that somebody has configured is kept even while it does not answer, with
 * the trouble said: taking another Prometheus silently would be worse. Rejects with nothing but the signal's reason.
 */
export async function discoverMetrics(options: Options, signal?: AbortSignal): Promise<MetricsBackend> {
  const { prometheusUrl, reader, hasMetricsServer } = options;
  if (prometheusUrl !== undefined) {
    const client = createPrometheusClient(directTransport(prometheusUrl));
    return { kind: 'prometheus', client, trouble: await troubleOf(client, signal) };
  }
  const found = await firstThatAnswers(reader, signal);
  if (found.kind === 'client') return { kind: 'prometheus', client: found.client, trouble: null };
  if (hasMetricsServer) return { kind: 'metrics-server', note: `CPU and memory only: ${found.reason}` };
  return { kind: 'none', reason: `${found.reason}, and metrics-server is not installed` };
}

/** The backend as the protocol shows it. */
export function metricsSourceOf(backend: MetricsBackend): MetricsSource {
  if (backend.kind === 'prometheus') return { kind: 'prometheus', address: backend.client.address };
  return backend;
}

type Found = { kind: 'client'; client: PrometheusClient } | { kind: 'nothing'; reason: string };

/** The candidates are tried at once; the best ranked of those that answer is taken. */
async function firstThatAnswers(reader: ClusterReader, signal?: AbortSignal): Promise<Found> {
  const services = await findPrometheusServices(reader, signal);
  if (services.length === 0) return { kind: 'nothing', reason: 'no Service looks like Prometheus' };
  const tried = await Promise.all(
    services.map(async (service) => {
      const client = createPrometheusClient(proxyTransport(reader, service));
      return { service, client, trouble: await troubleOf(client, signal) };
    }),
  );
  const good = tried.find(({ trouble }) => trouble === null);
  if (good) return { kind: 'client', client: good.client };
  const titles = tried.map(({ service }) => serviceTitle(service)).join(', ');
  return { kind: 'nothing', reason: `no Prometheus answers behind ${titles}: ${tried[0]?.trouble?.message}` };
}

/** What a query that any Prometheus can answer says, or null where it is answered. */
async function troubleOf(client: PrometheusClient, signal?: AbortSignal): Promise<ErrorInfo | null> {
  try {
    await client.query('vector(1)', signal);
    return null;
  } catch (error) {
    signal?.throwIfAborted();
    return toErrorInfo(error);
  }
}
