import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { workSignal } from '../../../workSignal';

/** A GET as a client of the release would send it. */
export interface RouteRequest {
  /** Of the gateway, with the path. */
  url: string;
  /** Host that it asks for; null for that of the address. */
  host: string | null;
  headers: Readonly<Record<string, string>>;
  timeoutMs: number;
}

export interface RouteAnswer {
  status: number;
  /** By lower-case name; of several values the first. */
  headers: Readonly<Record<string, string>>;
  /** Cut at 64 KiB. */
  body: string;
}

/** Rejects with Error, whose message says why there was no answer, or with the signal's reason. */
export type SendRequest = (request: RouteRequest, signal: AbortSignal) => Promise<RouteAnswer>;

const MAX_BODY_BYTES = 64 * 1024;

/**
 * Sends it over a connection of its own, as a balancer may choose by connection. `fetch` would not let it name another
 * host.
 */
export const sendRequest: SendRequest = async ({ url, host, headers, timeoutMs }, signal) => {
  signal.throwIfAborted();
  using work = workSignal([signal], timeoutMs);
  const options: RequestOptions = {
    method: 'GET',
    agent: false,
    headers: { ...headers, ...(host !== null && { host }) },
    signal: work.signal,
  };
  try {
    const answer = await answerTo(new URL(url), host === null ? options : { ...options, servername: host });
    return { status: answer.statusCode ?? 0, headers: firstValues(answer), body: await bodyOf(answer) };
  } catch (error) {
    signal.throwIfAborted();
    if (work.isLate) throw new Error(`no answer within ${timeoutMs / 1000} s`);
    throw error;
  }
};

/** The path below the address, whatever it looks like: `//else.where` is one too. */
export function urlBelow(address: string, path: string): string {
  return `${address.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`;
}

function answerTo(url: URL, options: RequestOptions): Promise<IncomingMessage> {
  const open = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    open(url, options, resolve).once('error', reject).end();
  });
}

function firstValues({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, (Array.isArray(value) ? value[0] : value) ?? '']),
  );
}

async function bodyOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    chunks.push(bytes);
    if (length > MAX_BODY_BYTES) break;
  }
  answer.destroy();
  return Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES).toString('utf8');
}
