import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Clock } from '../../../clock';
import type { HttpOutcome } from '../nodes/podHttp';
import { VERSION_PATH } from '../nodes/podHttp';
import { type HeaderChange, type RouteRequest, routeText } from './resolution';
import type { GatewayAnswer } from './trafficGateway';

/** Nobody is kept waiting for longer, in cluster time. */
const LONGEST_WAIT_MS = 5000;

export interface GatewayServerOptions {
  request: (request: RouteRequest) => GatewayAnswer;
  clock: Clock;
  host: string;
}

export interface GatewayServer {
  /** `http://host:port`. */
  url: string;
  port: number;
  close(): Promise<void>;
}

/**
 * Listens as the gateways of all routers together do: takes any request, by its `Host`, and answers as the pod does
 * that the routes choose, after as long as it takes in cluster time. `x-coxswain-pod` and `x-coxswain-version` say
 * which one, `x-coxswain-route` by which route; `GET /version` answers `{"version": …}`.
 */
export async function startGatewayServer({
  request,
  clock,
  host,
}: GatewayServerOptions): Promise<GatewayServer> {
  const server = createServer((incoming, response) => {
    // Bodies are not looked at.
    incoming.resume();
    const asked = readRequest(incoming);
    const answer = request(asked);
    const sent = answerOf(answer, asked);
    const seconds = answer.outcome ? waitSeconds(answer.outcome) : 0;
    clock.schedule(Math.min(LONGEST_WAIT_MS, seconds * 1000), () => send(response, answer, sent));
  });
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://${host}:${port}`,
    port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function readRequest({ method = 'GET', url = '/', headers }: IncomingMessage): RouteRequest {
  const [path = '/', query = ''] = url.split('?', 2);
  return {
    host: (headers.host ?? '').replace(/:\d+$/, '').toLowerCase(),
    path,
    method,
    query: Object.fromEntries(new URLSearchParams(query)),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    ),
  };
}

interface Sent {
  status: number;
  body: object;
}

function answerOf({ outcome, refusal, pod, version }: GatewayAnswer, { path }: RouteRequest): Sent {
  if (refusal) return { status: refusal.status, body: { message: refusal.text } };
  const body = { version, pod };
  switch (outcome?.kind) {
    case 'answered':
      return { status: outcome.status, body: path === VERSION_PATH ? { version } : body };
    case 'lost':
      return { status: 504, body: { ...body, message: 'upstream request timeout' } };
    default:
      return { status: 502, body: { ...body, message: 'the pod has cut the connection' } };
  }
}

function waitSeconds(outcome: HttpOutcome): number {
  switch (outcome.kind) {
    case 'answered':
      return outcome.latencySeconds;
    case 'reset':
      return outcome.afterSeconds;
    case 'lost':
      return LONGEST_WAIT_MS / 1000;
    case 'refused':
      return 0;
  }
}

function send(response: ServerResponse, answer: GatewayAnswer, { status, body }: Sent): void {
  if (response.destroyed) return;
  const { resolution, pod, version, headers } = answer;
  const { outcome } = resolution;
  response.statusCode = status;
  response.setHeader('content-type', 'application/json');
  if (outcome.kind === 'routed') response.setHeader('x-coxswain-route', routeText(outcome.route));
  for (const change of headers) changeHeader(response, change);
  if (pod !== null) response.setHeader('x-coxswain-pod', pod);
  if (version !== null) response.setHeader('x-coxswain-version', version);
  response.end(`${JSON.stringify(body)}\n`);
}

function changeHeader(response: ServerResponse, { op, name, value }: HeaderChange): void {
  if (op === 'set') response.setHeader(name, value);
  else if (op === 'add') response.appendHeader(name, value);
  else response.removeHeader(name);
}
