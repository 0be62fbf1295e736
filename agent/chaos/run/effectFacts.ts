import type { Node, Pod, Workload } from '../../cluster/snapshot';
import type { WorkloadMetrics } from '../../metrics/reading';

/** What is known of a target at one time, and by which the effect of a fault shows. */
export interface EffectFacts {
  atMs: number;
  /** Undefined when it is gone. */
  workload: Workload | undefined;
  /** By name. */
  nodes: ReadonlyMap<string, Pick<Node, 'schedulable'>>;
  metrics: WorkloadMetrics;
}

/** The pods that were there before and are still, with both states. */
export function samePods(before: EffectFacts, during: EffectFacts): readonly { before: Pod; during: Pod }[] {
  const now = new Map((during.workload?.pods ?? []).map((pod) => [pod.uid, pod]));
  return (before.workload?.pods ?? []).flatMap((pod) => {
    const current = now.get(pod.uid);
    return current ? [{ before: pod, during: current }] : [];
  });
}
