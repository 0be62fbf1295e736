import type { Config } from '../config/schema';
import type { Slo, WorkloadRef, WorkloadState } from '../protocol';

/** Whether the config lets Coxswain act on a workload at all, and why not. */
export function steeringOf(ref: WorkloadRef, config: Config): WorkloadState['steering'] {
  if (config.protectedNamespaces.includes(ref.namespace)) {
    return { kind: 'observe-only', reason: `namespace ${ref.namespace} is protected` };
  }
  if (!config.namespaces.includes(ref.namespace)) {
    return { kind: 'observe-only', reason: `namespace ${ref.namespace} is not listed in coxswain.yaml` };
  }
  if (config.workloads[`${ref.namespace}/${ref.name}`]?.observeOnly) {
    return { kind: 'observe-only', reason: 'set in coxswain.yaml' };
  }
  return { kind: 'act' };
}

/** The objective of a workload: its own where the config names one, else the common one. */
export function sloOf(ref: WorkloadRef, config: Config): Slo {
  const own = config.workloads[`${ref.namespace}/${ref.name}`]?.slo;
  return {
    latencyP95Ms: own?.latencyP95 ?? config.slo.latencyP95,
    errorRate: own?.errorRate ?? config.slo.errorRate,
  };
}
