import * as z from 'zod';
import { PrometheusAnswer, type PrometheusData } from './prometheusAnswer';
import { malformedAnswer, prometheusUnreachable, QueryRejectedError } from './prometheusErrors';

/** How requests reach one Prometheus: directly, or through the API server. */
export interface PrometheusTransport {
  /** For people; carries no credentials. */
  readonly address: string;
  /** Longer queries are better asked in parts: a URL has its limits on the way. */
  readonly maxQueryLength: number;
  /** The parsed JSON answer, an error answer included. Throws CoxswainError, or the signal's reason. */
  send(path: string, params: URLSearchParams, signal?: AbortSignal): Promise<unknown>;
}

/** One element of an instant vector. `atMs` is the time of evaluation by Prometheus' clock, not of the sample. */
export interface InstantSample {
  labels: Readonly<Record<string, string>>;
  value: number;
  atMs: number;
}

export interface RangeSample {
  labels: Readonly<Record<string, string>>;
  points: readonly { atMs: number; value: number }[];
}

export interface PrometheusClient {
  readonly address: string;
  readonly maxQueryLength: number;
  /**
   * Evaluates a query now, by Prometheus' own clock; a scalar counts as one element without labels.
   * Throws CoxswainError `prometheus-unreachable` or `prometheus-malformed` (a rejected query: QueryRejectedError),
   * what the API server says where the way leads through it, or the signal's reason.
   */
  query(promql: string, signal?: AbortSignal): Promise<readonly InstantSample[]>;
  /** The samples of a range selector such as `up[5m]`, with their own times. Throws as `query`. */
  samples(selector: string, signal?: AbortSignal): Promise<readonly RangeSample[]>;
  /** Evaluates a query at each step, at most 11,000 of them. Throws as `query`. */
  queryRange(
    promql: string,
    range: { startMs: number; endMs: number; stepMs: number },
    signal?: AbortSignal,
  ): Promise<readonly RangeSample[]>;
}

export function createPrometheusClient(transport: PrometheusTransport): PrometheusClient {
  const { address, maxQueryLength } = transport;

  async function ask(path: string, params: Record<string, string>, signal?: AbortSignal) {
    const body = await transport.send(path, new URLSearchParams(params), signal);
    return dataOf(body, address, path, params.query ?? '');
  }

  return {
    address,
    maxQueryLength,
    async query(promql, signal) {
      const data = await ask('/api/v1/query', { query: promql }, signal);
      if (data.resultType === 'vector') {
        return data.result.map(({ metric, value: [seconds, value] }) => ({
          labels: metric,
          value,
          atMs: seconds * 1000,
        }));
      }
      if (data.resultType === 'scalar') {
        const [seconds, value] = data.result;
        return [{ labels: {}, value, atMs: seconds * 1000 }];
      }
      throw new QueryRejectedError(address, promql, `its result is a ${data.resultType}, not numbers of now`);
    },
    async samples(selector, signal) {
      const data = await ask('/api/v1/query', { query: selector }, signal);
      if (data.resultType === 'matrix') return data.result.map(rangeSample);
      throw new QueryRejectedError(address, selector, `its result is a ${data.resultType}, not samples`);
    },
    async queryRange(promql, range, signal) {
      const params = {
        query: promql,
        start: String(range.startMs / 1000),
        end: String(range.endMs / 1000),
        step: String(range.stepMs / 1000),
      };
      const data = await ask('/api/v1/query_range', params, signal);
      if (data.resultType !== 'matrix') {
        throw malformedAnswer(address, '/api/v1/query_range', `data.resultType is ${data.resultType}`);
      }
      return data.result.map(rangeSample);
    },
  };
}

function rangeSample({
  metric,
  values,
}: Extract<PrometheusData, { resultType: 'matrix' }>['result'][number]): RangeSample {
  return { labels: metric, points: values.map(([seconds, value]) => ({ atMs: seconds * 1000, value })) };
}

function dataOf(body: unknown, address: string, path: string, query: string): PrometheusData {
  const parsed = PrometheusAnswer.safeParse(body);
  if (!parsed.success) throw malformedAnswer(address, path, describeIssue(parsed.error));
  const answer = parsed.data;
  if (answer.status === 'success') return answer.data;
  if (answer.errorType === 'bad_data' || answer.errorType === 'execution') {
    throw new QueryRejectedError(address, query, answer.error);
  }
  throw prometheusUnreachable(address, `it says ${answer.errorType}: ${answer.error}`);
}

function describeIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  if (!issue) return 'unknown shape';
  return `${z.core.toDotPath(issue.path) || 'the whole'}: ${issue.message}`;
}
