import type { Node, Workload } from '../cluster/snapshot';
import type { Config } from '../config/schema';
import { podPricePerHour } from './podPrice';

export interface PodRate {
  /** Mean over the pods that there are, each at the price of its node's type; null where a pod requests nothing. */
  perHour: number | null;
  /** What is to be known of it, in whole sentences. */
  notes: readonly string[];
}

/** What a pod of a workload costs for an hour, by the price table and where its pods run now. */
export function podRate(
  costs: Config['costs'],
  workload: Pick<Workload, 'pods' | 'cpuRequestCores' | 'memoryRequestBytes'>,
  nodes: ReadonlyMap<string, Node>,
): PodRate {
  const { cpuRequestCores: cpuCores, memoryRequestBytes: memoryBytes } = workload;
  const types = workload.pods.flatMap(({ node }) => (node === null ? [] : [nodes.get(node)?.type ?? null]));
  const prices = (types.length > 0 ? types : [null]).map((nodeType) =>
    podPricePerHour(costs, { cpuCores, memoryBytes, nodeType }),
  );
  const known = prices.filter((price) => price !== null);
  const perHour = known.length === 0 ? null : known.reduce((sum, price) => sum + price, 0) / known.length;
  return { perHour, notes: [...gapsIn(costs, types), ...missingRequests(cpuCores, memoryBytes)] };
}

/** A table that has prices of some node types only: the others are charged at the general price, which is said. */
function gapsIn(costs: Config['costs'], types: readonly (string | null)[]): string[] {
  if (Object.keys(costs.nodes).length === 0) return [];
  return [...new Set(types)].flatMap((type) => {
    if (type === null) return ['The type of a node is not known; its pods are charged at the general price.'];
    const own = costs.nodes[type];
    if (!own) {
      return [`costs.nodes has no price for ${type}; its pods are charged at the general price.`];
    }
    const missing = (['coreHour', 'gibHour'] as const).filter((name) => own[name] === undefined);
    return missing.length === 0
      ? []
      : [`costs.nodes.${type} has no ${missing.join(' and no ')}; the general price counts for it.`];
  });
}

function missingRequests(cpuCores: number | null, memoryBytes: number | null): string[] {
  if (cpuCores === null && memoryBytes === null) {
    return ['Its containers request neither CPU nor memory, so there is nothing to charge for.'];
  }
  if (cpuCores === null) return ['A container requests no CPU: only memory is charged.'];
  return memoryBytes === null ? ['A container requests no memory: only CPU is charged.'] : [];
}
