import type { KubeObject } from '../../objectStore';
import { condition, isPodReady, podPhase, podSpec } from '../kinds';

const PHASE_ORDER = ['Pending', 'Unknown', 'Running'];

/**
 * The pods in the order in which a ReplicaSet gives them up (`controller.ActivePodsWithRanks` in Kubernetes):
 * without a node, pending, not ready, cheaper by `pod-deletion-cost`, on a node with more siblings, ready for a
 * shorter time, restarted more often, younger.
 */
export function inScaleDownOrder(pods: readonly KubeObject[]): KubeObject[] {
  const onNode = new Map<string, number>();
  for (const pod of pods) {
    const node = podSpec(pod).nodeName ?? '';
    onNode.set(node, (onNode.get(node) ?? 0) + 1);
  }
  const rank = (pod: KubeObject): number[] => [
    podSpec(pod).nodeName ? 1 : 0,
    PHASE_ORDER.indexOf(podPhase(pod)),
    isPodReady(pod) ? 1 : 0,
    Number(pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0),
    -(onNode.get(podSpec(pod).nodeName ?? '') ?? 0),
    -readySinceMs(pod),
    -restarts(pod),
    -Date.parse(pod.metadata.creationTimestamp),
  ];
  return pods
    .map((pod) => ({ pod, rank: rank(pod) }))
    .sort((a, b) => compare(a.rank, b.rank))
    .map(({ pod }) => pod);
}

function compare(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, i) => value !== b[i]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}

function readySinceMs(pod: KubeObject): number {
  const ready = condition(pod, 'Ready');
  return ready?.status === 'True' ? Date.parse(ready.lastTransitionTime ?? '') : 0;
}

function restarts(pod: KubeObject): number {
  const statuses = pod.status?.containerStatuses;
  if (!Array.isArray(statuses)) return 0;
  return Math.max(0, ...statuses.map(({ restartCount }) => Number(restartCount)));
}
