import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../test/support/fakeClock';
import type { KubeObject, NewObject, OwnerReference, StoreEvent } from '../objectStore';
import { createObjectStore } from './memoryStore';
import { deletePod } from './podDeletion';
import { CUSTOM_RESOURCE_DEFINITIONS, DEPLOYMENTS, NAMESPACES, PODS, REPLICA_SETS } from './resourceTypes';

const START_MS = Date.UTC(2030, 0, 1);

function setUp(options = {}) {
  const clock = new FakeClock(START_MS);
  const store = createObjectStore(clock, options);
  const events: StoreEvent[] = [];
  store.subscribe((event) => events.push(event));
  const seen = () => events.map(({ type, object }) => `${type} ${object.metadata.name}`);
  return { clock, store, events, seen };
}

function pod(name: string, extra: Partial<NewObject['metadata']> = {}): NewObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', ...extra },
    spec: { nodeName: 'node-1', containers: [], terminationGracePeriodSeconds: 30 },
  };
}

function ownerOf({ apiVersion, kind, metadata }: KubeObject): OwnerReference {
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true };
}

function replicaSet(name: string, owner?: KubeObject): NewObject {
  const ownerReferences = owner ? [ownerOf(owner)] : [];
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, namespace: 'shop', ownerReferences },
  };
}

describe('creating', () => {
  it('gives an object its uid, generation, timestamp and a version that counts over all resources', () => {
    const { store } = setUp();
    const first = store.create(PODS, pod('a'));
    const second = store.create(REPLICA_SETS, replicaSet('b'));
    expect(first.metadata).toMatchObject({ generation: 1, creationTimestamp: '2030-01-01T00:00:00Z' });
    expect(first.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(Number(second.metadata.resourceVersion)).toBe(Number(first.metadata.resourceVersion) + 1);
    expect(store.get(PODS, 'shop', 'a')).toBe(first);
  });

  it('makes a free name of generateName', () => {
    const { store } = setUp();
    const { name: _, ...metadata } = pod('x').metadata;
    const names = [1, 2, 3].map(
      () =>
        store.create(PODS, { ...pod('x'), metadata: { ...metadata, generateName: 'web-' } }).metadata.name,
    );
    expect(new Set(names).size).toBe(3);
    for (const name of names) expect(name).toMatch(/^web-[a-z0-9]{5}$/);
  });

  it('refuses a name that is taken, in the same namespace only', () => {
    const { store } = setUp();
    store.create(PODS, pod('a'));
    store.create(PODS, pod('a', { namespace: 'other' }));
    expect(() => store.create(PODS, pod('a'))).toThrow(
      expect.objectContaining({ code: 409, reason: 'AlreadyExists', message: 'pods "a" already exists' }),
    );
  });

  it('keeps no hold on what the caller goes on changing', () => {
    const { store } = setUp();
    const draft = pod('a', { labels: { app: 'web' } });
    store.create(PODS, draft);
    if (draft.spec) draft.spec.nodeName = 'elsewhere';
    expect(store.get(PODS, 'shop', 'a')?.spec?.nodeName).toBe('node-1');
  });
});

describe('updating', () => {
  it('counts up the generation when the spec changes, and not when the status does', () => {
    const { store } = setUp();
    store.create(PODS, pod('a'));
    const withStatus = store.update(PODS, 'shop', 'a', (draft) => {
      draft.status = { phase: 'Running' };
    });
    expect(withStatus.metadata.generation).toBe(1);
    const withSpec = store.update(PODS, 'shop', 'a', (draft) => {
      draft.spec = { ...draft.spec, nodeName: 'node-2' };
    });
    expect(withSpec.metadata.generation).toBe(2);
  });

  it('stores nothing and tells nobody when nothing changes, also where undefined stands for absent', () => {
    const { store, events } = setUp();
    const before = store.create(PODS, pod('a'));
    const after = store.update(PODS, 'shop', 'a', (draft) => {
      draft.spec = {
        terminationGracePeriodSeconds: 30,
        containers: [],
        nodeName: 'node-1',
        absent: undefined,
      };
    });
    expect(after).toBe(before);
    expect(events).toHaveLength(1);
  });

  it('leaves the stored object as it was, and puts back what identifies it', () => {
    const { store, events } = setUp();
    const before = store.create(PODS, pod('a'));
    const after = store.update(PODS, 'shop', 'a', (draft) => {
      draft.metadata = {
        ...draft.metadata,
        name: 'b',
        uid: 'other',
        namespace: 'other',
        labels: { new: 'yes' },
      };
    });
    expect(before.metadata.labels).toBeUndefined();
    expect(after.metadata).toMatchObject({
      name: 'a',
      namespace: 'shop',
      uid: before.metadata.uid,
      labels: { new: 'yes' },
    });
    expect(events.at(-1)).toMatchObject({ type: 'MODIFIED', previous: before, object: after });
  });

  it('refuses a version that is no longer the stored one', () => {
    const { store } = setUp();
    const { metadata } = store.create(PODS, pod('a'));
    const label = (value: string) =>
      store.update(
        PODS,
        'shop',
        'a',
        (draft) => {
          draft.metadata.labels = { value };
        },
        metadata.resourceVersion,
      );
    label('first');
    expect(() => label('second')).toThrow(expect.objectContaining({ code: 409, reason: 'Conflict' }));
  });

  it('says 404 for what is not there', () => {
    const { store } = setUp();
    expect(() => store.update(PODS, 'shop', 'a', () => {})).toThrow(
      expect.objectContaining({ code: 404, reason: 'NotFound' }),
    );
  });
});

describe('deleting', () => {
  it('waits for finalizers, and removes the object with the last of them', () => {
    const { store, seen } = setUp();
    store.create(PODS, pod('a', { finalizers: ['x', 'y'] }));
    store.delete(PODS, 'shop', 'a');
    store.delete(PODS, 'shop', 'a');
    expect(store.get(PODS, 'shop', 'a')?.metadata.deletionTimestamp).toBe('2030-01-01T00:00:00Z');
    for (const finalizers of [['y'], []]) {
      store.update(PODS, 'shop', 'a', (draft) => {
        draft.metadata.finalizers = finalizers;
      });
    }
    expect(store.get(PODS, 'shop', 'a')).toBeUndefined();
    expect(seen()).toEqual(['ADDED a', 'MODIFIED a', 'MODIFIED a', 'DELETED a']);
  });

  it('gives the deletion a version of its own', () => {
    const { store, events } = setUp();
    const { metadata } = store.create(PODS, pod('a'));
    store.delete(PODS, 'shop', 'a');
    expect(Number(events.at(-1)?.object.metadata.resourceVersion)).toBe(Number(metadata.resourceVersion) + 1);
  });

  it('marks a running pod and leaves its removal to the kubelet; the grace period can only be shortened', () => {
    const { store, clock } = setUp();
    store.create(PODS, pod('a'));
    deletePod(store, clock, 'shop', 'a');
    expect(store.get(PODS, 'shop', 'a')?.metadata).toMatchObject({
      deletionTimestamp: '2030-01-01T00:00:30Z',
      deletionGracePeriodSeconds: 30,
    });
    deletePod(store, clock, 'shop', 'a', 60);
    deletePod(store, clock, 'shop', 'a', 5);
    expect(store.get(PODS, 'shop', 'a')?.metadata.deletionTimestamp).toBe('2030-01-01T00:00:05Z');
    deletePod(store, clock, 'shop', 'a', 0);
    expect(store.get(PODS, 'shop', 'a')).toBeUndefined();
  });

  it('removes a pod that no node runs at once', () => {
    const { store, clock } = setUp();
    store.create(PODS, { ...pod('a'), spec: { containers: [] } });
    deletePod(store, clock, 'shop', 'a');
    expect(store.get(PODS, 'shop', 'a')).toBeUndefined();
  });
});

describe('the garbage collector', () => {
  it('removes what a deleted object owns, down the chain, with pods in their grace period', () => {
    const { store } = setUp();
    const deployment = store.create(DEPLOYMENTS, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop' },
    });
    const set = store.create(REPLICA_SETS, replicaSet('web-1', deployment));
    store.create(PODS, pod('web-1-a', { ownerReferences: [ownerOf(set)] }));
    store.create(PODS, pod('free'));
    store.delete(DEPLOYMENTS, 'shop', 'web');
    expect(store.list(REPLICA_SETS)).toEqual([]);
    expect(store.get(PODS, 'shop', 'web-1-a')?.metadata.deletionTimestamp).toBeDefined();
    expect(store.get(PODS, 'shop', 'free')?.metadata.deletionTimestamp).toBeUndefined();
  });

  it('spares an object that has another owner, and removes one whose owner is gone already', () => {
    const { store } = setUp();
    const [one, two] = ['one', 'two'].map((name) => store.create(REPLICA_SETS, replicaSet(name)));
    if (!one || !two) throw new Error('unreachable');
    store.create(REPLICA_SETS, {
      ...replicaSet('both'),
      metadata: { name: 'both', namespace: 'shop', ownerReferences: [ownerOf(one), ownerOf(two)] },
    });
    store.delete(REPLICA_SETS, 'shop', 'one');
    expect(store.get(REPLICA_SETS, 'shop', 'both')).toBeDefined();
    store.create(REPLICA_SETS, replicaSet('late', one));
    expect(store.get(REPLICA_SETS, 'shop', 'late')).toBeUndefined();
  });

  it('empties a namespace and a resource whose definition is deleted', () => {
    const { store } = setUp();
    const things = { group: 'example.com', version: 'v1', plural: 'things' };
    const cluster = (kind: string, name: string) => ({ apiVersion: 'v1', kind, metadata: { name } });
    store.create(NAMESPACES, cluster('Namespace', 'shop'));
    store.create(CUSTOM_RESOURCE_DEFINITIONS, cluster('CustomResourceDefinition', 'things.example.com'));
    store.create(PODS, pod('a'));
    store.create(PODS, pod('b', { namespace: 'other' }));
    store.create(things, cluster('Thing', 't'));
    store.delete(NAMESPACES, undefined, 'shop');
    store.delete(CUSTOM_RESOURCE_DEFINITIONS, undefined, 'things.example.com');
    expect(store.list(PODS).map(({ metadata }) => metadata.name)).toEqual(['b']);
    expect(store.list(things)).toEqual([]);
  });
});

describe('telling of changes', () => {
  it('keeps their order for everybody, also when a listener makes changes itself', () => {
    const { store } = setUp();
    const late: string[] = [];
    store.subscribe(({ type, object }) => {
      if (type === 'ADDED' && object.metadata.name === 'a') store.create(PODS, pod('b'));
    });
    store.subscribe(({ object }) => late.push(object.metadata.name));
    store.create(PODS, pod('a'));
    expect(late).toEqual(['a', 'b']);
  });

  it('reaches every listener even when one fails, and does not hide the failure', () => {
    const { store } = setUp();
    const stop = store.subscribe(() => {
      throw new Error('broken');
    });
    const late: string[] = [];
    store.subscribe(({ object }) => late.push(object.metadata.name));
    expect(() => store.create(PODS, pod('a'))).toThrow(AggregateError);
    stop();
    store.create(PODS, pod('b'));
    expect(late).toEqual(['a', 'b']);
  });

  it('replays the changes after a version, and says 410 once they are forgotten', () => {
    const { store } = setUp({ logSize: 10 });
    const first = Number(store.create(PODS, pod('p0')).metadata.resourceVersion);
    store.create(PODS, pod('p1'));
    store.create(REPLICA_SETS, replicaSet('other'));
    expect(store.changesSince(PODS, first).map(({ object }) => object.metadata.name)).toEqual(['p1']);
    for (let index = 2; index < 30; index += 1) store.create(PODS, pod(`p${index}`));
    expect(() => store.changesSince(PODS, first)).toThrow(
      expect.objectContaining({ code: 410, reason: 'Expired' }),
    );
    expect(store.changesSince(PODS, store.revision() - 10)).toHaveLength(10);
    expect(store.changesSince(REPLICA_SETS, first)).toHaveLength(1);
  });

  it('says 410 for versions of an earlier life, which may lie behind or ahead', () => {
    const { store } = setUp();
    for (const revision of [7, store.revision() + 1]) {
      expect(() => store.changesSince(PODS, revision)).toThrow(expect.objectContaining({ code: 410 }));
    }
  });
});

it('a dry run refuses the same and changes nothing', () => {
  const { store, events } = setUp();
  store.create(PODS, pod('a'));
  expect(() => store.dryRun.create(PODS, pod('a'))).toThrow(expect.objectContaining({ code: 409 }));
  expect(store.dryRun.create(PODS, pod('b')).metadata.uid).toMatch(/-/);
  store.dryRun.update(PODS, 'shop', 'a', (draft) => {
    draft.spec = {};
  });
  store.dryRun.delete(PODS, 'shop', 'a');
  expect(events).toHaveLength(1);
  expect(store.list(PODS).map(({ metadata }) => metadata.name)).toEqual(['a']);
});
