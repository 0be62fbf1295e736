import type { ClusterSnapshot } from '../cluster/snapshot';
import { type WorkloadRef, workloadId } from '../protocol';

/** The labels of the pods of other workloads in the target's namespace, as far as the watches show them. */
export function strangersOf(
  { workloads }: ClusterSnapshot,
  target: WorkloadRef,
): readonly { workload: string; labels: Readonly<Record<string, string>> }[] {
  return [...workloads.values()]
    .filter(({ ref }) => ref.namespace === target.namespace && workloadId(ref) !== workloadId(target))
    .flatMap(({ ref, pods }) => pods.map(({ labels }) => ({ workload: ref.name, labels })));
}
