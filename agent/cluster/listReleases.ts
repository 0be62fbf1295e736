import * as z from 'zod';
import { isCoxswainError } from '../protocol';
import type { ClusterReader } from './api';
import { discoverGroups } from './capabilities';
import type { Release } from './releases';
import { forEachResource, type WatchedResource } from './resources';
import { SnapshotStore } from './snapshotStore';

/** All that the releases of Coxswain are made of; their pods are not looked at. */
const KINDS = new Set([
  ...['deployments', 'services', 'ingresses', 'ingressclasses'],
  ...['httproutes', 'virtualservices', 'destinationrules'],
]);

const List = z.object({ items: z.array(z.unknown()) });

/**
 * The releases of a namespace by one list of each kind, for whoever looks once and has no watches. What is not
 * installed, or forbidden, is left out as the watches do.
 *
 * @throws CoxswainError where the API server cannot be asked, or Deployments cannot be listed
 */
export async function listReleases(
  reader: ClusterReader,
  namespace: string,
): Promise<ReadonlyMap<string, Release>> {
  const store = new SnapshotStore({ onChange: () => undefined, defer: () => undefined });
  const lists: Promise<void>[] = [];
  forEachResource(store, await discoverGroups(reader), (resource) => {
    if (KINDS.has(resource.plural)) lists.push(list(reader, resource, namespace));
  });
  await Promise.all(lists);
  return store.snapshot(0, 0).releases;
}

async function list<T>(
  reader: ClusterReader,
  { base, plural, scope, essential, reduce, sink }: WatchedResource<T>,
  namespace: string,
): Promise<void> {
  const where = scope === 'cluster' ? '' : `namespaces/${encodeURIComponent(namespace)}/`;
  try {
    const { items } = List.parse(await reader.get(`${base}/${where}${plural}`));
    sink.replace(
      scope === 'cluster' ? null : namespace,
      items.flatMap((item) => readable(item, reduce)),
    );
  } catch (error) {
    const isAbsent =
      isCoxswainError(error) && (error.code === 'not-found' || error.code === 'permission-denied');
    if (essential || !isAbsent) throw error;
  }
}

/** An object that cannot be read is left out, and the others count. */
function readable<T>(item: unknown, reduce: (object: unknown) => T): T[] {
  try {
    return [reduce(item)];
  } catch {
    return [];
  }
}
