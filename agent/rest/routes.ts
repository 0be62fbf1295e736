import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { ExperimentRun, Fault, type Method, type Params, REQUESTS, type Result } from '../protocol';
import type { RestBackend, RestMetrics } from './backend';
import { ErrorBody } from './errorReply';
import { BriefHealth, FullHealth } from './health';

export interface RouteOptions {
  app: FastifyInstance;
  backend: RestBackend;
  metrics: RestMetrics;
  isAuthorised(request: FastifyRequest): boolean;
}

/** A thousand transitions of the longest observation. */
const MAX_UPDATE_BYTES = 4 * 1024 * 1024;

/** Answered without a token: they tell nothing that is worth one. */
export const OPEN_ROUTES: ReadonlySet<string> = new Set([
  '/health',
  '/health/live',
  '/health/ready',
  '/openapi.json',
]);

const { predict, addExperience, runExperiment, injectFault } = REQUESTS;
const Id = z.object({ id: z.string().min(1).max(500) });

/** One of ours by its name, or the text of one. Where it is from and who asks for it is not the caller's to say. */
const RunBody = runExperiment.params
  .omit({ path: true, trigger: true })
  .refine(({ name, yaml }) => (name === undefined) !== (yaml === undefined), 'expected either name or yaml');

/** Every route of the service. Each is one request of the protocol, so that guard, mode and journal see it as any other. */
export function addRoutes(options: RouteOptions): void {
  addPolicyRoutes(options);
  addStateRoutes(options);
  addChaosRoutes(options);
}

function addPolicyRoutes({ app, backend, metrics }: RouteOptions): void {
  const api = app.withTypeProvider<ZodTypeProvider>();
  const ask = asker(backend);
  api.post(
    '/predict',
    describedAs({
      tags: ['policy'],
      summary: 'What the policy makes of an observation',
      body: predict.params,
      response: { 200: predict.result },
    }),
    async (request) => {
      const answer = await ask(request, 'predict', request.body);
      metrics.predicted({ task: request.body.task, ...answer });
      return answer;
    },
  );
  api.post(
    '/update',
    {
      bodyLimit: MAX_UPDATE_BYTES,
      ...describedAs({
        tags: ['policy'],
        summary: 'Adds experience; nothing learns from it unless heal.onlineLearning is on',
        body: addExperience.params,
        response: { 200: addExperience.result },
      }),
    },
    (request) => ask(request, 'addExperience', request.body),
  );
  api.get(
    '/decisions/:seq/explanation',
    describedAs({
      tags: ['policy'],
      summary: 'Why a decision was what it was, by its number in the journal',
      params: z.object({ seq: z.coerce.number().int().min(0) }),
      response: { 200: REQUESTS.explainDecision.result },
    }),
    (request) => ask(request, 'explainDecision', { seq: request.params.seq }),
  );
}

function addStateRoutes({ app, backend, metrics, isAuthorised }: RouteOptions): void {
  const api = app.withTypeProvider<ZodTypeProvider>();
  api.get(
    '/health',
    describedAs({
      tags: ['state'],
      summary: 'How it is; in detail with the token',
      security: [],
      response: { 200: z.union([FullHealth, BriefHealth]) },
    }),
    async (request) => {
      const health = backend.health();
      return isAuthorised(request) ? health : BriefHealth.parse(health);
    },
  );
  api.get(
    '/health/live',
    describedAs({
      tags: ['state'],
      summary: 'Answers while the process does, for a liveness probe',
      security: [],
      response: { 200: BriefHealth },
    }),
    async () => BriefHealth.parse(backend.health()),
  );
  api.get(
    '/health/ready',
    describedAs({
      tags: ['state'],
      summary: '503 where it cannot decide, for a readiness probe',
      security: [],
      response: { 200: BriefHealth, 503: BriefHealth },
    }),
    async (_request, reply) => {
      const health = BriefHealth.parse(backend.health());
      return reply.code(health.ready ? 200 : 503).send(health);
    },
  );
  api.get(
    '/metrics',
    describedAs({
      tags: ['state'],
      summary: 'Metrics in the text format of Prometheus',
      response: {
        200: { description: 'See docs/monitoring.md', content: { 'text/plain': { schema: z.string() } } },
      },
    }),
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
  );
  api.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
}

function addChaosRoutes({ app, backend, isAuthorised }: RouteOptions): void {
  const api = app.withTypeProvider<ZodTypeProvider>();
  const ask = asker(backend);
  const tags = ['chaos'];
  api.get(
    '/chaos/experiments',
    describedAs({
      tags,
      summary: 'Experiments that can be run',
      response: { 200: REQUESTS.experiments.result },
    }),
    (request) => ask(request, 'experiments', {}),
  );
  api.post(
    '/chaos/runs',
    {
      // An experiment as text, in JSON's quotes.
      bodyLimit: 256 * 1024,
      ...describedAs({
        tags,
        summary: 'Begins a run, and answers once it has begun',
        body: RunBody,
        response: { 202: runExperiment.result },
      }),
    },
    async (request, reply) => {
      const answer = await ask(request, 'runExperiment', { ...request.body, trigger: 'rest' });
      return reply
        .code(202)
        .header('Location', `/chaos/runs/${encodeURIComponent(answer.run.id)}`)
        .send(answer);
    },
  );
  api.get(
    '/chaos/runs',
    describedAs({
      tags,
      summary: 'The latest runs, newest last',
      response: { 200: z.object({ runs: z.array(ExperimentRun) }) },
    }),
    async () => ({ runs: backend.snapshot().runs }),
  );
  api.get(
    '/chaos/runs/:id',
    describedAs({
      tags,
      summary: 'A run with its whole journal',
      params: Id,
      response: { 200: REQUESTS.experimentRun.result },
    }),
    (request) => ask(request, 'experimentRun', { runId: request.params.id }),
  );
  api.delete(
    '/chaos/runs/:id',
    describedAs({
      tags,
      summary: 'Ends a run and its fault',
      params: Id,
      response: { 200: REQUESTS.stopExperiment.result },
    }),
    (request) => ask(request, 'stopExperiment', { runId: request.params.id }),
  );
  api.get(
    '/chaos/faults',
    describedAs({
      tags,
      summary: 'The latest faults, newest last',
      response: { 200: z.object({ faults: z.array(Fault) }) },
    }),
    async () => ({ faults: backend.snapshot().faults }),
  );
  api.post(
    '/chaos/faults',
    describedAs({
      tags,
      summary: 'Injects a fault by itself',
      body: injectFault.params,
      response: { 201: injectFault.result },
    }),
    async (request, reply) => reply.code(201).send(await ask(request, 'injectFault', request.body)),
  );
  api.delete(
    '/chaos/faults/:id',
    describedAs({
      tags,
      summary: 'Ends a fault',
      params: Id,
      response: { 200: REQUESTS.endFault.result },
    }),
    (request) => ask(request, 'endFault', { faultId: request.params.id }),
  );
  api.post(
    '/emergency-stop',
    {
      // It must work when everything else is at its limit; a token must not be tried out by it without end.
      config: { rateLimit: { allowList: (request: FastifyRequest) => isAuthorised(request) } },
      ...describedAs({
        tags,
        summary: 'Ends every fault, withdraws every proposal, lets nothing act',
        response: { 200: REQUESTS.emergencyStop.result },
      }),
    },
    (request) => ask(request, 'emergencyStop', {}),
  );
}

/** Sends a request on, under the name of who has sent it. */
function asker(backend: RestBackend) {
  return <M extends Method>(request: FastifyRequest, method: M, params: Params<M>): Promise<Result<M>> =>
    backend.handle(method, params, `REST from ${request.ip}`);
}

interface RouteSchema {
  tags: string[];
  summary: string;
  security?: [];
  body?: z.ZodType;
  params?: z.ZodType;
  response?: Record<
    number,
    z.ZodType | { description: string; content: Record<string, { schema: z.ZodType }> }
  >;
}

/** The schema of a route, which may fail in any way that the agent can. */
function describedAs<S extends RouteSchema>(schema: S) {
  return { schema: { ...schema, response: { ...schema.response, '4xx': ErrorBody, '5xx': ErrorBody } } };
}
