import type { Autoscaler } from '../../cluster/snapshot';
import { takenOver } from '../handover/states';

/** Signed by the process of `FakeWorld`. */
export const STAMP = { by: 'auto', atMs: 0, agent: 'agent-1', netUtilisation: 0.9 };

export function cpuMetric(averageUtilization: number) {
  return {
    type: 'Resource',
    resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
  };
}

/** HPA `checkout`, from 2 to 10 replicas at 70 % of the CPU request, or the like of KEDA. It works. */
export function anAutoscaler(changes: Partial<Autoscaler> = {}): Autoscaler {
  const isKeda = changes.kind === 'keda';
  return {
    kind: 'hpa',
    name: 'checkout',
    uid: 'uid-hpa',
    resourceVersion: '7',
    annotations: {},
    annotated: false,
    minReplicas: 2,
    maxReplicas: 10,
    metrics: isKeda ? [{ type: 'cpu', metadata: { value: '70' } }] : [cpuMetric(70)],
    behavior: null,
    targetUtilisation: 0.7,
    desiredReplicas: 3,
    currentReplicas: 3,
    conditions: [],
    gitOps: [],
    handover: null,
    ...changes,
  };
}

/** Taken over by the process of `FakeWorld`. */
export function aTakenOver(changes: Partial<Autoscaler> = {}, stamp: Partial<typeof STAMP> = {}): Autoscaler {
  return takenOver(anAutoscaler(changes), { ...STAMP, ...stamp });
}

/** An autoscaler as the API server has it. */
export function objectOf(autoscaler: Autoscaler, namespace = 'shop'): object {
  const { kind, name, uid, resourceVersion, annotations, annotated, minReplicas, maxReplicas } = autoscaler;
  const metadata = {
    namespace,
    name,
    uid,
    resourceVersion,
    ...(annotated ? { annotations: { ...annotations } } : {}),
  };
  const scaleTargetRef = { kind: 'Deployment', name: 'checkout' };
  const { metrics, behavior } = autoscaler;
  return structuredClone(
    kind === 'hpa'
      ? {
          metadata,
          spec: {
            scaleTargetRef,
            minReplicas,
            maxReplicas,
            ...(metrics === null ? {} : { metrics }),
            ...(behavior === null ? {} : { behavior }),
          },
        }
      : {
          metadata,
          spec: {
            scaleTargetRef,
            ...(minReplicas === 0 ? {} : { minReplicaCount: minReplicas }),
            maxReplicaCount: maxReplicas,
            triggers: metrics,
          },
        },
  );
}
