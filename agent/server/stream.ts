import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import {
  ClientMessage,
  CoxswainError,
  type ErrorCode,
  type ErrorInfo,
  type ServerMessage,
  toErrorInfo,
} from '../protocol';
import { isSameToken } from '../sameToken';
import { type Assets, serveAsset } from './assets';
import type { StateStore } from './stateStore';

const HOST = '127.0.0.1';
/** The largest message that a client may send. */
const MAX_MESSAGE_BYTES = 64 * 1024;
/** Once so much waits for a reader, it is too slow: it is told so, and dropped. */
const DEFAULT_MAX_BUFFERED_BYTES = 4 * 1024 * 1024;
/** So many requests of one reader are answered at the same time. */
const MAX_PENDING_REQUESTS = 32;
/** Connections of all kinds; a view needs one, and loading the dashboard a few more. */
const MAX_CONNECTIONS = 200;
/** How long a reader that was told to go may take to hang up. */
const GOODBYE_MS = 1000;
/** A browser sends the token as a WebSocket subprotocol, because it can set no header. */
const TOKEN_PROTOCOL = 'coxswain.';

export interface StreamOptions {
  /** 0 takes a free port. */
  port: number;
  state: StateStore;
  assets: Assets;
  /** `via` names the surface: a browser page or a program. */
  handle(method: string, params: unknown, via: string): Promise<unknown>;
  maxBufferedBytes?: number;
}

export interface Stream {
  /** `ws://127.0.0.1:port/stream` */
  url: string;
  /** The dashboard in a browser, with the token in the fragment, which browsers do not send. */
  dashboardUrl: string;
  token: string;
  close(): Promise<void>;
}

/**
 * The WebSocket stream and the browser dashboard, on loopback only. Who has the token may see the state and send
 * requests; a browser page of another origin is turned away even with it.
 */
export async function openStream(options: StreamOptions): Promise<Stream> {
  const token = randomBytes(24).toString('base64url');
  const http = createServer((request, response) => serveAsset(options.assets, request, response));
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: (protocols) => [...protocols].find((name) => name.startsWith(TOKEN_PROTOCOL)) ?? false,
  });
  http.maxConnections = MAX_CONNECTIONS;
  http.on('upgrade', (request, socket, head) => {
    if (!isOwnOrigin(request)) {
      turnAway(socket, originError(request));
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => welcome(client, request, token, options));
  });
  await listen(http, options.port);
  const { port } = http.address() as AddressInfo;
  return {
    url: `ws://${HOST}:${port}/stream`,
    dashboardUrl: `http://${HOST}:${port}/#token=${token}`,
    token,
    async close() {
      for (const client of sockets.clients) client.terminate();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** From the upgrade on the socket is ours: its errors would end the process, and nobody else closes it. */
function turnAway(socket: Duplex, error: ErrorInfo): void {
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(error)}`);
}

function welcome(client: WebSocket, request: IncomingMessage, token: string, options: StreamOptions): void {
  // A broken connection is followed by `close`, where it is cleaned up.
  client.on('error', () => undefined);
  if (!hasToken(request, token)) {
    sayGoodbye(client, 4401, {
      code: 'token-wrong',
      message: 'The token of this connection is missing or not that of the running agent.',
      remedy: 'Open the dashboard again with the address that the agent printed.',
    });
    return;
  }
  new Reader(client, request.headers.origin === undefined ? 'terminal' : 'dashboard', options);
}

/** One connected client. */
class Reader {
  readonly #client: WebSocket;
  readonly #via: string;
  readonly #options: StreamOptions;
  #unsubscribe: () => void = () => undefined;
  #pendingRequests = 0;

  constructor(client: WebSocket, via: string, options: StreamOptions) {
    this.#client = client;
    this.#via = via;
    this.#options = options;
    client.on('message', (data) => this.#receive(String(data)));
    client.on('close', () => this.#unsubscribe());
  }

  #receive(text: string): void {
    const parsed = parseMessage(text);
    if (parsed === null) {
      this.#send({ kind: 'failure', id: null, error: malformedError(text) });
      return;
    }
    if (parsed.kind === 'subscribe') this.#subscribe();
    else void this.#answer(parsed.id, parsed.method, parsed.params);
  }

  #subscribe(): void {
    this.#unsubscribe();
    const { state } = this.#options;
    this.#send({ kind: 'snapshot', snapshot: state.snapshot });
    this.#unsubscribe = state.subscribe((delta) => this.#send({ kind: 'delta', delta }));
  }

  async #answer(id: number, method: string, params: unknown): Promise<void> {
    this.#pendingRequests += 1;
    try {
      if (this.#pendingRequests > MAX_PENDING_REQUESTS) throw tooManyRequests();
      this.#send({ kind: 'response', id, result: await this.#options.handle(method, params, this.#via) });
    } catch (error) {
      this.#send({ kind: 'failure', id, error: toErrorInfo(error) });
    } finally {
      this.#pendingRequests -= 1;
    }
  }

  #send(message: ServerMessage): void {
    const limit = this.#options.maxBufferedBytes ?? DEFAULT_MAX_BUFFERED_BYTES;
    if (this.#client.readyState !== this.#client.OPEN) return;
    if (this.#client.bufferedAmount > limit) {
      this.#unsubscribe();
      sayGoodbye(this.#client, 1013, {
        code: 'conflict',
        message: 'This reader was too slow: more than it could take was waiting for it.',
        remedy: 'Connect again; the first message is the whole state.',
      });
      return;
    }
    this.#client.send(JSON.stringify(message));
  }
}

function sayGoodbye(client: WebSocket, code: number, error: ErrorInfo): void {
  client.send(JSON.stringify({ kind: 'goodbye', error } satisfies ServerMessage));
  client.close(code, error.code);
  setTimeout(() => client.terminate(), GOODBYE_MS).unref();
}

function parseMessage(text: string): ClientMessage | null {
  try {
    return ClientMessage.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function tooManyRequests(): CoxswainError {
  return new CoxswainError(
    'conflict',
    `${MAX_PENDING_REQUESTS} requests of this connection are being answered already.`,
    'Wait for their answers.',
  );
}

function malformedError(text: string): ErrorInfo {
  return {
    code: 'message-malformed',
    message: `A message on the stream was not understood: ${text.slice(0, 80)}`,
    remedy: 'Messages are JSON: {"kind":"subscribe"} or {"kind":"request","id":1,"method":"…","params":{}}.',
  };
}

/** Programs send no Origin; a browser sends that of the page, which must be our own dashboard. */
function isOwnOrigin(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  // The Host check keeps out a page whose own name was made to resolve to this machine. Any port will do: VS Code
  // forwards ours to another one.
  if (host === undefined || !/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)) return false;
  return origin === undefined || origin === `http://${host}`;
}

function originError(request: IncomingMessage): ErrorInfo {
  const code: ErrorCode = 'origin-wrong';
  return {
    code,
    message: `A page of ${request.headers.origin ?? request.headers.host} must not use this agent.`,
    remedy: 'Open the dashboard with the address that the agent printed.',
  };
}

function hasToken(request: IncomingMessage, token: string): boolean {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const protocols = request.headers['sec-websocket-protocol']?.split(',').map((name) => name.trim()) ?? [];
  const subprotocol = protocols.find((name) => name.startsWith(TOKEN_PROTOCOL))?.slice(TOKEN_PROTOCOL.length);
  return [bearer, subprotocol].some((given) => given !== undefined && isSameToken(given, token));
}

function listen(http: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === 'EADDRINUSE';
      const message = taken
        ? `Port ${port} on ${HOST} is in use.`
        : `Cannot listen on port ${port}: ${cause.message}`;
      const remedy = 'Set server.port (or --port) to another port, or to 0 for a free one.';
      reject(new CoxswainError('port-in-use', message, remedy, { cause }));
    });
    http.listen(port, HOST, resolve);
  });
}
