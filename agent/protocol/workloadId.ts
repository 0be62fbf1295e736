import type { WorkloadRef } from './workload';

/** The key of a workload in every map and message: `namespace/kind/name`. */
export function workloadId(ref: WorkloadRef): string {
  return `${ref.namespace}/${ref.kind}/${ref.name}`;
}
