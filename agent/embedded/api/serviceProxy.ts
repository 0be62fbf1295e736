import { StatusError } from '../store/statusError';
import { type Answer, type ApiContext, existing, type ObjectRequest } from './request';

/** A request that a client makes of a Service through the API server. */
export interface ProxyRequest {
  namespace: string;
  service: string;
  /** Name or number; undefined where the client left it out. */
  port: string | undefined;
  method: string;
  /** Begins with `/`. */
  path: string;
  query: URLSearchParams;
  contentType: string | undefined;
  body: Buffer;
}

export interface ProxyAnswer {
  status: number;
  contentType: string;
  body: string | Uint8Array;
}

/** Answers for the pods behind a Service; undefined where there are none. */
export type ServiceProxy = (
  request: ProxyRequest,
) => Promise<ProxyAnswer | undefined> | ProxyAnswer | undefined;

/** `services/<name>:<port>/proxy/<path>`. Throws StatusError 404 without the Service, 503 without anything behind it. */
export async function proxyToService(context: ApiContext, request: ObjectRequest): Promise<Answer> {
  const { target: service, port } = splitTarget(request.name);
  existing(context, { ...request, name: service });
  const answer = await context.proxy?.({
    namespace: request.namespace ?? '',
    service,
    port,
    method: request.method,
    path: `/${request.rest}`,
    query: request.query,
    contentType: request.headers['content-type'],
    body: request.body,
  });
  if (answer) return { code: answer.status, contentType: answer.contentType, content: answer.body };
  const message = `no endpoints available for service "${request.name}"`;
  throw new StatusError(503, 'ServiceUnavailable', message);
}

/** `name`, `name:port` or `scheme:name:port`. */
export function splitTarget(text: string): { target: string; port: string | undefined } {
  const [first = '', second, third] = text.split(':');
  const [target, port] = third === undefined ? [first, second] : [second ?? '', third];
  return { target, port: port || undefined };
}
