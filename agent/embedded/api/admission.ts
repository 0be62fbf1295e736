import * as z from 'zod';
import type { KubeObject, NewObject } from '../objectStore';
import { badRequest, invalid, type StatusCause } from '../store/statusError';
import { describeIssues } from './describeIssues';
import { apiVersionOf, type ResourceRequest } from './request';
import { applySchema, isRecord } from './schema';

const LabelMap = z.record(z.string(), z.string());
const Metadata = z.looseObject({
  name: z.string().optional(),
  generateName: z.string().optional(),
  namespace: z.string().optional(),
  uid: z.string().optional(),
  resourceVersion: z.string().optional(),
  labels: LabelMap.optional(),
  annotations: LabelMap.optional(),
  finalizers: z.array(z.string()).optional(),
  ownerReferences: z
    .array(
      z.looseObject({
        apiVersion: z.string(),
        kind: z.string(),
        name: z.string(),
        uid: z.string(),
        controller: z.boolean().optional(),
        blockOwnerDeletion: z.boolean().optional(),
      }),
    )
    .optional(),
});
const Body = z.looseObject({
  apiVersion: z.string().optional(),
  kind: z.string().optional(),
  metadata: z.preprocess(withoutNulls, Metadata),
  spec: z.record(z.string(), z.unknown()).optional(),
  status: z.record(z.string(), z.unknown()).optional(),
});

/** An object as a client may write it; what the store sets is not there yet, or not to be trusted. */
export type ObjectBody = NewObject & { metadata: { resourceVersion?: string; uid?: string } };

/**
 * Checks that the body is an object of the requested kind, in the requested namespace, and brings it into the form
 * in which it is stored. Throws StatusError 400.
 */
export function parseObject({ info, namespace, name }: ResourceRequest, body: unknown): ObjectBody {
  const parsed = Body.safeParse(withoutNulls(body));
  if (!parsed.success) throw badRequest(`the body is not a ${info.kind}: ${describeIssues(parsed.error)}`);
  const { apiVersion = apiVersionOf(info), kind = info.kind, metadata } = parsed.data;
  if (
    kind !== info.kind ||
    (apiVersion !== apiVersionOf(info) && apiVersion !== apiVersionOf(info.storage))
  ) {
    throw badRequest(`${apiVersion} ${kind} does not match the expected ${apiVersionOf(info)} ${info.kind}`);
  }
  if (metadata.namespace && metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (name !== undefined && metadata.name !== undefined && metadata.name !== name) {
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
    );
  }
  const { managedFields, selfLink, namespace: _, ...kept } = metadata;
  return {
    ...parsed.data,
    apiVersion: apiVersionOf(info.storage),
    kind,
    metadata: { ...kept, ...(namespace && { namespace }) },
  } as ObjectBody;
}

/**
 * Applies the resource's schema and rules to a new object, or to what is to replace `stored`. Returns warnings; throws
 * StatusError 422, or 400 on strict validation.
 */
export function admit(
  { info, query }: ResourceRequest,
  object: ObjectBody | KubeObject,
  stored?: KubeObject,
): string[] {
  const { causes, pruned } = applySchema(info.schema, object, stored);
  causes.push(...checkName(object));
  if (causes.length === 0 && info.check) causes.push(...info.check(object as KubeObject));
  const name = object.metadata.name ?? '';
  if (causes.length > 0) throw invalid(info.group, info.kind, name, causes);
  const unknown = pruned.map((path) => `unknown field "${path}"`);
  const validation = query.get('fieldValidation');
  if (unknown.length > 0 && validation === 'Strict') {
    throw badRequest(`strict decoding error: ${unknown.join(', ')}`);
  }
  return validation === 'Ignore' ? [] : unknown;
}

/** A lower-case RFC 1123 subdomain. */
const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function checkName({ metadata }: ObjectBody | KubeObject): StatusCause[] {
  const name = metadata.name ?? '';
  if (name === '') {
    if ('generateName' in metadata && metadata.generateName) return [];
    const message = 'Required value: name or generateName is required';
    return [{ reason: 'FieldValueRequired', field: 'metadata.name', message }];
  }
  if (name.length <= 253 && NAME.test(name)) return [];
  const message = `Invalid value: ${JSON.stringify(name)}: must consist of lower case letters, digits, '-' and '.'`;
  return [{ reason: 'FieldValueInvalid', field: 'metadata.name', message }];
}

/** Go clients write `null` for what they leave out. */
function withoutNulls(value: unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
}
