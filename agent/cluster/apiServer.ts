import type { Dispatcher } from 'undici';
import { CoxswainError, isCoxswainError } from '../protocol';
import { workSignal } from '../workSignal';
import { abortable } from './abortable';
import type { ApiRequest, ApiResponse, ApiServer, ClusterReader } from './api';
import { type Origin, statusError, unreachable } from './apiErrors';
import { Credentials } from './credentials';
import { type Kubeconfig, resolveContext } from './kubeconfig';
import { splitLines } from './lines';

const DEFAULT_TIMEOUT_MS = 30_000;
const MAX_BODY_BYTES = 128 * 1024 * 1024;
/** An object in etcd has at most 1.5 MB; in JSON it can be longer. */
const MAX_LINE_LENGTH = 8 * 1024 * 1024;

export interface ClosableApiServer extends ApiServer {
  /** Ends all requests and watches and lets go of the sockets. */
  close(): Promise<void>;
}

/**
 * Opens the road to the API server of one context; the current context where none is named. Nothing is sent yet.
 * Throws `context-unknown` or `kubeconfig-invalid`. An answer of 401 is tried once more with renewed credentials.
 *
 * @param reload reads the kubeconfig again, so that a later login is heard of; may throw
 */
export function openApiServer(
  kubeconfig: Kubeconfig,
  contextName?: string,
  reload = () => kubeconfig,
): ClosableApiServer {
  const context = resolveContext(kubeconfig, contextName);
  const server = context.cluster.cluster.server.replace(/\/$/, '');
  const origin: Origin = { context: context.name, server };
  const credentials = new Credentials(context, () => resolveContext(reload(), context.name));
  const closing = new AbortController();

  const open = async (request: ApiRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> => {
    const response = await attempt(request, signal);
    if (response.statusCode !== 401) return response;
    await response.body.dump();
    credentials.renew();
    return attempt(request, signal);
  };

  const attempt = async (request: ApiRequest, signal: AbortSignal) => {
    const { headers, dispatcher } = await credentials.get();
    signal.throwIfAborted();
    const { origin: at, pathname, search } = new URL(`${server}${request.path}`);
    return dispatcher.request({
      origin: at,
      path: `${pathname}${search}`,
      method: request.method,
      headers: { ...headers, ...headersFor(request) },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      signal,
      headersTimeout: request.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      // Streams are quiet for long: their reader decides how long is too long.
      bodyTimeout: 0,
    });
  };

  return {
    ...origin,
    clock: context.clock,

    async send(request) {
      // A share of what is left of a time may be a fraction, which no timer takes.
      const timeoutMs = Math.ceil(request.timeoutMs ?? DEFAULT_TIMEOUT_MS);
      using work = workSignal([closing.signal, request.signal], timeoutMs);
      const { signal } = work;
      try {
        // While a connection is being made, or credentials are, nobody else would hear the signal.
        const response = await abortable(open({ ...request, timeoutMs }, signal), signal);
        const body = await readBody(response);
        if (response.statusCode < 400) return { status: response.statusCode, body };
        throw statusError(origin, request, response.statusCode, body);
      } catch (error) {
        request.signal?.throwIfAborted();
        if (work.isLate) throw timedOut(origin, request, timeoutMs);
        throw isCoxswainError(error) ? error : unreachable(origin, error);
      }
    },

    async *stream(path, callerSignal, onOpen) {
      using work = workSignal([closing.signal, callerSignal]);
      const { signal } = work;
      const request: ApiRequest = { method: 'GET', path };
      try {
        const response = await open(request, signal);
        if (response.statusCode >= 400) {
          throw statusError(origin, request, response.statusCode, await readBody(response));
        }
        onOpen?.();
        yield* splitLines(response.body, MAX_LINE_LENGTH);
      } catch (error) {
        callerSignal.throwIfAborted();
        throw isCoxswainError(error) ? error : unreachable(origin, error);
      }
    },

    async close() {
      closing.abort(closed(origin));
      await credentials.close();
    },
  };
}

/** What code outside `safety/` gets of an API server. */
export function clusterReader(api: ApiServer): ClusterReader {
  const read = async (path: string, signal?: AbortSignal): Promise<unknown> =>
    (await api.send({ method: 'GET', path, ...(signal ? { signal } : {}) })).body;
  return {
    get: read,
    async getText(path, signal) {
      const body = await read(path, signal);
      return typeof body === 'string' ? body : JSON.stringify(body);
    },
  };
}

function headersFor(request: ApiRequest): Record<string, string> {
  const headers: Record<string, string> = { Accept: 'application/json, */*', 'User-Agent': 'coxswain' };
  if (request.body !== undefined) headers['Content-Type'] = request.contentType ?? 'application/json';
  return headers;
}

/** JSON where the server says that it is JSON and it parses, else the text. */
async function readBody(response: Dispatcher.ResponseData): Promise<ApiResponse['body']> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > MAX_BODY_BYTES) throw new RangeError(`the answer has more than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (!/\bjson\b/i.test(String(response.headers['content-type'] ?? ''))) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function timedOut({ context, server }: Origin, request: ApiRequest, timeoutMs: number): CoxswainError {
  return new CoxswainError(
    'api-unreachable',
    `The API server ${server} of context ${context} did not answer ${request.method} ${request.path.split('?')[0]} within ${timeoutMs / 1000} s.`,
    'Check your network or VPN, and that the cluster runs.',
  );
}

function closed({ context }: Origin): CoxswainError {
  return new CoxswainError(
    'not-connected',
    `The connection to context ${context} was closed.`,
    'Connect again.',
  );
}
