import type { KubeObject } from '../../objectStore';
import { replicaSetSpec, replicaSetStatus } from '../kinds';

/** Label of ReplicaSets and pods, and in the selectors of Services. */
export const HASH_LABEL = 'rollouts-pod-template-hash';
export const REVISION = 'rollout.argoproj.io/revision';
export const DESIRED_REPLICAS = 'rollout.argoproj.io/desired-replicas';
export const SCALE_DOWN_DEADLINE = 'scale-down-deadline';

/** A ReplicaSet as the Rollout sees it. */
export interface Version {
  name: string;
  hash: string;
  revision: number;
  /** Pods that it is to have, that it has, and of them the ready and the available ones. */
  wanted: number;
  created: number;
  ready: number;
  available: number;
  createdAtMs: number;
  /** When it is to be scaled down; null where nothing is planned. */
  deadlineMs: number | null;
  /** `spec.replicas` of the Rollout when it was scaled last; null where it never was. */
  desired: number | null;
}

export function versionOf(replicaSet: KubeObject): Version {
  const { name, labels = {}, annotations = {}, creationTimestamp } = replicaSet.metadata;
  const { replicas, readyReplicas, availableReplicas } = replicaSetStatus(replicaSet);
  const deadline = annotations[SCALE_DOWN_DEADLINE];
  const desired = annotations[DESIRED_REPLICAS];
  return {
    name,
    hash: labels[HASH_LABEL] ?? '',
    revision: Number(annotations[REVISION] ?? 0),
    wanted: replicaSetSpec(replicaSet).replicas,
    created: replicas,
    ready: readyReplicas,
    available: availableReplicas,
    createdAtMs: Date.parse(creationTimestamp),
    deadlineMs: deadline === undefined ? null : Date.parse(deadline),
    desired: desired === undefined ? null : Number(desired),
  };
}

/** All pods that it is to have are there and available, and there are some. */
export function isAvailable({ wanted, available }: Version): boolean {
  return wanted > 0 && available >= wanted;
}

export function total(
  versions: readonly Version[],
  count: 'wanted' | 'created' | 'ready' | 'available',
): number {
  return versions.reduce((sum, version) => sum + version[count], 0);
}
