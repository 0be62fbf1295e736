import type { KubeObject } from '../../objectStore';
import { DEPLOYMENTS, REPLICA_SETS, sameType } from '../../store/resourceTypes';
import type { Cluster, Controller } from '../controller';
import {
  controlledBy,
  controllerOf,
  type DeploymentSpec,
  deploymentSpec,
  keyOf,
  replicaSetSpec,
  replicaSetStatus,
  splitKey,
} from '../kinds';
import { WorkQueue } from '../workQueue';
import { deploymentStatus, progressDeadlineMs } from './deploymentStatus';
import { templateHash } from './names';
import { nextReplicas, rolloutLimits } from './rollout';

export const HASH_LABEL = 'pod-template-hash';
const REVISION = 'deployment.kubernetes.io/revision';

/** Keeps one ReplicaSet for each pod template of a Deployment, and moves the replicas to the newest. */
export class DeploymentController implements Controller {
  readonly name = 'deployment-controller';
  readonly queue = new WorkQueue();
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    cluster.store.subscribe(({ resource, object }) => {
      if (sameType(resource, DEPLOYMENTS)) this.queue.add(keyOf(object.metadata));
      if (!sameType(resource, REPLICA_SETS)) return;
      const owner = controllerOf(object);
      if (owner) this.queue.add(keyOf({ ...object.metadata, name: owner.name }));
    });
  }

  reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const deployment = this.#cluster.store.get(DEPLOYMENTS, namespace, name);
    if (!deployment || deployment.metadata.deletionTimestamp !== undefined) return;
    const spec = deploymentSpec(deployment);
    const owned = this.#replicaSetsOf(deployment);
    const hash = templateHash(spec.template);
    const existing = owned.find(({ metadata }) => metadata.labels?.[HASH_LABEL] === hash);
    const old = owned.filter((replicaSet) => replicaSet !== existing);
    if (!spec.paused) {
      const current = existing
        ? this.#asLatest(existing, old)
        : this.#createReplicaSet(deployment, spec, hash, old);
      this.#rollOut(deployment, spec, current, old);
      this.#forgetOld(old, spec.revisionHistoryLimit);
    } else if (existing) {
      this.#scale(deployment, existing, spec.replicas);
    }
    this.#writeStatus(deployment, hash);
  }

  #replicaSetsOf(deployment: KubeObject): KubeObject[] {
    return this.#cluster.store
      .list(REPLICA_SETS, deployment.metadata.namespace)
      .filter((replicaSet) => controllerOf(replicaSet)?.uid === deployment.metadata.uid)
      .sort((a, b) => revisionOf(a) - revisionOf(b));
  }

  #createReplicaSet(
    deployment: KubeObject,
    spec: DeploymentSpec,
    hash: string,
    old: KubeObject[],
  ): KubeObject {
    const labels = { ...spec.template.metadata.labels, [HASH_LABEL]: hash };
    const selector = spec.selector as { matchLabels?: Record<string, string> };
    return this.#cluster.store.create(REPLICA_SETS, {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${deployment.metadata.name}-${hash}`,
        ...(deployment.metadata.namespace && { namespace: deployment.metadata.namespace }),
        labels,
        annotations: { [REVISION]: String(revisionOf(old.at(-1)) + 1) },
        ownerReferences: [controlledBy(deployment)],
      },
      spec: {
        replicas: 0,
        minReadySeconds: spec.minReadySeconds,
        selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
        template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
      },
      status: { replicas: 0 },
    });
  }

  /** After a roll back an old ReplicaSet is the newest revision again. */
  #asLatest(replicaSet: KubeObject, others: KubeObject[]): KubeObject {
    const newest = revisionOf(others.at(-1));
    if (revisionOf(replicaSet) > newest) return replicaSet;
    const { namespace, name } = replicaSet.metadata;
    return this.#cluster.store.update(REPLICA_SETS, namespace, name, ({ metadata }) => {
      metadata.annotations = { ...metadata.annotations, [REVISION]: String(newest + 1) };
    });
  }

  #rollOut(deployment: KubeObject, spec: DeploymentSpec, current: KubeObject, old: KubeObject[]): void {
    const revision = (replicaSet: KubeObject) => ({
      replicas: replicaSetSpec(replicaSet).replicas,
      available: replicaSetStatus(replicaSet).availableReplicas,
    });
    const next = nextReplicas(revision(current), old.map(revision), rolloutLimits(spec));
    this.#scale(deployment, current, next.current);
    for (const [index, replicaSet] of old.entries()) {
      this.#scale(deployment, replicaSet, next.old[index] ?? 0);
    }
  }

  #scale(deployment: KubeObject, replicaSet: KubeObject, replicas: number): void {
    const before = replicaSetSpec(replicaSet).replicas;
    if (before === replicas) return;
    const { namespace, name } = replicaSet.metadata;
    this.#cluster.store.update(REPLICA_SETS, namespace, name, (draft) => {
      draft.spec = { ...draft.spec, replicas };
    });
    const direction = replicas > before ? 'up' : 'down';
    this.#cluster.events.record(deployment, {
      type: 'Normal',
      reason: 'ScalingReplicaSet',
      message: `Scaled ${direction} replica set ${name} from ${before} to ${replicas}`,
      component: this.name,
    });
  }

  #forgetOld(old: readonly KubeObject[], limit: number): void {
    const empty = old.filter(
      (replicaSet) =>
        replicaSetSpec(replicaSet).replicas === 0 && replicaSetStatus(replicaSet).replicas === 0,
    );
    for (const { metadata } of empty.slice(0, Math.max(0, empty.length - limit))) {
      this.#cluster.store.delete(REPLICA_SETS, metadata.namespace, metadata.name);
    }
  }

  #writeStatus(deployment: KubeObject, hash: string): void {
    const { store, clock } = this.#cluster;
    const { namespace, name } = deployment.metadata;
    const replicaSets = this.#replicaSetsOf(deployment);
    const current = replicaSets.find(({ metadata }) => metadata.labels?.[HASH_LABEL] === hash);
    const status = deploymentStatus(deployment, current, replicaSets, clock.nowMs());
    const updated = store.update(DEPLOYMENTS, namespace, name, (draft) => {
      draft.status = status;
      if (!current) return;
      const revision = String(revisionOf(current));
      draft.metadata.annotations = { ...draft.metadata.annotations, [REVISION]: revision };
    });
    const deadlineMs = progressDeadlineMs(updated);
    if (deadlineMs !== null && deadlineMs > clock.nowMs())
      this.queue.add(keyOf(updated.metadata), deadlineMs);
  }
}

function revisionOf(replicaSet: KubeObject | undefined): number {
  return Number(replicaSet?.metadata.annotations?.[REVISION] ?? 0);
}
