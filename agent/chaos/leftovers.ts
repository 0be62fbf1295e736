import * as z from 'zod';
import type { ClusterReader } from '../cluster/api';
import { MANAGED_BY, MANAGER, NATIVE_FAULT } from '../cluster/labels';
import { isCoxswainError } from '../protocol';

const CHAOS_APIS = ['/apis/chaos-mesh.org/v1alpha1', '/apis/litmuschaos.io/v1alpha1'];

const Resources = z.object({ resources: z.array(z.object({ name: z.string(), namespaced: z.boolean() })) });
const List = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        namespace: z.string().default(''),
        annotations: z.record(z.string(), z.string()).nullish(),
      }),
    }),
  ),
});

/**
 * What there is in the cluster of faults of ours, as `plural namespace/name`, asked of the API server itself: chaos
 * objects with our label, whatever their state, and objects that a native fault has changed. Throws CoxswainError.
 */
export async function listLeftovers(reader: Pick<ClusterReader, 'get'>): Promise<string[]> {
  const label = encodeURIComponent(`${MANAGED_BY}=${MANAGER}`);
  const apis = await Promise.all(CHAOS_APIS.map((api) => pathsOf(reader, api)));
  const objects = await Promise.all(
    apis.flat().map((path) => names(reader, `${path}?labelSelector=${label}`, () => true)),
  );
  const changed = await Promise.all(
    ['/apis/apps/v1/deployments', '/api/v1/nodes'].map((path) =>
      names(reader, path, (annotations) => NATIVE_FAULT in annotations),
    ),
  );
  return [...objects, ...changed].flat().sort();
}

/** The lists of an API over all namespaces; none where it is not installed. */
async function pathsOf(reader: Pick<ClusterReader, 'get'>, api: string): Promise<string[]> {
  try {
    const { resources } = Resources.parse(await reader.get(api));
    return resources
      .filter(({ name, namespaced }) => namespaced && !name.includes('/'))
      .map(({ name }) => `${api}/${name}`);
  } catch (error) {
    if (isCoxswainError(error) && error.code === 'not-found') return [];
    throw error;
  }
}

async function names(
  reader: Pick<ClusterReader, 'get'>,
  path: string,
  isOurs: (annotations: Readonly<Record<string, string>>) => boolean,
): Promise<string[]> {
  const plural = path.split('?')[0]?.split('/').at(-1) ?? '';
  return List.parse(await reader.get(path))
    .items.filter(({ metadata }) => isOurs(metadata.annotations ?? {}))
    .map(
      ({ metadata: { namespace, name } }) => `${plural} ${namespace === '' ? '' : `${namespace}/`}${name}`,
    );
}
