import type { Autoscaler } from '../../../cluster/snapshot';
import type { AutoscalerState, ScalingState } from '../../../protocol';
import { brokenCondition } from '../../../safety/rules/autoscaler';
import { type HpaMetric, HpaSpec, type MetricTarget } from '../hpa/hpaSpec';

/** An autoscaler as the views show it. @param agentId what notes of ours are signed with */
export function autoscalerState(autoscaler: Autoscaler, agentId: string): AutoscalerState {
  const { kind, name, uid, minReplicas, maxReplicas, targetUtilisation, desiredReplicas, handover } =
    autoscaler;
  const broken = brokenCondition(autoscaler);
  const problem = handover === 'broken' ? 'the note of a take-over on it cannot be read' : '';
  return {
    ...{ kind, name, uid, minReplicas, maxReplicas, targetUtilisation, desiredReplicas },
    metrics: metricsText(autoscaler),
    problem: problem || (broken ? broken.message || broken.reason : ''),
    handover:
      handover === null || handover === 'broken'
        ? null
        : { how: handover.how, by: handover.by, sinceMs: handover.atMs, ours: handover.agent === agentId },
  };
}

/** How much say the scaler has right now, as far as the autoscalers show it. */
export function steeringShown(
  wanted: ScalingState['steering'],
  own: { note: { how: 'advise' | 'own' } } | undefined,
): ScalingState['steering'] {
  if (own) return own.note.how;
  return wanted === 'off' ? 'off' : 'shadow';
}

function metricsText({ kind, metrics }: Autoscaler): string {
  if (kind === 'keda') return triggersText(metrics);
  const spec = HpaSpec.safeParse({
    metrics,
    maxReplicas: 1,
    scaleTargetRef: { kind: 'Deployment', name: '-' },
  }).data;
  if (!spec) return 'metrics that are not understood';
  return spec.metrics.map(metricText).join(', ');
}

function metricText(metric: HpaMetric): string {
  switch (metric.type) {
    case 'Resource':
      return `${metric.resource.name} ${targetText(metric.resource.target)}`;
    case 'ContainerResource':
      return `${metric.containerResource.name} of ${metric.containerResource.container} ${targetText(metric.containerResource.target)}`;
    case 'Pods':
      return `${metric.pods.metric.name} ${targetText(metric.pods.target)}`;
    case 'Object':
      return `${metric.object.metric.name} ${targetText(metric.object.target)}`;
    case 'External':
      return `${metric.external.metric.name} ${targetText(metric.external.target)}`;
  }
}

function targetText(target: MetricTarget): string {
  switch (target.type) {
    case 'Utilization':
      return `${target.averageUtilization} %`;
    case 'AverageValue':
      return `${target.averageValueMilli / 1000}/pod`;
    case 'Value':
      return String(target.valueMilli / 1000);
  }
}

function triggersText(triggers: unknown): string {
  if (!Array.isArray(triggers)) return '';
  const types = triggers.map((trigger) => (trigger as { type?: unknown } | null)?.type);
  return types.filter((type) => typeof type === 'string').join(', ');
}
