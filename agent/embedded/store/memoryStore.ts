import { randomInt, randomUUID } from 'node:crypto';
import type { Clock } from '../../clock';
import type {
  KubeObject,
  NewObject,
  ObjectMeta,
  ObjectStore,
  ResourceType,
  StoreEvent,
} from '../objectStore';
import { collectGarbage } from './garbageCollector';
import { sameJson } from './sameJson';
import { alreadyExists, conflict, expired, notFound } from './statusError';
import { rfc3339 } from './timestamp';

/** An ObjectStore that remembers its latest changes, so that a watch can resume where it broke off. */
export interface VersionedStore extends ObjectStore {
  /** The latest resourceVersion. */
  revision(): number;
  /**
   * Changes of a resource after that revision, oldest first. Throws StatusError 410 Expired where the log no longer
   * reaches back so far, or has not come so far (a resourceVersion of an earlier life of the cluster).
   */
  changesSince(resource: ResourceType, revision: number): readonly StoreEvent[];
  /** Every object with its resource, in no particular order. */
  entries(): Iterable<{ resource: ResourceType; object: KubeObject }>;
  /** Reads the same objects and refuses the same writes, but stores nothing and tells nobody. */
  readonly dryRun: ObjectStore;
}

export interface StoreOptions {
  /** Changes kept of each resource for watches to resume. */
  logSize?: number;
}

/** An empty store whose timestamps are of `clock`, with the garbage collector at work on it. */
export function createObjectStore(clock: Clock, { logSize = 1000 }: StoreOptions = {}): VersionedStore {
  const tables = new Map<string, Table>();
  const publisher = createPublisher();
  // Starting at the time instead of 0 keeps a client of an earlier cluster on this port from resuming its watch here.
  const firstRevision = Math.max(1, Math.floor(clock.nowMs()));
  let revision = firstRevision;

  const tableOf = (resource: ResourceType): Table => {
    const key = `${resource.group}/${resource.version}/${resource.plural}`;
    let table = tables.get(key);
    if (!table) {
      table = { resource, objects: new Map(), log: [], compactedRevision: firstRevision };
      tables.set(key, table);
    }
    return table;
  };

  const commit = (table: Table, change: Change): KubeObject => {
    revision += 1;
    change.object.metadata.resourceVersion = String(revision);
    const key = keyOf(change.object.metadata.namespace, change.object.metadata.name);
    if (change.type === 'DELETED') table.objects.delete(key);
    else table.objects.set(key, change.object);
    const event: StoreEvent = { ...change, resource: table.resource };
    table.log.push(event);
    // Trimming in blocks keeps appending cheap.
    if (table.log.length >= 2 * logSize) {
      const dropped = table.log.splice(0, table.log.length - logSize);
      table.compactedRevision = revisionOf(dropped.at(-1)) ?? table.compactedRevision;
    }
    publisher.publish(event);
    return change.object;
  };

  const reads = {
    get: (resource: ResourceType, namespace: string | undefined, name: string) =>
      tableOf(resource).objects.get(keyOf(namespace, name)),
    list(resource: ResourceType, namespace?: string) {
      const all = [...tableOf(resource).objects.values()];
      return namespace === undefined ? all : all.filter((object) => object.metadata.namespace === namespace);
    },
    subscribe: publisher.subscribe,
  };
  const store: VersionedStore = {
    ...reads,
    ...writes(clock, tableOf, commit),
    dryRun: { ...reads, ...writes(clock, tableOf, (_, change) => change.object) },
    revision: () => revision,
    changesSince(resource, since) {
      const { log, compactedRevision } = tableOf(resource);
      if (since < compactedRevision || since > revision) throw expired(since, compactedRevision);
      return log.filter((event) => Number(event.object.metadata.resourceVersion) > since);
    },
    *entries() {
      for (const { resource, objects } of tables.values()) {
        for (const object of objects.values()) yield { resource, object };
      }
    },
  };
  collectGarbage(store, clock);
  return store;
}

/** All objects of one resource. */
interface Table {
  resource: ResourceType;
  objects: Map<string, KubeObject>;
  log: StoreEvent[];
  /** The log holds every change after this one. */
  compactedRevision: number;
}

/** A change that may be made: `object` is a fresh copy, which gets its resourceVersion when it is stored. */
type Change = Omit<StoreEvent, 'resource'>;
type Commit = (table: Table, change: Change) => KubeObject;

function writes(
  clock: Clock,
  tableOf: (resource: ResourceType) => Table,
  commit: Commit,
): Pick<ObjectStore, 'create' | 'update' | 'delete'> {
  const find = (table: Table, namespace: string | undefined, name: string): KubeObject => {
    const object = table.objects.get(keyOf(namespace, name));
    if (!object) throw notFound(table.resource, name);
    return object;
  };

  return {
    create(resource, object) {
      const table = tableOf(resource);
      const name = nameFor(object, table);
      if (table.objects.has(keyOf(object.metadata.namespace, name))) throw alreadyExists(resource, name);
      return commit(table, { type: 'ADDED', object: newObject(object, name, rfc3339(clock.nowMs())) });
    },
    update(resource, namespace, name, mutate, resourceVersion) {
      const table = tableOf(resource);
      const previous = find(table, namespace, name);
      if (resourceVersion !== undefined && resourceVersion !== previous.metadata.resourceVersion) {
        const why =
          'the object has been modified; please apply your changes to the latest version and try again';
        throw conflict(resource, name, why);
      }
      const object = structuredClone(previous);
      mutate(object);
      keepIdentity(object, previous);
      if (sameJson(object, previous)) return previous;
      if (!sameJson(object.spec, previous.spec)) {
        object.metadata.generation = (previous.metadata.generation ?? 0) + 1;
      }
      return commit(table, { type: isLastFinalizerGone(object) ? 'DELETED' : 'MODIFIED', object, previous });
    },
    delete(resource, namespace, name) {
      const table = tableOf(resource);
      const previous = find(table, namespace, name);
      const object = structuredClone(previous);
      if (!previous.metadata.finalizers?.length) {
        commit(table, { type: 'DELETED', object, previous });
        return;
      }
      object.metadata.deletionTimestamp ??= rfc3339(clock.nowMs());
      object.metadata.deletionGracePeriodSeconds = 0;
      if (!sameJson(object, previous)) commit(table, { type: 'MODIFIED', object, previous });
    },
  };
}

/** Delivers each event to every listener before the next one, also when a listener itself makes changes. */
function createPublisher() {
  const listeners = new Set<(event: StoreEvent) => void>();
  const waiting: StoreEvent[] = [];
  let delivering = false;

  const deliverAll = (): unknown[] => {
    const failures: unknown[] = [];
    for (let event = waiting.shift(); event; event = waiting.shift()) {
      for (const listener of [...listeners]) {
        try {
          listener(event);
        } catch (error) {
          failures.push(error);
        }
      }
    }
    return failures;
  };

  return {
    publish(event: StoreEvent): void {
      waiting.push(event);
      if (delivering) return;
      delivering = true;
      const failures = deliverAll();
      delivering = false;
      if (failures.length > 0) throw new AggregateError(failures, 'a listener of the object store failed');
    },
    subscribe(listener: (event: StoreEvent) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function keyOf(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}

function revisionOf(event: StoreEvent | undefined): number | undefined {
  return event && Number(event.object.metadata.resourceVersion);
}

/** Kubernetes' alphabet for generated names: no vowels, no digits that look like letters. */
const SUFFIX_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

function nameFor({ metadata }: NewObject, table: Table): string {
  if (metadata.name) return metadata.name;
  const prefix = 'generateName' in metadata ? metadata.generateName : '';
  for (;;) {
    const suffix = Array.from({ length: 5 }, () => SUFFIX_ALPHABET[randomInt(SUFFIX_ALPHABET.length)]).join(
      '',
    );
    if (!table.objects.has(keyOf(metadata.namespace, prefix + suffix))) return prefix + suffix;
  }
}

function newObject(object: NewObject, name: string, creationTimestamp: string): KubeObject {
  const { deletionTimestamp, deletionGracePeriodSeconds, ...given } = structuredClone(object.metadata);
  const metadata: ObjectMeta = {
    ...given,
    name,
    uid: randomUUID(),
    resourceVersion: '',
    creationTimestamp,
    ...(object.spec && { generation: 1 }),
  };
  return { ...structuredClone(object), metadata };
}

/** What no update may change is put back. */
function keepIdentity(object: KubeObject, { apiVersion, kind, metadata }: KubeObject): void {
  const { name, namespace, uid, resourceVersion, creationTimestamp, generation } = metadata;
  object.apiVersion = apiVersion;
  object.kind = kind;
  Object.assign(object.metadata, { name, namespace, uid, resourceVersion, creationTimestamp, generation });
}

/** A pod in its grace period still waits for the kubelet, which sets the period to 0 by `delete`. */
function isLastFinalizerGone({ metadata }: KubeObject): boolean {
  return (
    metadata.deletionTimestamp !== undefined &&
    metadata.deletionGracePeriodSeconds === 0 &&
    !metadata.finalizers?.length
  );
}
