import type { KubeObject } from '../../objectStore';
import { REPLICA_SETS } from '../../store/resourceTypes';
import { rfc3339 } from '../../store/timestamp';
import type { Cluster } from '../controller';
import { controllerOf, keyOf } from '../kinds';
import type { WorkQueue } from '../workQueue';
import { ROLLOUTS } from './definitions';
import { PauseChanges } from './pauses';
import type { Fleet } from './replicaCounts';
import { abortDelay, type PodTemplate, type RolloutSpec } from './rolloutSpec';
import { RolloutStatus, storedStatus } from './rolloutStatus';
import { DESIRED_REPLICAS, SCALE_DOWN_DEADLINE, type Version, versionOf } from './version';

export const COMPONENT = 'rollouts-controller';

/** One look at a Rollout: what it is, what it is to become, and the means to get there. */
export class Sync {
  readonly cluster: Cluster;
  readonly spec: RolloutSpec;
  readonly template: PodTemplate;
  /** Hash of the wanted template. */
  readonly hash: string;
  /** As it was found. */
  readonly status: RolloutStatus;
  /** As it will be written. */
  next: RolloutStatus;
  readonly pauses: PauseChanges;
  readonly #queue: WorkQueue;
  #rollout: KubeObject;

  constructor(
    cluster: Cluster,
    queue: WorkQueue,
    rollout: KubeObject,
    wanted: { spec: RolloutSpec; template: PodTemplate; hash: string },
  ) {
    this.cluster = cluster;
    this.#queue = queue;
    this.#rollout = rollout;
    this.spec = wanted.spec;
    this.template = wanted.template;
    this.hash = wanted.hash;
    this.status = RolloutStatus.parse(rollout.status ?? {});
    this.next = this.status;
    this.pauses = new PauseChanges(this.status);
  }

  get rollout(): KubeObject {
    return this.#rollout;
  }

  get name(): string {
    return this.#rollout.metadata.name;
  }

  get namespace(): string | undefined {
    return this.#rollout.metadata.namespace;
  }

  get nowMs(): number {
    return this.cluster.clock.nowMs();
  }

  /** All of its ReplicaSets as they are now, the oldest revision first. */
  get versions(): Version[] {
    return this.cluster.store
      .list(REPLICA_SETS, this.namespace)
      .filter((replicaSet) => controllerOf(replicaSet)?.uid === this.#rollout.metadata.uid)
      .map(versionOf)
      .sort((a, b) => a.revision - b.revision);
  }

  get latest(): Version | undefined {
    return this.versions.find(({ hash }) => hash === this.hash);
  }

  get stable(): Version | undefined {
    return this.byHash(this.status.stableRS);
  }

  /** Neither the wanted nor the stable version. */
  get others(): Version[] {
    return this.versions.filter(({ hash }) => hash !== this.hash && hash !== this.status.stableRS);
  }

  get fleet(): Fleet {
    const { spec, status, latest, stable, others } = this;
    return { spec, status, latest, stable, others };
  }

  byHash(hash: string): Version | undefined {
    return hash === '' ? undefined : this.versions.find((version) => version.hash === hash);
  }

  /** Why nothing may move now; null where it may. */
  get isHalted(): boolean {
    return (
      this.spec.paused ||
      this.status.pauseConditions.some(({ reason }) => reason === 'InconclusiveAnalysisRun')
    );
  }

  /** Whether what is aborted stays up for a while, for whom has connections to it. */
  get keepsAborted(): boolean {
    const { canary } = this.spec.strategy;
    if (!this.pauses.isAborted || !this.stable) return false;
    if (canary && !canary.trafficRouting) return false;
    const { ms, isExplicit } = abortDelay(this.spec);
    return ms !== null && (!canary?.dynamicStableScale || isExplicit);
  }

  /** Asks for another look at a time. */
  lookAgainAt(atMs: number): void {
    this.#queue.add(keyOf(this.#rollout.metadata), atMs);
  }

  record(reason: string, message: string, type: 'Normal' | 'Warning' = 'Normal'): void {
    this.cluster.events.record(this.#rollout, { type, reason, message, component: COMPONENT });
  }

  /** Changes the Rollout itself, outside of its status. */
  update(mutate: (draft: KubeObject) => void): void {
    this.#rollout = this.cluster.store.update(ROLLOUTS, this.namespace, this.name, mutate);
  }

  write(status: RolloutStatus): void {
    this.update((draft) => {
      draft.status = storedStatus(status);
    });
  }

  /** Gives a ReplicaSet its pods. True where that changed anything but notes. */
  scale(version: Version, replicas: number): boolean {
    const { wanted, desired, name, revision } = version;
    if (wanted === replicas && desired === this.spec.replicas) return false;
    this.cluster.store.update(REPLICA_SETS, this.namespace, name, (draft) => {
      draft.spec = { ...draft.spec, replicas };
      const { annotations = {} } = draft.metadata;
      const { [SCALE_DOWN_DEADLINE]: deadline, ...others } = annotations;
      const keepsDeadline = deadline !== undefined && (replicas > 0 || this.keepsAborted);
      draft.metadata.annotations = {
        ...others,
        ...(keepsDeadline && { [SCALE_DOWN_DEADLINE]: deadline }),
        [DESIRED_REPLICAS]: String(this.spec.replicas),
      };
    });
    if (wanted === replicas) return false;
    const direction = replicas > wanted ? 'up' : 'down';
    this.record(
      'ScalingReplicaSet',
      `Scaled ${direction} ReplicaSet ${name} (revision ${revision}) from ${wanted} to ${replicas}`,
    );
    return true;
  }

  /** Plans that a ReplicaSet is scaled down, or that it is not any more. */
  setDeadline({ name }: Version, atMs: number | null): void {
    this.cluster.store.update(REPLICA_SETS, this.namespace, name, ({ metadata }) => {
      const { [SCALE_DOWN_DEADLINE]: _, ...others } = metadata.annotations ?? {};
      metadata.annotations = { ...others, ...(atMs !== null && { [SCALE_DOWN_DEADLINE]: rfc3339(atMs) }) };
    });
    if (atMs !== null) this.lookAgainAt(atMs);
  }
}
