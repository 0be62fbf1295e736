import type { KubeObject, NewObject } from '../../objectStore';
import { deletePod } from '../../store/podDeletion';
import { PODS, REPLICA_SETS, sameType } from '../../store/resourceTypes';
import { StatusError } from '../../store/statusError';
import { rfc3339 } from '../../store/timestamp';
import type { Cluster, Controller } from '../controller';
import {
  condition,
  controlledBy,
  controllerOf,
  isPodActive,
  isPodReady,
  keyOf,
  matches,
  replicaSetSpec,
  splitKey,
} from '../kinds';
import { checkPodQuota } from '../quota/quota';
import { WorkQueue } from '../workQueue';
import { randomSuffix } from './names';
import { inScaleDownOrder } from './scaleDownOrder';

/** Between two tries to make pods that were refused: the first, and the longest. */
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 300_000;

/** The API server does not take the pods of a ReplicaSet. */
interface Refusal {
  why: string;
  sinceMs: number;
  retries: number;
  retryAtMs: number;
}

/**
 * Keeps as many pods as a ReplicaSet wants. It adopts orphans that match its selector and releases pods that no
 * longer do: a pod drained by taking its labels away goes on running, and is replaced.
 */
export class ReplicaSetController implements Controller {
  readonly name = 'replicaset-controller';
  readonly queue = new WorkQueue();
  readonly #cluster: Cluster;
  /** By uid of the ReplicaSet. */
  readonly #refusals = new Map<string, Refusal>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    cluster.store.subscribe(({ resource, object, type }) => {
      if (sameType(resource, REPLICA_SETS)) {
        if (type === 'DELETED') this.#refusals.delete(object.metadata.uid);
        this.queue.add(keyOf(object.metadata));
      }
      if (sameType(resource, PODS)) this.#onPod(object);
    });
  }

  reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const replicaSet = this.#cluster.store.get(REPLICA_SETS, namespace, name);
    if (!replicaSet || replicaSet.metadata.deletionTimestamp !== undefined) return;
    const pods = this.#claim(replicaSet);
    const missing = replicaSetSpec(replicaSet).replicas - pods.length;
    if (missing > 0) {
      this.#createPods(replicaSet, missing);
    } else {
      this.#refusals.delete(replicaSet.metadata.uid);
      for (const pod of inScaleDownOrder(pods).slice(0, -missing)) this.#deletePod(replicaSet, pod);
    }
    this.#writeStatus(replicaSet);
  }

  #onPod(pod: KubeObject): void {
    const owner = controllerOf(pod);
    if (owner) {
      if (owner.kind === 'ReplicaSet') this.queue.add(keyOf({ ...pod.metadata, name: owner.name }));
      return;
    }
    for (const replicaSet of this.#cluster.store.list(REPLICA_SETS, pod.metadata.namespace)) {
      if (matches(replicaSetSpec(replicaSet).selector, pod)) this.queue.add(keyOf(replicaSet.metadata));
    }
  }

  /** The active pods that belong to the ReplicaSet, after adopting and releasing. */
  #claim(replicaSet: KubeObject): KubeObject[] {
    const { selector } = replicaSetSpec(replicaSet);
    const claimed: KubeObject[] = [];
    for (const pod of this.#cluster.store.list(PODS, replicaSet.metadata.namespace)) {
      const owner = controllerOf(pod);
      const own = owner?.uid === replicaSet.metadata.uid;
      const wanted = matches(selector, pod);
      if (own && !wanted) this.#setOwner(pod, undefined);
      else if (!isPodActive(pod)) continue;
      else if (own) claimed.push(pod);
      else if (wanted && !owner) claimed.push(this.#setOwner(pod, replicaSet));
    }
    return claimed;
  }

  #setOwner(pod: KubeObject, owner: KubeObject | undefined): KubeObject {
    const { namespace, name } = pod.metadata;
    return this.#cluster.store.update(PODS, namespace, name, ({ metadata }) => {
      const others = (metadata.ownerReferences ?? []).filter(({ controller }) => !controller);
      const references = owner ? [...others, controlledBy(owner)] : others;
      delete metadata.ownerReferences;
      if (references.length > 0) metadata.ownerReferences = references;
    });
  }

  /** One that is refused ends it for now: the others would be refused too. */
  #createPods(replicaSet: KubeObject, missing: number): void {
    const { uid } = replicaSet.metadata;
    const refusal = this.#refusals.get(uid);
    if (refusal && refusal.retryAtMs > this.#cluster.clock.nowMs()) {
      this.queue.add(keyOf(replicaSet.metadata), refusal.retryAtMs);
      return;
    }
    try {
      for (let i = 0; i < missing; i++) this.#createPod(replicaSet);
      this.#refusals.delete(uid);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      this.#refused(replicaSet, error.message);
    }
  }

  #refused(replicaSet: KubeObject, why: string): void {
    const nowMs = this.#cluster.clock.nowMs();
    const before = this.#refusals.get(replicaSet.metadata.uid);
    const retries = before ? before.retries + 1 : 0;
    const retryAtMs = nowMs + Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** retries);
    this.#refusals.set(replicaSet.metadata.uid, {
      why,
      sinceMs: before?.sinceMs ?? nowMs,
      retries,
      retryAtMs,
    });
    this.queue.add(keyOf(replicaSet.metadata), retryAtMs);
    const message = `Error creating: ${why}`;
    this.#cluster.events.record(replicaSet, {
      type: 'Warning',
      reason: 'FailedCreate',
      message,
      component: this.name,
    });
  }

  /** Throws StatusError 403 where a quota has no room for it. */
  #createPod(replicaSet: KubeObject): void {
    const { template } = replicaSetSpec(replicaSet);
    const { name, namespace } = replicaSet.metadata;
    const wanted: NewObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: this.#freePodName(name, namespace),
        generateName: `${name}-`,
        ...(namespace && { namespace }),
        labels: template.metadata.labels,
        ...(template.metadata.annotations && { annotations: template.metadata.annotations }),
        ownerReferences: [controlledBy(replicaSet)],
      },
      spec: template.spec,
      status: { phase: 'Pending' },
    };
    checkPodQuota(this.#cluster.store, wanted);
    const pod = this.#cluster.store.create(PODS, wanted);
    this.#record(replicaSet, 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
  }

  #freePodName(prefix: string, namespace: string | undefined): string {
    for (;;) {
      const name = `${prefix}-${randomSuffix(this.#cluster.random)}`;
      if (!this.#cluster.store.get(PODS, namespace, name)) return name;
    }
  }

  #deletePod(replicaSet: KubeObject, pod: KubeObject): void {
    deletePod(this.#cluster.store, this.#cluster.clock, pod.metadata.namespace, pod.metadata.name);
    this.#record(replicaSet, 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
  }

  #record(replicaSet: KubeObject, reason: string, message: string): void {
    this.#cluster.events.record(replicaSet, { type: 'Normal', reason, message, component: this.name });
  }

  #writeStatus(replicaSet: KubeObject): void {
    const { store } = this.#cluster;
    const { namespace, name, uid, generation } = replicaSet.metadata;
    const pods = store
      .list(PODS, namespace)
      .filter((pod) => controllerOf(pod)?.uid === uid && isPodActive(pod));
    const ready = pods.filter(isPodReady);
    const counts = {
      fullyLabeledReplicas: pods.length,
      readyReplicas: ready.length,
      availableReplicas: ready.filter((pod) => this.#isAvailable(replicaSet, pod)).length,
    };
    store.update(REPLICA_SETS, namespace, name, (draft) => {
      draft.status = {
        observedGeneration: generation,
        replicas: pods.length,
        ...Object.fromEntries(Object.entries(counts).filter(([, value]) => value > 0)),
        ...this.#conditions(uid),
      };
    });
  }

  #conditions(uid: string): { conditions?: Record<string, unknown>[] } {
    const refusal = this.#refusals.get(uid);
    if (!refusal) return {};
    const { why, sinceMs } = refusal;
    const lastTransitionTime = rfc3339(sinceMs);
    const condition = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: why };
    return { conditions: [{ ...condition, lastTransitionTime }] };
  }

  /** Ready for at least `minReadySeconds`; asks for another look where that is still to come. */
  #isAvailable(replicaSet: KubeObject, pod: KubeObject): boolean {
    const { minReadySeconds } = replicaSetSpec(replicaSet);
    if (minReadySeconds === 0) return true;
    const readySince = Date.parse(condition(pod, 'Ready')?.lastTransitionTime ?? '');
    const availableAtMs = readySince + minReadySeconds * 1000;
    if (this.#cluster.clock.nowMs() >= availableAtMs) return true;
    this.queue.add(keyOf(replicaSet.metadata), availableAtMs);
    return false;
  }
}
