import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../clock';
import type { Control } from '../control/control';
import type { KubeObject, ObjectStore } from '../objectStore';
import type { VersionedStore } from '../store/memoryStore';
import { badRequest, notFound, StatusError } from '../store/statusError';
import type { DeniedRule } from './access';
import type { PodLogs } from './podLog';
import type { PodProxy } from './podProxy';
import type { ResourceInfo, Subresource } from './resourceInfo';
import type { ResourceRegistry } from './resourceRegistry';
import type { ServiceProxy } from './serviceProxy';

/** What every handler works on. */
export interface ApiContext {
  store: VersionedStore;
  clock: Clock;
  registry: ResourceRegistry;
  denied: readonly DeniedRule[];
  podLogs: PodLogs | undefined;
  proxy: ServiceProxy | undefined;
  podProxy: PodProxy | undefined;
  /** What is no business of Kubernetes: load, simulations. */
  control: Control | undefined;
}

/** A request before its body. */
export interface HttpHead {
  method: string;
  /** Without a slash at the end. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
}

export interface HttpRequest extends HttpHead {
  body: Buffer;
}

/** A request for a resource: which, of what kind of object, and Kubernetes' verb for it. */
export interface ResourceRequest extends HttpRequest {
  info: ResourceInfo;
  verb: string;
  namespace: string | undefined;
  name: string | undefined;
  subresource: Subresource | undefined;
  /** The path after the subresource, for `proxy`. */
  rest: string;
}

/** A request that names one object. */
export type ObjectRequest = ResourceRequest & { name: string };

export type Answer = { code: number; headers?: Record<string, string> } & (
  | { json: unknown }
  | { content: string | Uint8Array; contentType: string }
);

/** Resolves `/api/v1/…` and `/apis/<group>/<version>/…`. Throws StatusError 404 for what is not served. */
export function resolveResource(registry: ResourceRegistry, request: HttpRequest): ResourceRequest {
  const { group, version, segments } = splitPath(request.path);
  const [first, second, third] = segments;
  const namespaced = first === 'namespaces' && third !== undefined && third !== 'status';
  const [plural = '', name, subresource, ...rest] = namespaced ? segments.slice(2) : segments;
  const info = registry.find({ group, version, plural });
  if (!info || info.namespaced !== namespaced) {
    // All namespaces at once can be listed and watched, but nothing can be addressed in them.
    const isAcrossNamespaces = info?.namespaced && name === undefined && request.method === 'GET';
    if (!info || !isAcrossNamespaces) throw noSuchPath();
  }
  const known = info.subresources.find((candidate) => candidate === subresource);
  if (subresource !== undefined && known === undefined) throw noSuchPath();
  return {
    ...request,
    info,
    verb: verbOf(request, name),
    namespace: namespaced ? second : undefined,
    name,
    subresource: known,
    rest: rest.join('/'),
  };
}

export function noSuchPath(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource');
}

function splitPath(path: string): { group: string; version: string; segments: string[] } {
  const [root, ...parts] = path.split('/').slice(1).map(decode);
  const [group, version, ...segments] = root === 'api' ? ['', ...parts] : parts;
  if ((root !== 'api' && root !== 'apis') || version === undefined) throw noSuchPath();
  return { group: group ?? '', version, segments };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest(`malformed path segment ${segment}`);
  }
}

function verbOf({ method, query }: HttpRequest, name: string | undefined): string {
  if (method === 'GET' && isTrue(query.get('watch'))) return 'watch';
  const verbs: Record<string, string> = {
    GET: name === undefined ? 'list' : 'get',
    POST: 'create',
    PUT: 'update',
    PATCH: 'patch',
    DELETE: name === undefined ? 'deletecollection' : 'delete',
  };
  return verbs[method] ?? method.toLowerCase();
}

export function isTrue(parameter: string | null): boolean {
  return parameter === 'true' || parameter === '1';
}

/** A whole number ≥ 0 from the query, or undefined where it is absent. Throws StatusError 400. */
export function countParameter(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (!/^\d{1,16}$/.test(text))
    throw badRequest(`invalid query parameter ${name}=${text}: expected a whole number`);
  return Number(text);
}

/** The store that the request writes to: with `dryRun=All` nothing is kept. */
export function storeFor({ store }: ApiContext, { query }: HttpRequest): ObjectStore {
  const dryRun = query.getAll('dryRun');
  if (dryRun.length === 0) return store;
  if (dryRun.some((value) => value !== 'All')) throw badRequest(`invalid dryRun ${dryRun}: expected All`);
  return store.dryRun;
}

/** The object that the request names. Throws StatusError 404. */
export function existing({ store }: ApiContext, { info, namespace, name }: ObjectRequest): KubeObject {
  const object = store.get(info.storage, namespace, name);
  if (!object) throw notFound(info, name);
  return object;
}

export function apiVersionOf({ group, version }: { group: string; version: string }): string {
  return group ? `${group}/${version}` : version;
}

/** The object in the version that was asked for. */
export function presented(info: ResourceInfo, object: KubeObject): KubeObject {
  return info.version === info.storage.version ? object : { ...object, apiVersion: apiVersionOf(info) };
}

/** The body as JSON. Throws StatusError 400, or 415 for an encoding that is not understood. */
export function parseBody({ headers, body }: HttpRequest): unknown {
  const contentType = headers['content-type']?.split(';')[0] ?? 'application/json';
  if (!/[/+]json$/.test(contentType)) {
    throw new StatusError(
      415,
      'UnsupportedMediaType',
      `the body is ${contentType}; expected application/json`,
    );
  }
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw badRequest(`the body is not valid JSON: ${error instanceof Error ? error.message : error}`);
  }
}
