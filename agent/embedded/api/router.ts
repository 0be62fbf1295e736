import type { ServerResponse } from 'node:http';
import { CONTROL_ROOT } from '../control/controlApi';
import { PODS, sameType } from '../store/resourceTypes';
import { StatusError } from '../store/statusError';
import { checkAccess, reviewAccess } from './access';
import { discover, VERSION } from './discovery';
import { evictPod } from './eviction';
import { listObjects } from './list';
import { changeObject, createObject, deleteObject, getObject } from './objects';
import { openApi } from './openapi';
import { getPodLog } from './podLog';
import { proxyToPod } from './podProxy';
import {
  type Answer,
  type ApiContext,
  type HttpHead,
  type HttpRequest,
  noSuchPath,
  type ObjectRequest,
  type ResourceRequest,
  resolveResource,
} from './request';
import { changeScale, getScale } from './scale';
import { proxyToService } from './serviceProxy';
import { serveWatch } from './watch';

/** What is answered without a token, as a cluster does by default; undefined for everything else. */
export function answerPublic({ path, method }: HttpHead): Answer | undefined {
  if (method !== 'GET') return undefined;
  if (path === '/version') return { code: 200, json: VERSION };
  if (/^\/(healthz|readyz|livez)$/.test(path)) return { code: 200, content: 'ok', contentType: 'text/plain' };
  return undefined;
}

/** Answers an authenticated request, or lets a watch write to the response. Throws StatusError. */
export async function answer(
  context: ApiContext,
  request: HttpRequest,
  response: ServerResponse,
): Promise<Answer | 'streaming'> {
  if (request.method === 'GET') {
    const document = discover(context.registry, request.path) ?? openApi(context.registry, request.path);
    if (document) return { code: 200, json: document };
  }
  if (request.path === CONTROL_ROOT || request.path.startsWith(`${CONTROL_ROOT}/`)) {
    if (context.control) return context.control(request);
    throw noSuchPath();
  }
  if (request.path.startsWith('/apis/authorization.k8s.io/')) return reviewAccess(context, request);
  const resolved = resolveResource(context.registry, request);
  checkAccess(context, resolved);
  if (resolved.verb === 'watch' && resolved.subresource === undefined) {
    serveWatch(context, resolved, response);
    return 'streaming';
  }
  const { name } = resolved;
  return name === undefined
    ? answerCollection(context, resolved)
    : answerObject(context, { ...resolved, name });
}

function answerCollection(context: ApiContext, request: ResourceRequest): Answer {
  switch (request.verb) {
    case 'list':
      return listObjects(context, request);
    case 'create':
      return createObject(context, request);
    default:
      throw notAllowed(request);
  }
}

function answerObject(context: ApiContext, request: ObjectRequest): Answer | Promise<Answer> {
  const { subresource, method } = request;
  if (subresource === 'proxy') {
    return sameType(request.info, PODS) ? proxyToPod(context, request) : proxyToService(context, request);
  }
  switch (subresource ? `${method} ${subresource}` : method) {
    case 'GET':
    case 'GET status':
      return getObject(context, request);
    case 'PUT':
    case 'PATCH':
    case 'PUT status':
    case 'PATCH status':
      return changeObject(context, request);
    case 'DELETE':
      return deleteObject(context, request);
    case 'GET scale':
      return getScale(context, request);
    case 'PUT scale':
    case 'PATCH scale':
      return changeScale(context, request);
    case 'POST eviction':
      return evictPod(context, request);
    case 'GET log':
      return getPodLog(context, request);
    default:
      throw notAllowed(request);
  }
}

function notAllowed({ method }: HttpRequest): StatusError {
  return new StatusError(
    405,
    'MethodNotAllowed',
    `the server does not allow ${method} on the requested resource`,
  );
}
