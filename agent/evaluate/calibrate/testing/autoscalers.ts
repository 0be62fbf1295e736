import type { Autoscaler } from '../../../cluster/snapshot';

/** An HPA at 70 % of the requested CPU, with nothing else said. */
export function anAutoscaler(changes: Partial<Autoscaler> = {}): Autoscaler {
  return {
    kind: 'hpa',
    name: 'checkout',
    uid: 'uid-hpa',
    resourceVersion: '1',
    annotations: {},
    annotated: false,
    minReplicas: 2,
    maxReplicas: 20,
    metrics: [cpuAt(70)],
    behavior: null,
    targetUtilisation: 0.7,
    desiredReplicas: 4,
    currentReplicas: 4,
    conditions: [],
    gitOps: [],
    handover: null,
    ...changes,
  };
}

export function cpuAt(averageUtilization: number): Record<string, unknown> {
  return { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } };
}
