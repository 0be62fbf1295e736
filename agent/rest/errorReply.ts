import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { CoxswainError, ERROR_CODES, isCoxswainError, toErrorInfo } from '../protocol';
import { HTTP_STATUS } from './httpStatus';

export const ErrorBody = z.object({
  error: z.object({ code: z.enum(ERROR_CODES), message: z.string(), remedy: z.string() }),
});

const DOCUMENTED = 'The requests are documented in docs/rest.md, and in /openapi.json of this service.';

/** What a request gets whatever went wrong: what happened, and what to do. */
export function replyWithError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { error: known, status } = understand(error, request);
  if (status === 401) void reply.header('WWW-Authenticate', 'Bearer');
  // Serialised here: the schema of the route is that of its success.
  return reply
    .code(status)
    .type('application/json; charset=utf-8')
    .serializer((body: unknown) => JSON.stringify(body))
    .send({ error: toErrorInfo(known) });
}

export function noSuchRoute({ method, url }: FastifyRequest): CoxswainError {
  const path = url.split('?')[0]?.slice(0, 200);
  return new CoxswainError('not-found', `There is no ${method} ${path}.`, DOCUMENTED);
}

/** The rate limit, which has no code of its own: to the agent it is one of too many requests at a time. */
export class TooManyRequests extends CoxswainError {
  constructor(requestsPerMinute: number) {
    super(
      'conflict',
      `This address has made more than ${requestsPerMinute} requests in a minute.`,
      'Wait as long as the header Retry-After says, or raise server.rest.requestsPerMinute.',
    );
  }
}

function understand(error: unknown, request: FastifyRequest): { error: unknown; status: number } {
  if (error instanceof TooManyRequests) return { error, status: 429 };
  if (isCoxswainError(error)) return { error, status: HTTP_STATUS[error.code] };
  const status = (error as Partial<FastifyError>).statusCode ?? 500;
  if (status >= 400 && status < 500) return { error: malformed(error as FastifyError, request), status };
  return { error, status: 500 };
}

/** What fastify itself turns down: a body that is no JSON, is too large, or does not fit the schema. */
function malformed({ message, validation }: FastifyError, request: FastifyRequest): CoxswainError {
  const where = `${request.method} ${request.url.split('?')[0]?.slice(0, 200)}`;
  const why = validation
    ? validation.map(({ instancePath, message: what }) => `${pathText(instancePath)}${what}`).join('; ')
    : message;
  return new CoxswainError('message-malformed', `${where} does not fit: ${why}`, DOCUMENTED);
}

/** `/state/3` as `state.3: `; nothing for the whole body. */
function pathText(instancePath: string): string {
  const path = instancePath.slice(1).replaceAll('/', '.');
  return path === '' ? '' : `${path}: `;
}
