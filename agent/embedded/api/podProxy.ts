import { StatusError } from '../store/statusError';
import { type Answer, type ApiContext, existing, type ObjectRequest } from './request';
import { type ProxyAnswer, splitTarget } from './serviceProxy';

/** A GET that a client makes of a pod through the API server. */
export interface PodProxyRequest {
  namespace: string;
  pod: string;
  /** Name or number; undefined where the client left it out. */
  port: string | undefined;
  /** Begins with `/`. */
  path: string;
}

/** Answers for a pod. Throws StatusError 503 where nothing comes back. */
export type PodProxy = (request: PodProxyRequest) => Promise<ProxyAnswer>;

/** `pods/<name>:<port>/proxy/<path>`, for GET. Throws StatusError 404 without the pod. */
export async function proxyToPod(context: ApiContext, request: ObjectRequest): Promise<Answer> {
  if (request.method !== 'GET') {
    throw new StatusError(405, 'MethodNotAllowed', `the embedded cluster's pods answer GET only`);
  }
  const { target, port } = splitTarget(request.name);
  existing(context, { ...request, name: target });
  const { podProxy } = context;
  if (!podProxy) throw new StatusError(503, 'ServiceUnavailable', 'error trying to reach service');
  const answer = await podProxy({
    namespace: request.namespace ?? '',
    pod: target,
    port,
    path: `/${request.rest}`,
  });
  return { code: answer.status, contentType: answer.contentType, content: answer.body };
}
