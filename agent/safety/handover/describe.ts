import { stringify } from 'yaml';
import { HANDOVER } from '../../cluster/model/handoverNote';
import type { Autoscaler } from '../../cluster/snapshot';
import { KEDA_PAUSED } from './states';

/** Two states of an autoscaler for people to compare: as much of it as a handover may change. */
export function describeHandover(before: Autoscaler, after: Autoscaler): { before: string; after: string } {
  return { before: yamlOf(before), after: yamlOf(after) };
}

function yamlOf({
  kind,
  name,
  annotations,
  minReplicas,
  maxReplicas,
  metrics,
  behavior,
}: Autoscaler): string {
  const shown = [HANDOVER, KEDA_PAUSED].flatMap((key) =>
    annotations[key] === undefined ? [] : [[key, annotations[key]]],
  );
  const metadata = { name, ...(shown.length === 0 ? {} : { annotations: Object.fromEntries(shown) }) };
  return kind === 'hpa'
    ? stringify({
        kind: 'HorizontalPodAutoscaler',
        metadata,
        spec: { minReplicas, maxReplicas, metrics, ...(behavior === null ? {} : { behavior }) },
      })
    : stringify({
        kind: 'ScaledObject',
        metadata,
        spec: { minReplicaCount: minReplicas, maxReplicaCount: maxReplicas },
      });
}
