import jsonPatch, { type Operation } from 'fast-json-patch';
import type { ApiRequest, ApiResponse, ApiServer } from '../../cluster/api';
import { reduceDeployment } from '../../cluster/model/deployment';
import { reducePod } from '../../cluster/model/pod';
import { reduceReplicaSet, reduceService } from '../../cluster/model/relations';
import { reduceIngressClass, reduceRoute } from '../../cluster/model/releaseRoute';
import type { ManagedRelease } from '../../cluster/releases';
import type { ClusterSnapshot, RunningFault } from '../../cluster/snapshot';
import { type ClusterChange, SnapshotStore } from '../../cluster/snapshotStore';
import type { Sink } from '../../cluster/table';
import type { RouterKind } from '../../protocol';
import type { ReversibleChange } from '../change';
import { ClusterWriter } from '../writer';
import { statusError } from './fakeCluster';
import { type ApiObject, deploymentObject, objectsOf, podsOf } from './releaseObjects';

export const CHECKOUT_ID = 'shop/Deployment/checkout';

/**
 * An API server for the objects of releases, a Deployment controller that is stepped by hand, and the watches over it:
 * what a write does is seen as the agent sees it.
 */
export class ReleaseCluster implements Pick<ApiServer, 'send' | 'context'> {
  readonly context = 'test';
  readonly store: SnapshotStore;
  readonly changes: ClusterChange[] = [];
  readonly requests: ApiRequest[] = [];
  /** Called before each request; may throw, or wait. */
  beforeRequest: (request: ApiRequest) => Promise<void> | void = () => undefined;
  /** Called when a request has been carried out, before it is answered; may throw. */
  afterRequest: (request: ApiRequest) => void = () => undefined;
  /** Images whose pods never become ready. */
  readonly broken = new Set<string>();
  faults: readonly RunningFault[] = [];
  readonly #objects = new Map<string, ApiObject>();
  #version = 0;

  constructor(objects: readonly ApiObject[]) {
    this.store = new SnapshotStore({
      onChange: (change) => this.changes.push(change),
      defer: (callback) => callback(),
    });
    const { releases } = this.store;
    for (const sink of [releases.ingresses, releases.httpRoutes, releases.virtualServices])
      sink.replace(null, []);
    releases.destinationRules.replace(null, []);
    for (const object of objects) this.put(object);
    this.settle();
  }

  /** `shop/checkout` with three pods behind a route of this kind. */
  static over(router: RouterKind, more: readonly ApiObject[] = []): ReleaseCluster {
    return new ReleaseCluster([...objectsOf(router), ...more]);
  }

  snapshot(): ClusterSnapshot {
    return { ...this.store.snapshot(1, 1), faults: this.faults };
  }

  /** @throws where there is none */
  release(id = CHECKOUT_ID): ManagedRelease {
    const release = this.snapshot().releases.get(id);
    if (release?.operator !== 'coxswain') throw new Error(`no release ${id}`);
    return release;
  }

  /** All objects but pods, by plural and name, without what the API server fills in. */
  contents(): Record<string, unknown> {
    const kept = [...this.#objects].filter(([key]) => !/\/(pods|replicasets)\//.test(key));
    return Object.fromEntries(
      kept.map(([key, { metadata, spec }]) => {
        const { annotations = {}, labels = {}, name } = metadata;
        return [key, { name, annotations, labels, spec }];
      }),
    );
  }

  get(plural: string, name: string): ApiObject | undefined {
    return this.#objects.get(keyOf(plural, name));
  }

  put(object: ApiObject): void {
    const plural = PLURALS[object.kind] ?? '';
    const key = keyOf(plural, object.metadata.name);
    const before = this.#objects.get(key);
    const changed = JSON.stringify(before?.spec) !== JSON.stringify(object.spec);
    const metadata = {
      namespace: 'shop',
      ...object.metadata,
      uid: before?.metadata.uid ?? `uid-${plural}-${object.metadata.name}-${++this.#version}`,
      resourceVersion: String(++this.#version),
      generation: (before?.metadata.generation ?? 0) + (changed ? 1 : 0),
    };
    const stored = structuredClone({ ...object, metadata });
    this.#objects.set(key, stored);
    this.#feed(plural, 'MODIFIED', stored);
  }

  remove(plural: string, name: string): void {
    const object = this.#objects.get(keyOf(plural, name));
    if (!object) return;
    this.#objects.delete(keyOf(plural, name));
    this.#feed(plural, 'DELETED', object);
  }

  /** Changes an object as somebody else would. */
  edit(plural: string, name: string, change: (object: ApiObject) => void): void {
    const object = structuredClone(this.get(plural, name));
    if (!object) throw new Error(`no ${plural}/${name}`);
    change(object);
    this.put(object);
  }

  /** The Deployment controller and the kubelets get on: every wanted pod is there, and ready if its image can be. */
  settle(): void {
    for (const object of [...this.#objects.values()]) {
      if (object.kind !== 'Deployment') continue;
      const isBroken = imagesOf(object).some((image) => this.broken.has(image));
      const settled = deploymentObject(object, isBroken);
      if (JSON.stringify(settled) !== JSON.stringify(object)) this.put(settled);
      this.#sweep(object.metadata.name);
      for (const each of podsOf(settled, isBroken)) this.put(each);
    }
  }

  /** As the gate would, without asking anybody. */
  async apply({ write }: ReversibleChange): Promise<void> {
    await new ClusterWriter(this).send(write);
  }

  async send(request: ApiRequest): Promise<ApiResponse> {
    this.requests.push(request);
    const wait = this.beforeRequest(request);
    if (wait) await wait;
    const body = this.#answer(request);
    this.afterRequest(request);
    return { status: 200, body };
  }

  writes(): readonly ApiRequest[] {
    return this.requests.filter(({ method, path }) => method !== 'GET' && !path.includes('dryRun=All'));
  }

  #answer({ method, path, body }: ApiRequest): unknown {
    const [bare = '', query = ''] = path.split('?');
    const [, plural = '', name = ''] = /namespaces\/shop\/([^/]+)(?:\/([^/]+))?/.exec(bare) ?? [];
    const isDry = query.includes('dryRun=All');
    if (method === 'POST') return this.#create(plural, body as ApiObject, isDry);
    const object = this.get(plural, name);
    if (!object) throw statusError(404, 'not-found', `${plural} "${name}" not found`);
    if (method === 'GET') return object;
    if (method === 'DELETE') return this.#delete(plural, object, body as Deletion, isDry);
    const patched = patchedBy(object, body as Operation[]);
    if (!isDry) this.put(patched);
    return {};
  }

  #create(plural: string, object: ApiObject, isDry: boolean): unknown {
    const { name } = object.metadata;
    if (this.get(plural, name)) throw statusError(409, 'conflict', `${plural} "${name}" already exists`);
    if (!isDry) this.put(object);
    return {};
  }

  #delete(plural: string, { metadata }: ApiObject, { preconditions }: Deletion, isDry: boolean): unknown {
    if (preconditions && preconditions.uid !== metadata.uid)
      throw statusError(409, 'conflict', 'the UID differs');
    if (isDry) return {};
    this.remove(plural, metadata.name);
    if (plural === 'deployments') this.#sweep(metadata.name);
    return {};
  }

  /** The pods and ReplicaSets of a Deployment. */
  #sweep(deployment: string): void {
    for (const object of [...this.#objects.values()]) {
      const isPart = object.kind === 'Pod' || object.kind === 'ReplicaSet';
      if (isPart && object.metadata.labels?.deployment === deployment)
        this.remove(PLURALS[object.kind] ?? '', object.metadata.name);
    }
  }

  #feed(plural: string, type: 'MODIFIED' | 'DELETED', object: ApiObject): void {
    const { store } = this;
    const apply = <T>(sink: Sink<T>, reduce: (object: unknown) => T) =>
      sink.apply({ type, item: reduce(object) });
    const reducers: Readonly<Record<string, () => void>> = {
      deployments: () => apply(store.deployments, reduceDeployment),
      replicasets: () => apply(store.replicaSets, reduceReplicaSet),
      pods: () => apply(store.pods, reducePod),
      services: () => apply(store.services, reduceService),
      ingresses: () => apply(store.releases.ingresses, reduceRoute('networking.k8s.io/v1', 'Ingress')),
      ingressclasses: () => apply(store.releases.ingressClasses, reduceIngressClass),
      httproutes: () =>
        apply(store.releases.httpRoutes, reduceRoute('gateway.networking.k8s.io/v1', 'HTTPRoute')),
      virtualservices: () =>
        apply(store.releases.virtualServices, reduceRoute('networking.istio.io/v1', 'VirtualService')),
      destinationrules: () =>
        apply(store.releases.destinationRules, reduceRoute('networking.istio.io/v1', 'DestinationRule')),
    };
    const feed = reducers[plural];
    if (!feed) throw new Error(`no watch of ${plural}`);
    feed();
  }
}

interface Deletion {
  preconditions?: { uid: string };
}

const PLURALS: Readonly<Record<string, string>> = {
  Deployment: 'deployments',
  ReplicaSet: 'replicasets',
  Pod: 'pods',
  Service: 'services',
  Ingress: 'ingresses',
  IngressClass: 'ingressclasses',
  HTTPRoute: 'httproutes',
  VirtualService: 'virtualservices',
  DestinationRule: 'destinationrules',
};

function keyOf(plural: string, name: string): string {
  return `shop/${plural}/${name}`;
}

function patchedBy(object: ApiObject, operations: readonly Operation[]): ApiObject {
  try {
    const copy = structuredClone(object);
    const { newDocument } = jsonPatch.applyPatch(copy, structuredClone(operations) as Operation[], true);
    // The API server leaves out maps that are empty.
    if (Object.keys(newDocument.metadata.annotations ?? {}).length === 0)
      delete newDocument.metadata.annotations;
    return newDocument;
  } catch (error) {
    throw statusError(422, 'conflict', `testing value failed: ${String(error).slice(0, 200)}`);
  }
}

function imagesOf({ spec }: ApiObject): string[] {
  const { template } = spec as { template: { spec: { containers: { image: string }[] } } };
  return template.spec.containers.map(({ image }) => image);
}
