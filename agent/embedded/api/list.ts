import * as z from 'zod';
import type { KubeObject } from '../objectStore';
import { labelsMatch, parseLabelSelector } from '../store/labelSelector';
import type { VersionedStore } from '../store/memoryStore';
import { badRequest, StatusError } from '../store/statusError';
import { parseFieldSelector } from './fieldSelector';
import {
  type Answer,
  type ApiContext,
  apiVersionOf,
  countParameter,
  presented,
  type ResourceRequest,
} from './request';
import type { ResourceInfo } from './resourceInfo';

/** Answers a list: selectors, `limit` with `continue`, and `resourceVersionMatch=Exact` as far back as the log goes. */
export function listObjects({ store }: ApiContext, request: ResourceRequest): Answer {
  const { info, query } = request;
  const limit = countParameter(query, 'limit') ?? 0;
  const from = startOf(store, query);
  const selects = selection(request);
  const matching = objectsAt(store, info, from.revision)
    .filter((object) => keyOf(object) > from.after && selects(object))
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const items = limit > 0 ? matching.slice(0, limit) : matching;
  const last = items.at(-1);
  const remaining = matching.length - items.length;
  const metadata = {
    resourceVersion: String(from.revision),
    ...(last &&
      remaining > 0 && { continue: encodeContinue({ revision: from.revision, after: keyOf(last) }) }),
    ...(remaining > 0 && { remainingItemCount: remaining }),
  };
  return {
    code: 200,
    json: {
      kind: `${info.kind}List`,
      apiVersion: apiVersionOf(info),
      metadata,
      items: items.map((object) => presented(info, object)),
    },
  };
}

/** Whether an object is among those that the request's namespace, name and selectors ask for. */
export function selection({
  info,
  namespace,
  name,
  query,
}: ResourceRequest): (object: KubeObject) => boolean {
  const requirements = parseLabelSelector(query.get('labelSelector') ?? '');
  const fieldsMatch = parseFieldSelector(query.get('fieldSelector') ?? '', info.selectableFields);
  return (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    (name === undefined || object.metadata.name === name) &&
    labelsMatch(requirements, object.metadata.labels) &&
    fieldsMatch(object);
}

/** A resourceVersion that a client sent. Throws StatusError 400. */
export function parseRevision(text: string): number {
  if (!/^\d{1,16}$/.test(text)) throw badRequest(`invalid resource version "${text}"`);
  return Number(text);
}

/** Where a list begins: at which revision, and after which object. */
const Start = z.object({ revision: z.number().int(), after: z.string() });
type Start = z.infer<typeof Start>;

function startOf(store: VersionedStore, query: URLSearchParams): Start {
  const token = query.get('continue');
  if (token) return decodeContinue(token);
  const revision = parseRevision(query.get('resourceVersion') || '0');
  if (revision > store.revision()) {
    const message = `Too large resource version: ${revision}, current: ${store.revision()}`;
    throw new StatusError(504, 'Timeout', message, {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    });
  }
  const exact = query.get('resourceVersionMatch') === 'Exact';
  return { revision: exact ? revision : store.revision(), after: '' };
}

function encodeContinue(start: Start): string {
  return Buffer.from(JSON.stringify(start)).toString('base64url');
}

function decodeContinue(token: string): Start {
  try {
    return Start.parse(JSON.parse(Buffer.from(token, 'base64url').toString('utf8')));
  } catch {
    throw badRequest('continue key is not valid');
  }
}

/** The objects as they were at that revision: the present ones, with every later change undone. */
function objectsAt(store: VersionedStore, { storage }: ResourceInfo, revision: number): KubeObject[] {
  const objects = new Map(store.list(storage).map((object) => [keyOf(object), object]));
  if (revision === store.revision()) return [...objects.values()];
  for (const { object, previous } of store.changesSince(storage, revision).toReversed()) {
    if (previous) objects.set(keyOf(previous), previous);
    else objects.delete(keyOf(object));
  }
  return [...objects.values()];
}

/** Sorts as etcd does: by namespace, then name. */
function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
