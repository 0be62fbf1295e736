import type { HpaSpec } from '../../../tasks/scale/hpa/hpaSpec';
import type { KubeObject, ObjectStore, ResourceType } from '../../objectStore';
import { fromLabelSelector, parseLabelSelector, type Requirement } from '../../store/labelSelector';
import { DEPLOYMENTS, REPLICA_SETS } from '../../store/resourceTypes';
import { notFound, StatusError } from '../../store/statusError';
import { ROLLOUTS } from '../argo/definitions';

/** What an autoscaler scales. */
export interface ScaleTarget {
  resource: ResourceType;
  object: KubeObject;
  specReplicas: number;
  statusReplicas: number;
  selector: readonly Requirement[];
}

const SCALABLE: Readonly<Record<string, ResourceType>> = {
  'apps/v1 Deployment': DEPLOYMENTS,
  'apps/v1 ReplicaSet': REPLICA_SETS,
  'argoproj.io/v1alpha1 Rollout': ROLLOUTS,
};

/** Throws StatusError 404 where the target is not there, or of a kind that the cluster cannot scale. */
export function scaleTarget(
  store: ObjectStore,
  namespace: string | undefined,
  { apiVersion = 'apps/v1', kind, name }: HpaSpec['scaleTargetRef'],
): ScaleTarget {
  const resource = SCALABLE[`${apiVersion} ${kind}`];
  if (!resource) {
    throw new StatusError(404, 'NotFound', `no matches for kind "${kind}" in version "${apiVersion}"`);
  }
  const object = store.get(resource, namespace, name);
  if (!object) throw notFound(resource, name);
  const { spec, status } = object;
  // A Rollout says itself which of its pods count.
  const isRollout = resource === ROLLOUTS;
  return {
    resource,
    object,
    specReplicas: Number(spec?.replicas ?? 1),
    statusReplicas: Number((isRollout ? status?.HPAReplicas : status?.replicas) ?? 0),
    selector: isRollout
      ? parseLabelSelector(String(status?.selector ?? ''))
      : (fromLabelSelector(spec?.selector) ?? []),
  };
}

/** Throws StatusError. */
export function setReplicas(store: ObjectStore, { resource, object }: ScaleTarget, replicas: number): void {
  const { namespace, name } = object.metadata;
  store.update(resource, namespace, name, (draft) => {
    draft.spec = { ...draft.spec, replicas };
  });
}
