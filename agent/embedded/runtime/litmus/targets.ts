import type { Random } from '../../../sim/random';
import type { KubeObject, ObjectStore } from '../../objectStore';
import { labelsMatch, parseLabelSelector } from '../../store/labelSelector';
import { PODS, REPLICA_SETS } from '../../store/resourceTypes';
import { pick } from '../chaos/selection';
import { controllerOf, isPodReady } from '../kinds';
import type { EngineSpec, Tunables } from './engineSpec';

/** Why an experiment cannot begin or has not been survived, as a ChaosResult says it. */
export class LitmusError extends Error {
  readonly code: 'TARGET_SELECTION_ERROR' | 'STATUS_CHECKS_ERROR' | 'CHAOS_INJECT_ERROR';

  constructor(code: LitmusError['code'], message: string) {
    super(message);
    this.name = 'LitmusError';
    this.code = code;
  }
}

type Store = Pick<ObjectStore, 'get' | 'list'>;

/** All pods of the application that an engine is about. Throws LitmusError. */
export function applicationPods(store: Store, spec: EngineSpec, ownNamespace: string): KubeObject[] {
  const { appinfo, selectors } = spec;
  const alive = (namespace: string) =>
    store.list(PODS, namespace).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  if (selectors?.pods) {
    return selectors.pods.flatMap(({ names, namespace }) =>
      alive(namespace).filter(({ metadata }) => split(names).includes(metadata.name)),
    );
  }
  if (selectors?.workloads) {
    return selectors.workloads.flatMap(({ kind, namespace, names, labels }) =>
      alive(namespace).filter((pod) => {
        const owner = workloadOf(store, pod);
        if (owner?.kind !== kind) return false;
        return names ? split(names).includes(owner.name) : hasLabels(pod, labels);
      }),
    );
  }
  const { appns, applabel = '', appkind = '' } = appinfo ?? {};
  if ((appkind === '') !== (applabel === '')) {
    throw new LitmusError('TARGET_SELECTION_ERROR', 'incomplete appinfo, provide appkind and applabel both');
  }
  if (applabel === '') return [];
  return alive(appns || ownNamespace).filter(
    (pod) => hasLabels(pod, applabel) && workloadOf(store, pod)?.kind === appkind,
  );
}

/** The pods to hit: those named by TARGET_PODS, or at random the share PODS_AFFECTED_PERC, at least one. */
export function pickTargets(
  store: Store,
  application: readonly KubeObject[],
  tunables: Tunables,
  appNamespace: string,
  random: Random,
): KubeObject[] {
  const named = tunables.list('TARGET_PODS');
  if (named.length > 0) {
    return named.map((name) => {
      const pod = store.get(PODS, appNamespace, name);
      if (pod) return pod;
      throw new LitmusError(
        'TARGET_SELECTION_ERROR',
        `{podName: ${name}, namespace: ${appNamespace}}: pod doesn't exist set by TARGET_PODS ENV`,
      );
    });
  }
  if (application.length === 0) {
    throw new LitmusError('TARGET_SELECTION_ERROR', 'could not find pods with matching labels');
  }
  const share = Math.min(100, tunables.amount('PODS_AFFECTED_PERC', 0));
  const count = Math.max(1, Math.floor((application.length * share) / 100));
  return pick(application, 'fixed', String(count), random);
}

/** Whether every container of every pod runs and is ready. */
export function isHealthy(pods: readonly KubeObject[]): boolean {
  return pods.length > 0 && pods.every(isPodReady);
}

/** The Deployment, or what else controls a pod. */
export function workloadOf(store: Store, pod: KubeObject): { kind: string; name: string } | undefined {
  const owner = controllerOf(pod);
  if (!owner) return undefined;
  const replicaSet =
    owner.kind === 'ReplicaSet' ? store.get(REPLICA_SETS, pod.metadata.namespace, owner.name) : undefined;
  const top = (replicaSet && controllerOf(replicaSet)) ?? owner;
  return { kind: top.kind.toLowerCase(), name: top.name };
}

function hasLabels({ metadata }: KubeObject, selector: string): boolean {
  return labelsMatch(parseLabelSelector(selector), metadata.labels);
}

function split(names: string): string[] {
  return names.split(',').map((name) => name.trim());
}
