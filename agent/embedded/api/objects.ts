import * as z from 'zod';
import type { KubeObject } from '../objectStore';
import { checkPodQuota } from '../runtime/quota/quota';
import { isOwnedBy } from '../store/garbageCollector';
import { deletePod } from '../store/podDeletion';
import { NAMESPACES, NODES, PODS, sameType } from '../store/resourceTypes';
import { badRequest, conflict, notFound } from '../store/statusError';
import { admit, type ObjectBody, parseObject } from './admission';
import { BUILTIN_RESOURCES } from './builtinResources';
import { refuseChaos } from './chaosDenial';
import { describeIssues } from './describeIssues';
import { applyPatch } from './patch';
import {
  type Answer,
  type ApiContext,
  existing,
  type ObjectRequest,
  parseBody,
  presented,
  type ResourceRequest,
  storeFor,
} from './request';

export function getObject(context: ApiContext, request: ObjectRequest): Answer {
  return { code: 200, json: presented(request.info, existing(context, request)) };
}

export function createObject(context: ApiContext, request: ResourceRequest): Answer {
  const { info, namespace } = request;
  if (namespace !== undefined) {
    const home = context.store.get(NAMESPACES, undefined, namespace);
    if (!home) throw notFound(NAMESPACES, namespace);
    refuseChaos(home, info.group);
  }
  const body = parseObject(request, parseBody(request));
  // The status belongs to controllers. A node's is its kubelet's, who creates the node too.
  if (info.subresources.includes('status') && !sameType(info, NODES)) delete body.status;
  const warnings = admit(request, body);
  if (sameType(info, PODS)) checkPodQuota(context.store, body);
  const created = storeFor(context, request).create(info.storage, body);
  return { code: 201, json: presented(info, created), headers: warningHeaders(warnings) };
}

/** PUT and PATCH of an object or of its status. */
export function changeObject(context: ApiContext, request: ObjectRequest): Answer {
  const { info, namespace, name, subresource } = request;
  const current = existing(context, request);
  // A patched document may share parts with the stored one, which must stay as it is.
  const document = structuredClone(presented(info, current));
  const body = parseObject(request, requestedState(request, document));
  const { uid, resourceVersion } = body.metadata;
  checkPreconditions(request, current, { uid });
  const next =
    subresource === 'status' ? withStatus(current, body) : withoutStatus(current, body, info.subresources);
  const warnings = admit(request, next, current);
  const replace = (draft: KubeObject) => {
    for (const key of Object.keys(draft)) delete draft[key];
    Object.assign(draft, next);
  };
  const changed = storeFor(context, request).update(info.storage, namespace, name, replace, resourceVersion);
  return { code: 200, json: presented(info, changed), headers: warningHeaders(warnings) };
}

/** What the client wants the document to be: the body of a PUT, or the patched document. */
export function requestedState(request: ObjectRequest, current: object): unknown {
  const body = parseBody(request);
  if (request.method === 'PUT') return body;
  const kind = BUILTIN_RESOURCES.includes(request.info) ? 'builtin' : 'custom';
  return applyPatch(request.headers['content-type']?.split(';')[0] ?? '', current, body, kind);
}

function withStatus(current: KubeObject, { status }: ObjectBody): KubeObject {
  const { status: _, ...rest } = structuredClone(current);
  return { ...rest, ...(status && { status }) } as KubeObject;
}

/** Keeps what a client cannot change: that the object is being deleted, and the status where that is apart. */
function withoutStatus(current: KubeObject, body: ObjectBody, subresources: readonly string[]): KubeObject {
  const { status, ...rest } = body;
  const kept = subresources.includes('status') ? structuredClone(current.status) : status;
  const { deletionTimestamp, deletionGracePeriodSeconds } = current.metadata;
  const metadata = { ...body.metadata, deletionTimestamp, deletionGracePeriodSeconds };
  return { ...rest, metadata, ...(kept && { status: kept }) } as KubeObject;
}

const DeleteOptions = z.looseObject({
  gracePeriodSeconds: z.number().int().min(0).nullish(),
  propagationPolicy: z.enum(['Background', 'Foreground', 'Orphan']).nullish(),
  preconditions: z.object({ uid: z.string().nullish(), resourceVersion: z.string().nullish() }).nullish(),
  dryRun: z.array(z.string()).nullish(),
});
export type DeleteOptions = z.infer<typeof DeleteOptions>;

/** Foreground deletion is carried out like background deletion: dependents go right after their owner. */
export function deleteObject(context: ApiContext, request: ObjectRequest): Answer {
  const options = request.body.length > 0 ? parseDeleteOptions(parseBody(request)) : {};
  const { query } = request;
  const grace = query.get('gracePeriodSeconds');
  return removeObject(context, request, {
    ...parseDeleteOptions({
      ...(grace !== null && { gracePeriodSeconds: Number(grace) }),
      ...(query.has('propagationPolicy') && { propagationPolicy: query.get('propagationPolicy') }),
    }),
    ...options,
  });
}

/** A null body means no options. Throws StatusError 400. */
export function parseDeleteOptions(body: unknown): DeleteOptions {
  const options = DeleteOptions.safeParse(body ?? {});
  if (!options.success) throw badRequest(`malformed DeleteOptions: ${describeIssues(options.error)}`);
  return options.data;
}

export function removeObject(context: ApiContext, request: ObjectRequest, options: DeleteOptions): Answer {
  const { info, namespace, name } = request;
  const object = existing(context, request);
  checkPreconditions(request, object, options.preconditions ?? {});
  for (const value of options.dryRun ?? []) request.query.append('dryRun', value);
  const store = storeFor(context, request);
  if (options.propagationPolicy === 'Orphan') disown(context, request, object.metadata.uid);
  if (sameType(info, PODS)) {
    const left = deletePod(store, context.clock, namespace, name, options.gracePeriodSeconds ?? undefined);
    return { code: 200, json: left };
  }
  store.delete(info.storage, namespace, name);
  const left = context.store.get(info.storage, namespace, name);
  return { code: 200, json: left ? presented(info, left) : deleted(request, object) };
}

/** Takes the owner out of its dependents, so that they outlive it. */
function disown(context: ApiContext, request: ResourceRequest, uid: string): void {
  const store = storeFor(context, request);
  for (const { resource, object } of [...context.store.entries()]) {
    if (!isOwnedBy(object, uid)) continue;
    store.update(resource, object.metadata.namespace, object.metadata.name, ({ metadata }) => {
      metadata.ownerReferences = metadata.ownerReferences?.filter((owner) => owner.uid !== uid) ?? [];
    });
  }
}

/** Throws StatusError 409 where the object is not the one that the client means. */
function checkPreconditions(
  { info, name }: ObjectRequest,
  { metadata }: KubeObject,
  { uid, resourceVersion }: { uid?: string | null | undefined; resourceVersion?: string | null | undefined },
): void {
  if (uid && uid !== metadata.uid) {
    throw conflict(
      info,
      name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`,
    );
  }
  if (resourceVersion && resourceVersion !== metadata.resourceVersion) {
    const versions = `ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion}`;
    throw conflict(info, name, `Precondition failed: ${versions}`);
  }
}

function deleted({ info, name }: ObjectRequest, { metadata }: KubeObject): Record<string, unknown> {
  const details = { name, ...(info.group && { group: info.group }), kind: info.plural, uid: metadata.uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}

function warningHeaders(warnings: readonly string[]): Record<string, string> {
  return warnings.length > 0
    ? { warning: warnings.map((text) => `299 - ${JSON.stringify(text)}`).join(', ') }
    : {};
}
