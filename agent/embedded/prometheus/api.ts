import type { Clock } from '../../clock';
import { Evaluator } from './evaluate';
import { EXPOSITION_TYPE, expositionText } from './exposition';
import { formatValue } from './format';
import type { Labels } from './labels';
import { matchesAll } from './matcher';
import { parsePromql } from './parse';
import { PromqlError } from './promqlError';
import { evaluateRange, MAX_POINTS } from './rangeQuery';
import { readSelection, readStepMs, readTimeMs, type Selection } from './requestParams';
import type { ReadableSeriesStore, StoredSeries } from './seriesStore';
import type { RangeSeries, Value } from './value';

export interface PrometheusRequest {
  method: string;
  /** Without query, for example `/api/v1/query`. */
  path: string;
  /** Of the query string and of a form body together; see `mergeParams`. */
  params: URLSearchParams;
}

export interface PrometheusResponse {
  status: number;
  contentType: string;
  body: string;
}

export type PrometheusApi = (request: PrometheusRequest) => PrometheusResponse;

/**
 * The HTTP API of Prometheus over the embedded cluster's series, as a plain function. `now` is the cluster's.
 * Source: https://prometheus.io/docs/prometheus/latest/querying/api/
 */
export function createPrometheusApi(store: ReadableSeriesStore, clock: Pick<Clock, 'nowMs'>): PrometheusApi {
  return ({ method, path, params }) => {
    if (method !== 'GET' && method !== 'POST') return text(405, 'method not allowed\n');
    const nowMs = clock.nowMs();
    if (path === '/-/healthy') return text(200, 'Prometheus Server is Healthy.\n');
    if (path === '/metrics') {
      return { status: 200, contentType: EXPOSITION_TYPE, body: expositionText(store, nowMs) };
    }
    const answer = endpoint(path, params, store, nowMs);
    return answer ? asJson(answer) : text(404, '404 page not found\n');
  };
}

/** The parameters of a request whose query string and form body have not been parsed yet. */
export function mergeParams(queryString: string, formBody: string): URLSearchParams {
  return new URLSearchParams([...new URLSearchParams(queryString), ...new URLSearchParams(formBody)]);
}

/** What answers a path, or null for an unknown one. */
function endpoint(
  path: string,
  params: URLSearchParams,
  store: ReadableSeriesStore,
  nowMs: number,
): (() => unknown) | null {
  const labelValues = /^\/api\/v1\/label\/([^/]+)\/values$/.exec(path)?.[1];
  if (labelValues !== undefined) return () => valuesOf(labelValues, params, store, nowMs);
  switch (path) {
    case '/api/v1/query':
      return () => instantQuery(params, store, nowMs);
    case '/api/v1/query_range':
      return () => rangeQuery(params, store);
    case '/api/v1/labels':
      return () => labelNames(params, store, nowMs);
    case '/api/v1/series':
      return () => seriesLabels(params, store, nowMs);
    case '/api/v1/status/buildinfo':
      return () => BUILD_INFO;
    default:
      return null;
  }
}

/** The version says whose semantics these are. */
const BUILD_INFO = {
  version: '3.0.0+coxswain',
  revision: '',
  branch: '',
  buildUser: 'coxswain',
  buildDate: '',
  goVersion: '',
};

function instantQuery(params: URLSearchParams, store: ReadableSeriesStore, nowMs: number): unknown {
  const atMs = readTimeMs(params, 'time', nowMs);
  return instantData(new Evaluator(store).evaluate(readQuery(params), atMs), atMs);
}

function rangeQuery(params: URLSearchParams, store: ReadableSeriesStore): unknown {
  const startMs = readTimeMs(params, 'start', null);
  const endMs = readTimeMs(params, 'end', null);
  if (endMs < startMs) {
    throw new PromqlError('bad_data', 'invalid parameter "end": end timestamp must not be before start time');
  }
  const stepMs = readStepMs(params);
  if ((endMs - startMs) / stepMs > MAX_POINTS) {
    throw new PromqlError(
      'bad_data',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    );
  }
  const series = evaluateRange(new Evaluator(store), readQuery(params), { startMs, endMs, stepMs });
  return { resultType: 'matrix', result: series.map(matrixElement) };
}

function readQuery(params: URLSearchParams) {
  try {
    return parsePromql(params.get('query') ?? '');
  } catch (error) {
    if (!(error instanceof PromqlError)) throw error;
    throw new PromqlError(error.type, `invalid parameter "query": ${error.message}`);
  }
}

function labelNames(params: URLSearchParams, store: ReadableSeriesStore, nowMs: number): string[] {
  const names = selected(store, readSelection(params, nowMs)).flatMap(({ labels }) => [...labels.keys()]);
  return [...new Set(names)].sort();
}

function valuesOf(
  name: string,
  params: URLSearchParams,
  store: ReadableSeriesStore,
  nowMs: number,
): string[] {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) {
    throw new PromqlError('bad_data', `invalid label name: ${JSON.stringify(name)}`);
  }
  const values = selected(store, readSelection(params, nowMs)).map(({ labels }) => labels.get(name) ?? '');
  return [...new Set(values)].filter((value) => value !== '').sort();
}

function seriesLabels(params: URLSearchParams, store: ReadableSeriesStore, nowMs: number): unknown {
  const selection = readSelection(params, nowMs);
  if (selection.selectors.length === 0) throw new PromqlError('bad_data', 'no match[] parameter provided');
  return selected(store, selection).map(({ labels }) => Object.fromEntries(labels));
}

/** The series that match any of the selectors, or all, and have a sample in the time span. */
function selected(store: ReadableSeriesStore, { selectors, startMs, endMs }: Selection): StoredSeries[] {
  return [...store.all()].filter(
    ({ labels, samples }) =>
      (selectors.length === 0 || selectors.some((matchers) => matchesAll(matchers, labels))) &&
      samples.between(startMs - 1, endMs).values.length > 0,
  );
}

function instantData(value: Value, atMs: number): unknown {
  switch (value.type) {
    case 'scalar':
      return { resultType: 'scalar', result: point(atMs, value.value) };
    case 'string':
      return { resultType: 'string', result: [atMs / 1000, value.value] };
    case 'vector':
      return {
        resultType: 'vector',
        result: value.samples.map((sample) => ({
          metric: asObject(sample.labels),
          value: point(atMs, sample.value),
        })),
      };
    case 'matrix':
      return { resultType: 'matrix', result: value.series.map(matrixElement) };
  }
}

function matrixElement({ labels, timesMs, values }: RangeSeries): unknown {
  return {
    metric: asObject(labels),
    values: values.map((value, index) => point(timesMs[index] ?? Number.NaN, value)),
  };
}

function point(atMs: number, value: number): [number, string] {
  return [atMs / 1000, formatValue(value)];
}

function asObject(labels: Labels): Record<string, string> {
  return Object.fromEntries(labels);
}

function asJson(answer: () => unknown): PrometheusResponse {
  try {
    return json(200, { status: 'success', data: answer() });
  } catch (error) {
    if (!(error instanceof PromqlError)) throw error;
    const status = error.type === 'bad_data' ? 400 : 422;
    return json(status, { status: 'error', errorType: error.type, error: error.message });
  }
}

function json(status: number, body: unknown): PrometheusResponse {
  return { status, contentType: 'application/json', body: JSON.stringify(body) };
}

function text(status: number, body: string): PrometheusResponse {
  return { status, contentType: 'text/plain; charset=utf-8', body };
}
