import * as z from 'zod';
import type { KubeObject } from '../objectStore';
import { formatLabelSelector, fromLabelSelector } from '../store/labelSelector';
import { badRequest, invalid } from '../store/statusError';
import { describeIssues } from './describeIssues';
import { requestedState } from './objects';
import { type Answer, type ApiContext, existing, type ObjectRequest, storeFor } from './request';
import type { ResourceInfo } from './resourceInfo';
import { isRecord } from './schema';

const Scale = z.looseObject({
  metadata: z.looseObject({ resourceVersion: z.string().nullish() }).default({}),
  spec: z.looseObject({ replicas: z.number().int().default(0) }).default({ replicas: 0 }),
});

export function getScale(context: ApiContext, request: ObjectRequest): Answer {
  return { code: 200, json: scaleOf(request.info, existing(context, request)) };
}

/** PUT and PATCH of the `scale` subresource. */
export function changeScale(context: ApiContext, request: ObjectRequest): Answer {
  const { info, namespace, name } = request;
  const wanted = Scale.safeParse(requestedState(request, scaleOf(request.info, existing(context, request))));
  if (!wanted.success) throw badRequest(`the body is not a Scale: ${describeIssues(wanted.error)}`);
  const { replicas } = wanted.data.spec;
  if (replicas < 0) {
    const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
    throw invalid('autoscaling', 'Scale', name, [
      { reason: 'FieldValueInvalid', field: 'spec.replicas', message },
    ]);
  }
  const setReplicas = (draft: KubeObject) => {
    draft.spec = { ...draft.spec, replicas };
  };
  const resourceVersion = wanted.data.metadata.resourceVersion || undefined;
  const scaled = storeFor(context, request).update(
    info.storage,
    namespace,
    name,
    setReplicas,
    resourceVersion,
  );
  return { code: 200, json: scaleOf(info, scaled) };
}

function scaleOf({ scalePaths }: ResourceInfo, object: KubeObject): Record<string, unknown> {
  const { metadata, spec, status } = object;
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: Number(spec?.replicas ?? 1) },
    status: {
      replicas: Number((scalePaths ? at(object, scalePaths.replicas) : status?.replicas) ?? 0),
      selector: scalePaths
        ? String(at(object, scalePaths.selector) ?? '')
        : formatLabelSelector(fromLabelSelector(spec?.selector) ?? []),
    },
  };
}

/** What is at a path of names as a definition writes it: `.status.replicas`. */
function at(object: unknown, path: string | undefined): unknown {
  const names = path?.split('.').slice(1) ?? [];
  return names.reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), object);
}
