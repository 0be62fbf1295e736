import type { AddressInfo } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { CoxswainError, isCoxswainError } from '../../../protocol';
import { requireOwnHost } from '../../../rest/access';

/** Webhooks whose answer lets Flagger go on, or holds it: https://docs.flagger.app/usage/webhooks */
export const GATE_KINDS = [
  'confirm-rollout',
  'confirm-traffic-increase',
  'confirm-promotion',
  'rollback',
] as const;
export type GateKind = (typeof GATE_KINDS)[number];

/** Webhooks that are only told something. */
const TOLD_KINDS = ['pre-rollout', 'rollout', 'post-rollout', 'event'] as const;
export type ToldKind = (typeof TOLD_KINDS)[number];

/** The Canary that Flagger asks about. */
export interface GateRelease {
  namespace: string;
  name: string;
  /** As Flagger names it; empty where it says none. */
  phase: string;
  /** Of the revision: another one has another. */
  checksum: string;
}

/** `open` of the rollback gate means: roll back. */
export interface GateDecision {
  open: boolean;
  /** For people. */
  reason: string;
}

/** What was asked or told, and what was answered. */
export type GateCall = { release: GateRelease; metadata: Readonly<Record<string, string>> } & (
  | { kind: GateKind; decision: GateDecision }
  | { kind: ToldKind; decision: null }
);

export interface GateOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** What does not answer in 5 s, or throws, is closed. */
  decide(kind: GateKind, release: GateRelease): GateDecision | Promise<GateDecision>;
  /** Must not throw. */
  record(call: GateCall): void;
  /** Closes the gate when it is aborted. */
  signal?: AbortSignal;
}

export interface Gate {
  /** `http://127.0.0.1:40123`; Flagger is given `<url>/gate/<kind>`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Flagger's own events carry a message; nothing of it is long. */
const MAX_BODY_BYTES = 64 * 1024;
const REQUEST_TIMEOUT_MS = 10_000;
const MAX_CONNECTIONS = 500;
/** 500 canaries that ask four gates every ten seconds. */
const REQUESTS_PER_MINUTE = 12_000;
/** Half of what Flagger waits by default. */
const DECIDE_TIMEOUT_MS = 5000;

const name = z.string().min(1).max(253);
const Payload = z.object({
  name,
  namespace: name,
  phase: z.string().max(64).default(''),
  checksum: z.string().max(256).default(''),
  metadata: z.record(z.string(), z.string()).nullish(),
});

/**
 * The gate that Flagger's webhooks ask. It has no token, as Flagger sends none: its answers change nothing by
 * themselves, and whoever can reach it can only ask. So it listens on loopback unless it is told otherwise.
 *
 * @throws CoxswainError `port-in-use`
 */
export async function openGate(options: GateOptions): Promise<Gate> {
  options.signal?.throwIfAborted();
  const app = await createApp(options);
  try {
    await app.listen({ host: options.host, port: options.port });
  } catch (error) {
    await app.close();
    throw cannotListen(options, error as NodeJS.ErrnoException);
  }
  let closing: Promise<void> | undefined;
  const close = () => {
    options.signal?.removeEventListener('abort', close);
    closing ??= app.close();
    return closing;
  };
  options.signal?.addEventListener('abort', close, { once: true });
  if (options.signal?.aborted) await close();
  options.signal?.throwIfAborted();
  const { port } = app.server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return { url: `http://${host}:${port}`, close };
}

async function createApp(options: GateOptions): Promise<FastifyInstance> {
  const { fastify, rateLimit } = await import('../../../rest/restLibraries');
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    frameworkErrors: (error, request, reply) => void replyClosed(error, request, reply),
  });
  app.server.maxConnections = MAX_CONNECTIONS;
  app.setErrorHandler(replyClosed);
  app.addHook('onRequest', async (request) => requireOwnHost(request, options.host));
  await app.register(rateLimit, { max: REQUESTS_PER_MINUTE, timeWindow: 60_000 });
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, (request, reply) => {
    const reason = `there is no gate ${request.method} ${request.url.split('?')[0]?.slice(0, 200)}`;
    return reply.code(404).send({ open: false, reason });
  });
  addGates(app, options);
  return app;
}

function addGates(app: FastifyInstance, options: GateOptions): void {
  for (const kind of GATE_KINDS) {
    app.post(`/gate/${kind}`, async ({ body }, reply) => {
      const { release, metadata } = read(body);
      const decision = await decide(options, kind, release);
      options.record({ kind, release, metadata, decision });
      return reply.code(decision.open ? 200 : 403).send(decision);
    });
  }
  for (const kind of TOLD_KINDS) {
    app.post(`/gate/${kind}`, async ({ body }) => {
      options.record({ kind, ...read(body), decision: null });
      return { recorded: true };
    });
  }
}

class Malformed extends Error {
  readonly statusCode = 400;
}

function read(body: unknown): Pick<GateCall, 'release' | 'metadata'> {
  const parsed = Payload.safeParse(body);
  if (!parsed.success) throw new Malformed(`not what Flagger sends: ${z.prettifyError(parsed.error)}`);
  const { metadata, ...release } = parsed.data;
  return { release, metadata: metadata ?? {} };
}

/** Closed, whatever keeps it from being decided. */
async function decide(
  { decide: ask }: GateOptions,
  kind: GateKind,
  release: GateRelease,
): Promise<GateDecision> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<GateDecision>((resolve) => {
    const reason = `it could not be decided within ${DECIDE_TIMEOUT_MS / 1000} s`;
    timer = setTimeout(resolve, DECIDE_TIMEOUT_MS, { open: false, reason });
  });
  try {
    return await Promise.race([late, Promise.resolve(ask(kind, release))]);
  } catch (error) {
    const why = isCoxswainError(error) ? error.message : 'an error of Coxswain’s own, which its log has';
    return { open: false, reason: `it could not be decided: ${why}` };
  } finally {
    clearTimeout(timer);
  }
}

/** Every answer has the same shape, also where the question makes no sense. */
function replyClosed(error: unknown, _request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { statusCode, message } = error as { statusCode?: number; message?: string };
  const isAsker = statusCode !== undefined && statusCode >= 400 && statusCode < 500;
  const status = isCoxswainError(error) ? 403 : isAsker ? statusCode : 500;
  const reason = status === 500 ? 'an error of Coxswain’s own, which its log has' : (message ?? '');
  return reply.code(status).send({ open: false, reason });
}

function cannotListen({ host, port }: GateOptions, cause: NodeJS.ErrnoException): CoxswainError {
  const why = cause.code === 'EADDRINUSE' ? 'it is in use' : cause.message;
  return new CoxswainError(
    'port-in-use',
    `The gate for Flagger cannot listen on port ${port} of ${host}: ${why}.`,
    'Set canary.gate.port to another port, or to 0 for a free one.',
    { cause },
  );
}
