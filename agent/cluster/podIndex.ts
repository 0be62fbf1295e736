import { workloadId } from '../protocol';
import type { PodRecord } from './model/pod';
import type { ReplicaSetRecord } from './model/relations';
import type { Pod } from './snapshot';
import type { Table } from './table';

/** Which pods belong to which workload or Rollout: by owner references, or by the mark that draining leaves. */
export class PodIndex {
  readonly #replicaSets: Pick<Table<ReplicaSetRecord>, 'get'>;
  readonly #byWorkload = new Map<string, Map<string, Pod>>();
  readonly #byReplicaSet = new Map<string, Map<string, PodRecord>>();
  /** By pod uid: where it was put, as what is known of its ReplicaSet may change. */
  readonly #homes = new Map<string, string>();

  constructor(replicaSets: Pick<Table<ReplicaSetRecord>, 'get'>) {
    this.#replicaSets = replicaSets;
  }

  podsOf(id: string): readonly Pod[] {
    const pods = this.#byWorkload.get(id)?.values() ?? [];
    return [...pods].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Takes a pod out of its workload, whose id is returned. */
  remove(record: PodRecord): string | null {
    if (record.replicaSet) deleteFrom(this.#byReplicaSet, record.replicaSet.uid, record.name);
    const id = this.#homes.get(record.uid) ?? null;
    if (id !== null) deleteFrom(this.#byWorkload, id, record.name);
    this.#homes.delete(record.uid);
    return id;
  }

  /** Puts a pod into its workload, whose id is returned. */
  add(record: PodRecord): string | null {
    if (record.replicaSet) putInto(this.#byReplicaSet, record.replicaSet.uid, record.name, record);
    const id = this.#findHome(record);
    if (id === null) return null;
    this.#homes.set(record.uid, id);
    putInto(this.#byWorkload, id, record.name, record.pod);
    return id;
  }

  ofReplicaSet(uid: string): readonly PodRecord[] {
    return [...(this.#byReplicaSet.get(uid)?.values() ?? [])];
  }

  /** The id of the workload that a pod was put into, or null. */
  homeOf(record: PodRecord): string | null {
    return this.#homes.get(record.uid) ?? null;
  }

  #findHome(record: PodRecord): string | null {
    const { namespace, drainedFrom } = record;
    const rollout = drainedFrom === null ? this.#rolloutOf(record) : null;
    if (rollout !== null) return workloadId({ kind: 'Rollout', namespace, name: rollout });
    const name = drainedFrom ?? this.#deploymentOf(record);
    return name === null ? null : workloadId({ kind: 'Deployment', namespace, name });
  }

  #rolloutOf({ namespace, replicaSet }: PodRecord): string | null {
    if (!replicaSet) return null;
    const known = this.#replicaSets.get(namespace, replicaSet.name);
    return known?.uid === replicaSet.uid ? (known.revision?.rollout ?? null) : null;
  }

  #deploymentOf({ namespace, replicaSet, pod }: PodRecord): string | null {
    if (!replicaSet) return null;
    const known = this.#replicaSets.get(namespace, replicaSet.name);
    if (known?.uid === replicaSet.uid) return known.deployment;
    // Not seen yet, or not readable: the Deployment controller names a ReplicaSet after itself and the template.
    const suffix = `-${pod.templateHash}`;
    return replicaSet.name.endsWith(suffix) ? replicaSet.name.slice(0, -suffix.length) : null;
  }
}

function putInto<T>(map: Map<string, Map<string, T>>, key: string, name: string, value: T): void {
  const inner = map.get(key) ?? new Map<string, T>();
  map.set(key, inner.set(name, value));
}

function deleteFrom<T>(map: Map<string, Map<string, T>>, key: string, name: string): void {
  const inner = map.get(key);
  inner?.delete(name);
  if (inner?.size === 0) map.delete(key);
}
