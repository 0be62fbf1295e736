import * as z from 'zod';
import { AnalysisError } from '../../../tasks/canary/analysis/analysisError';
import { type Metric, providerOf } from '../../../tasks/canary/analysis/metric';
import { type ProviderAnswer, prometheusAnswer } from '../../../tasks/canary/analysis/prometheusAnswer';
import { webAnswer } from '../../../tasks/canary/analysis/webAnswer';
import type { PrometheusApi } from '../../prometheus/api';
import type { HttpOutcome } from '../nodes/podHttp';

/** What an AnalysisRun can ask in the embedded cluster. */
export interface AnalysisSources {
  prometheus: PrometheusApi;
  /** What one of a Service's pods answers to a GET; undefined where it has none. */
  askService: (
    namespace: string,
    service: string,
    port: string | undefined,
    path: string,
  ) => { address: string; outcome: HttpOutcome } | undefined;
}

const PrometheusProvider = z.looseObject({ query: z.string() });
const WebProvider = z.looseObject({
  url: z.string(),
  jsonPath: z.string().default('{$}'),
  method: z.enum(['GET', 'POST', 'PUT']).default('GET'),
});

/**
 * Asks the provider of a metric. The embedded Prometheus answers whatever the address is. Throws AnalysisError with
 * what went wrong.
 */
export function askProvider(metric: Metric, namespace: string, sources: AnalysisSources): ProviderAnswer {
  const kind = providerOf(metric);
  switch (kind) {
    case 'prometheus':
      return askPrometheus(settingsOf(metric, PrometheusProvider).query, sources);
    case 'web':
      return askWeb(settingsOf(metric, WebProvider), namespace, sources);
    default:
      throw new AnalysisError(
        `provider ${kind} is not supported here: the embedded cluster knows prometheus and web`,
      );
  }
}

function settingsOf<T>({ provider }: Metric, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(Object.values(provider)[0]);
  if (parsed.success) return parsed.data;
  throw new AnalysisError(z.prettifyError(parsed.error));
}

function askPrometheus(query: string, { prometheus }: AnalysisSources): ProviderAnswer {
  const { body } = prometheus({
    method: 'GET',
    path: '/api/v1/query',
    params: new URLSearchParams({ query }),
  });
  return prometheusAnswer(JSON.parse(body));
}

function askWeb(
  { url, jsonPath, method }: z.infer<typeof WebProvider>,
  namespace: string,
  { askService }: AnalysisSources,
): ProviderAnswer {
  const { hostname, port, pathname, search } = parsedUrl(url);
  const say = (why: string) => new AnalysisError(`${method === 'GET' ? 'Get' : method} "${url}": ${why}`);
  if (method !== 'GET') throw say('the modelled pods answer GET only');
  const [service = '', serviceNamespace = namespace] = hostname.split('.');
  const asked = askService(serviceNamespace, service, port === '' ? undefined : port, `${pathname}${search}`);
  if (!asked) throw say(`dial tcp: lookup ${hostname}: no such host, or none of its pods is ready`);
  const { address, outcome } = asked;
  switch (outcome.kind) {
    case 'refused':
      throw say(`dial tcp ${address}: connect: connection refused`);
    case 'reset':
      throw say('EOF');
    case 'lost':
      throw say('context deadline exceeded');
    case 'answered':
      if (outcome.status < 200 || outcome.status >= 300) {
        throw new AnalysisError(`received non 2xx response code: ${outcome.status}`);
      }
      return webAnswer(outcome.status === 200 ? 'OK\n' : '', jsonPath);
  }
}

function parsedUrl(url: string): URL {
  try {
    return new URL(url);
  } catch {
    throw new AnalysisError(`parse "${url}": not an address`);
  }
}
