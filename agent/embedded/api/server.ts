import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import type { Clock } from '../../clock';
import { CoxswainError } from '../../protocol';
import { isSameToken } from '../../sameToken';
import type { Control } from '../control/control';
import type { VersionedStore } from '../store/memoryStore';
import { badRequest, StatusError } from '../store/statusError';
import type { DeniedRule } from './access';
import type { ServerCertificates } from './certificates';
import type { PodLogs } from './podLog';
import type { PodProxy } from './podProxy';
import type { Answer, ApiContext, HttpHead } from './request';
import { createResourceRegistry } from './resourceRegistry';
import { answer, answerPublic } from './router';
import type { ServiceProxy } from './serviceProxy';

export interface ApiServerOptions {
  store: VersionedStore;
  clock: Clock;
  /** A loopback address. */
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** The one bearer token that is let in. */
  token: string;
  certificates: ServerCertificates;
  /** Permissions that the client does not have; none where absent. */
  denied?: readonly DeniedRule[];
  /** Where `pods/log` comes from; empty logs where absent. */
  podLogs?: PodLogs;
  /** What answers behind Services; 503 where absent. */
  proxy?: ServiceProxy;
  /** What answers for pods; 503 where absent. */
  podProxy?: PodProxy;
  /** What answers below `/coxswain.dev`; 404 where absent. */
  control?: Control;
  /** Told of failures that are the server's own; the client gets a 500. */
  onError?: (error: unknown) => void;
}

export interface RunningApiServer {
  /** `https://host:port`. */
  url: string;
  /** Ends all connections, open watches too. */
  close(): Promise<void>;
}

/** Serves the store over HTTPS as Kubernetes does. Throws CoxswainError `port-in-use`. */
export async function createApiServer(options: ApiServerOptions): Promise<RunningApiServer> {
  const { store, clock, certificates, denied = [], onError = () => {} } = options;
  const { podLogs, proxy, podProxy, control } = options;
  const registry = createResourceRegistry(store, clock);
  const context: ApiContext = { store, clock, registry, denied, podLogs, proxy, podProxy, control };
  const isAuthentic = bearerCheck(options.token);

  const serve = async (incoming: IncomingMessage, response: ServerResponse) => {
    try {
      const head = readHead(incoming);
      const open = answerPublic(head);
      if (open) return send(response, open);
      if (!isAuthentic(incoming.headers.authorization)) {
        throw new StatusError(401, 'Unauthorized', 'Unauthorized');
      }
      const result = await answer(context, { ...head, body: await readBody(incoming) }, response);
      if (result !== 'streaming') send(response, result);
    } catch (error) {
      const known = error instanceof StatusError;
      if (!known) onError(error);
      const status = known
        ? error
        : new StatusError(500, 'InternalError', 'internal error of the embedded cluster');
      if (response.headersSent) response.destroy();
      else send(response, { code: status.code, json: status.toStatus() });
    }
  };

  const server = createServer({ cert: certificates.certPem, key: certificates.keyPem }, serve);
  // Those in the middle of a TLS handshake too, which the server's own list of connections does not have.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  // Longer than clients keep idle connections, so that none is closed under a request.
  server.keepAliveTimeout = 120_000;
  const port = await listen(server, options.host, options.port);
  return {
    url: `https://${options.host}:${port}`,
    async close() {
      registry.close();
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new CoxswainError(
      'port-in-use',
      `Port ${port} on ${host}, meant for the embedded cluster's API, is taken by another program.`,
      'Stop that program, choose another port, or choose port 0 for any free one.',
      { cause: error },
    );
  }
  const address = server.address();
  return typeof address === 'object' && address ? address.port : port;
}

function bearerCheck(token: string): (header: string | undefined) => boolean {
  return (header) => {
    const given = /^Bearer +(.+)$/i.exec(header ?? '')?.[1];
    return given !== undefined && isSameToken(given, token);
  };
}

/** Kubernetes' limit. */
const MAX_BODY_BYTES = 3 * 1024 * 1024;

function readHead({ method = 'GET', url = '/', headers }: IncomingMessage): HttpHead {
  const target = `https://localhost${url}`;
  if (!URL.canParse(target)) throw badRequest('malformed URL');
  const { pathname, searchParams } = new URL(target);
  return { method, path: pathname.replace(/(?<=.)\/$/, ''), query: searchParams, headers };
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const tooLarge = () =>
    new StatusError(413, 'RequestEntityTooLarge', `the body is larger than ${MAX_BODY_BYTES} bytes`);
  if (Number(incoming.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    // A body whose size was not announced: leaving the loop closes the connection.
    if (size > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, result: Answer): void {
  const isJson = 'json' in result;
  const content = Buffer.from(isJson ? JSON.stringify(result.json) : result.content);
  response.writeHead(result.code, {
    'content-type': isJson ? 'application/json' : result.contentType,
    'content-length': content.length,
    'cache-control': 'no-cache, private',
    ...result.headers,
  });
  response.end(content);
}
