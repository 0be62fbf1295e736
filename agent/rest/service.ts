import type { AddressInfo } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CoxswainError } from '../protocol';
import { hasToken, requireOwnHost, requireToken } from './access';
import type { RestBackend, RestMetrics } from './backend';
import { noSuchRoute, replyWithError, TooManyRequests } from './errorReply';
import { addRoutes, OPEN_ROUTES } from './routes';

export interface RestOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  token: string;
  requestsPerMinute: number;
  version: string;
  backend: RestBackend;
  metrics: RestMetrics;
}

export interface RestService {
  /** `http://127.0.0.1:8000` */
  readonly url: string;
  close(): Promise<void>;
}

/** What most requests may send; routes that take more say so. */
const MAX_BODY_BYTES = 64 * 1024;
/** A body that takes longer to come is an attack, or a line that is dead. */
const REQUEST_TIMEOUT_MS = 30_000;
const MAX_CONNECTIONS = 200;
/** Ids hold the names of Kubernetes objects. */
const MAX_PARAMETER_CHARACTERS = 500;
/** It serves no page, and no page may load what it serves. */
const SECURITY_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

/**
 * The REST service. Who has the token may do what the agent lets people do; without it there is only health and the
 * description of the service.
 *
 * @throws CoxswainError `port-in-use`
 */
export async function openRestService(options: RestOptions): Promise<RestService> {
  const app = await createApp(options);
  try {
    await app.listen({ host: options.host, port: options.port });
  } catch (error) {
    await app.close();
    throw cannotListen(options, error as NodeJS.ErrnoException);
  }
  const { port } = app.server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return { url: `http://${host}:${port}`, close: () => app.close() };
}

async function createApp(options: RestOptions): Promise<FastifyInstance> {
  const { fastify, serializerCompiler, validatorCompiler } = await import('./restLibraries');
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: MAX_PARAMETER_CHARACTERS },
    frameworkErrors: (error, request, reply) => void replyWithError(error, request, reply),
  });
  app.server.maxConnections = MAX_CONNECTIONS;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(replyWithError);
  acceptOnlyJson(app);
  addHooks(app, options);
  await describeApi(app, options.version);
  await limitRate(app, options.requestsPerMinute);
  addRoutes({ ...options, app, isAuthorised: (request) => isAuthorised(request, options.token) });
  return app;
}

/** An emergency stop has nothing to say, and may say so. */
function acceptOnlyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else parse(request, String(body), done);
  });
}

/**
 * Before the body is read; after the rate limit, so that tokens cannot be tried out without end. What is no route has
 * its limit later, and must not tell a right token from a wrong one.
 */
function addHooks(app: FastifyInstance, { host, token, metrics }: RestOptions): void {
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(SECURITY_HEADERS);
    requireOwnHost(request, host);
  });
  app.addHook('preParsing', async (request) => {
    const isOpen = request.is404 || OPEN_ROUTES.has(request.routeOptions.url ?? '');
    if (!isOpen) requireToken(request, token);
  });
  app.addHook('onResponse', async (request, reply) => {
    metrics.requestAnswered({
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
    });
  });
}

async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  const { jsonSchemaTransform, swagger } = await import('./restLibraries');
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Coxswain',
        version,
        description: 'Predictions, experience, chaos, health and metrics of a running agent.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    transform: jsonSchemaTransform,
  });
}

async function limitRate(app: FastifyInstance, requestsPerMinute: number): Promise<void> {
  const { rateLimit } = await import('./restLibraries');
  await app.register(rateLimit, {
    max: requestsPerMinute,
    timeWindow: 60_000,
    errorResponseBuilder: () => new TooManyRequests(requestsPerMinute),
  });
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, (request, reply) => {
    void replyWithError(noSuchRoute(request), request, reply);
  });
}

function isAuthorised({ headers }: FastifyRequest, token: string): boolean {
  return hasToken(headers.authorization, token);
}

function cannotListen({ host, port }: RestOptions, cause: NodeJS.ErrnoException): CoxswainError {
  const why = cause.code === 'EADDRINUSE' ? 'it is in use' : cause.message;
  return new CoxswainError(
    'port-in-use',
    `The REST service cannot listen on port ${port} of ${host}: ${why}.`,
    'Set server.rest.port (or --port) to another port, or to 0 for a free one.',
    { cause },
  );
}
