import type { Clock } from '../../clock';
import type { KubeObject, ResourceType, StoreEvent } from '../objectStore';
import type { VersionedStore } from './memoryStore';
import { deletePod } from './podDeletion';
import { CUSTOM_RESOURCE_DEFINITIONS, NAMESPACES, PODS, sameType } from './resourceTypes';

type Entry = { resource: ResourceType; object: KubeObject };

/**
 * Removes what lost its last owner, its namespace or its definition (Kubernetes' background propagation). Pods that
 * lost their owner get their grace period. Works for as long as the store lives.
 */
export function collectGarbage(store: VersionedStore, clock: Clock): void {
  const liveUids = new Set<string>();
  const isOrphaned = ({ metadata: { ownerReferences = [] } }: KubeObject) =>
    ownerReferences.length > 0 && !ownerReferences.some(({ uid }) => liveUids.has(uid));

  const remove = ({ resource, object }: Entry, force: boolean) => {
    const { namespace, name, uid } = object.metadata;
    if (store.get(resource, namespace, name)?.metadata.uid !== uid) return;
    if (sameType(resource, PODS) && !force) deletePod(store, clock, namespace, name);
    else store.delete(resource, namespace, name);
  };

  store.subscribe((event) => {
    const { uid } = event.object.metadata;
    if (event.type !== 'DELETED') {
      liveUids.add(uid);
      if (event.object.metadata.ownerReferences && isOrphaned(event.object)) remove(event, false);
      return;
    }
    liveUids.delete(uid);
    const holds = contentsOf(event);
    for (const entry of [...store.entries()]) {
      if (holds(entry)) remove(entry, true);
      else if (isOwnedBy(entry.object, uid) && isOrphaned(entry.object)) remove(entry, false);
    }
  });
}

export function isOwnedBy({ metadata }: KubeObject, uid: string): boolean {
  return metadata.ownerReferences?.some((owner) => owner.uid === uid) ?? false;
}

/** What is in a namespace, or defined by a CustomResourceDefinition. */
function contentsOf({ resource, object }: StoreEvent): (entry: Entry) => boolean {
  if (sameType(resource, NAMESPACES)) {
    return (entry) => entry.object.metadata.namespace === object.metadata.name;
  }
  if (sameType(resource, CUSTOM_RESOURCE_DEFINITIONS)) {
    return (entry) => `${entry.resource.plural}.${entry.resource.group}` === object.metadata.name;
  }
  return () => false;
}
