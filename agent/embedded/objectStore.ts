/** An object as the Kubernetes API carries it. Never modified once stored: a change makes a new one. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
  [field: string]: unknown;
}

export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** Names a kind of object, for example `{group: 'apps', version: 'v1', plural: 'deployments'}`; core has group ''. */
export interface ResourceType {
  group: string;
  version: string;
  plural: string;
}

export interface StoreEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  resource: ResourceType;
  object: KubeObject;
  /** The object before the change; absent on ADDED. */
  previous?: KubeObject;
}

/**
 * All objects of the embedded cluster, with one resourceVersion that counts up over all of them, as etcd does.
 * The API server and the controllers both work on it, each in the same process and synchronously.
 */
export interface ObjectStore {
  get(resource: ResourceType, namespace: string | undefined, name: string): KubeObject | undefined;
  list(resource: ResourceType, namespace?: string): readonly KubeObject[];
  /** Sets uid, resourceVersion, creationTimestamp, generation. Throws StatusError 409 AlreadyExists. */
  create(resource: ResourceType, object: NewObject): KubeObject;
  /**
   * Applies `mutate` to a copy and stores it. A change of `spec` counts up `metadata.generation`; no change stores
   * nothing and tells nobody. Throws StatusError 404 NotFound, or 409 Conflict where `resourceVersion` is given and
   * is not the stored one. Removing the last finalizer of an object that is being deleted removes the object.
   */
  update(
    resource: ResourceType,
    namespace: string | undefined,
    name: string,
    mutate: (draft: KubeObject) => void,
    resourceVersion?: string,
  ): KubeObject;
  /**
   * With finalizers left, sets deletionTimestamp and waits for them; otherwise removes at once. (The grace period of
   * a pod is the kubelet's matter: the API server sets deletionTimestamp by `update`, the kubelet calls `delete`.)
   * Objects that it owns are removed by the garbage collector.
   */
  delete(resource: ResourceType, namespace: string | undefined, name: string): void;
  /** Called after each change, in order. */
  subscribe(listener: (event: StoreEvent) => void): () => void;
}

/** An object before the store has given it its uid, resourceVersion and timestamps. */
export interface NewObject extends Omit<KubeObject, 'metadata'> {
  apiVersion: string;
  kind: string;
  metadata: Partial<ObjectMeta> & ({ name: string } | { generateName: string });
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
}
