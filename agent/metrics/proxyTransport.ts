import type { ClusterReader } from '../cluster/api';
import { ApiStatusError } from '../cluster/apiErrors';
import { workSignal } from '../workSignal';
import type { PrometheusTransport } from './prometheusClient';
import { malformedAnswer, prometheusUnreachable, QueryRejectedError } from './prometheusErrors';

const TIMEOUT_MS = 10_000;

export interface ServiceAddress {
  namespace: string;
  name: string;
  /** Name or number. */
  port: string;
  scheme: 'http' | 'https';
}

/** Talks to a Prometheus behind a Service through the API server's proxy, with the rights of the kubeconfig. */
export function proxyTransport(reader: ClusterReader, service: ServiceAddress): PrometheusTransport {
  const target = `${service.scheme === 'https' ? 'https:' : ''}${service.name}:${service.port}`;
  const root = `/api/v1/namespaces/${service.namespace}/services/${target}/proxy`;
  const address = `Service ${service.namespace}/${service.name}:${service.port}`;
  return {
    address,
    // Only GET needs no more than the right to read; encoded, this stays within the usual 8 KiB of a request line.
    maxQueryLength: 3000,
    async send(path, params, signal) {
      using work = workSignal([signal], TIMEOUT_MS);
      try {
        const body = await reader.get(`${root}${path}?${params}`, work.signal);
        if (typeof body !== 'string') return body;
        throw malformedAnswer(
          address,
          path,
          `text in place of JSON, beginning ${JSON.stringify(body.slice(0, 60))}`,
        );
      } catch (error) {
        signal?.throwIfAborted();
        if (work.isLate) throw prometheusUnreachable(address, `no answer within ${TIMEOUT_MS / 1000} s`);
        throw translated(error, address, params.get('query') ?? '');
      }
    },
  };
}

/** The API server hands on the status of what is behind it: 400 and 422 are Prometheus' words about the query. */
function translated(error: unknown, address: string, query: string): unknown {
  if (!(error instanceof ApiStatusError)) return error;
  if (error.status === 400 || error.status === 422) {
    return new QueryRejectedError(address, query, `HTTP ${error.status}`);
  }
  if (error.status === 404 || error.status >= 500)
    return prometheusUnreachable(address, error.message, error);
  return error;
}
