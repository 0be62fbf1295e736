import { causeOf, readBody } from '../httpBody';
import { workSignal } from '../workSignal';
import type { PrometheusTransport } from './prometheusClient';
import { malformedAnswer, prometheusUnreachable } from './prometheusErrors';

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_MAX_ANSWER_BYTES = 32 * 1024 * 1024;

interface Limits {
  timeoutMs?: number;
  maxAnswerBytes?: number;
}

/**
 * Talks HTTP to a Prometheus by its URL; credentials in the URL become a Basic Authorization header and are never
 * shown. A private certificate authority is trusted by NODE_EXTRA_CA_CERTS.
 */
export function directTransport(url: string, limits: Limits = {}): PrometheusTransport {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, maxAnswerBytes = DEFAULT_MAX_ANSWER_BYTES } = limits;
  const { base, headers } = splitCredentials(url);
  return {
    address: base,
    maxQueryLength: 100_000,
    async send(path, params, signal) {
      using work = workSignal([signal], timeoutMs);
      try {
        const response = await fetch(base + path, {
          method: 'POST',
          body: params,
          headers,
          signal: work.signal,
        });
        const { text, isWhole } = await readBody(response, maxAnswerBytes);
        if (!isWhole) throw malformedAnswer(base, path, `it has more than ${maxAnswerBytes} bytes`);
        return parseAnswer(response, text, base, path);
      } catch (error) {
        signal?.throwIfAborted();
        if (work.isLate) throw prometheusUnreachable(base, `no answer within ${timeoutMs / 1000} s`);
        if (error instanceof TypeError) throw prometheusUnreachable(base, causeOf(error), error);
        throw error;
      }
    },
  };
}

function splitCredentials(url: string): { base: string; headers: Record<string, string> } {
  const parsed = new URL(url);
  const { username, password } = parsed;
  parsed.username = '';
  parsed.password = '';
  parsed.search = '';
  parsed.hash = '';
  const base = parsed.href.replace(/\/+$/, '');
  if (username === '' && password === '') return { base, headers: {} };
  const credentials = `${decoded(username)}:${decoded(password)}`;
  return { base, headers: { Authorization: `Basic ${Buffer.from(credentials).toString('base64')}` } };
}

/** A per cent sign that somebody has not encoded stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** An error of Prometheus' own is JSON too; one of anything before it (a gateway, a login) is not. */
function parseAnswer(response: Response, text: string, base: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (!response.ok) throw prometheusUnreachable(base, `it answers HTTP ${response.status}`);
    const type = response.headers.get('content-type') ?? 'no content type';
    throw malformedAnswer(
      base,
      path,
      `${type} in place of JSON, beginning ${JSON.stringify(text.slice(0, 60))}`,
    );
  }
}
