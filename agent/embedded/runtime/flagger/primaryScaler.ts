import type { NewObject } from '../../objectStore';
import { HORIZONTAL_POD_AUTOSCALERS } from '../../store/resourceTypes';
import { controlledBy } from '../kinds';
import type { CanaryView } from './canaryView';

/**
 * Keeps an HPA of the primary that is as the target's, but for its target and what `primaryScalerReplicas` says. Throws
 * Error where the target's is not there, and for ScaledObjects.
 */
export function keepPrimaryScaler(view: CanaryView, isPromotion: boolean): void {
  const { cluster, namespace, names, spec, canary } = view;
  if (!spec.autoscalerRef) return;
  const { kind, name, primaryScalerReplicas } = spec.autoscalerRef;
  if (kind !== 'HorizontalPodAutoscaler') {
    throw new Error(
      `autoscalerRef: the embedded cluster has no ${kind} for the primary; use a HorizontalPodAutoscaler`,
    );
  }
  const own = cluster.store.get(HORIZONTAL_POD_AUTOSCALERS, namespace, name);
  if (!own) {
    throw new Error(`HorizontalPodAutoscaler ${name}.${namespace} get query error: not found`);
  }
  const wanted: NewObject = {
    apiVersion: 'autoscaling/v2',
    kind,
    metadata: {
      name: `${name}-primary`,
      namespace,
      labels: { ...own.metadata.labels },
      ownerReferences: [controlledBy(canary)],
    },
    spec: {
      ...own.spec,
      ...primaryScalerReplicas,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: names.primary },
    },
  };
  if (!cluster.store.get(HORIZONTAL_POD_AUTOSCALERS, namespace, `${name}-primary`)) {
    cluster.store.create(HORIZONTAL_POD_AUTOSCALERS, wanted);
  } else if (isPromotion) {
    cluster.store.update(HORIZONTAL_POD_AUTOSCALERS, namespace, `${name}-primary`, (draft) => {
      draft.spec = { ...wanted.spec };
    });
  }
}
