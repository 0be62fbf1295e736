import type { Config } from '../config/schema';

export interface PodResources {
  /** Requested by one pod; null where it requests none. */
  cpuCores: number | null;
  memoryBytes: number | null;
  /** Value of `node.kubernetes.io/instance-type`; null where it is not known. */
  nodeType: string | null;
}

const GIB = 2 ** 30;

/** What one pod costs for an hour: what it requests, at the price of its node type. Null where it requests nothing. */
export function podPricePerHour(
  costs: Config['costs'],
  { cpuCores, memoryBytes, nodeType }: PodResources,
): number | null {
  if (cpuCores === null && memoryBytes === null) return null;
  const own = nodeType === null ? undefined : costs.nodes[nodeType];
  const cpu = (cpuCores ?? 0) * (own?.coreHour ?? costs.coreHour);
  return cpu + ((memoryBytes ?? 0) / GIB) * (own?.gibHour ?? costs.gibHour);
}
