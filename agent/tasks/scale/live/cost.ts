import type { ClusterSnapshot, Workload } from '../../../cluster/snapshot';
import type { Config } from '../../../config/schema';
import { podPricePerHour } from '../../../costs/podPrice';

/** What a pod of the workload costs for an hour: the mean over the nodes that its pods are on; null where nothing is requested. */
export function meanPodPrice(
  { pods, cpuRequestCores, memoryRequestBytes }: Workload,
  { nodes }: Pick<ClusterSnapshot, 'nodes'>,
  costs: Config['costs'],
): number | null {
  const types = pods.map(({ node }) => (node === null ? null : (nodes.get(node)?.type ?? null)));
  const prices = (types.length === 0 ? [null] : types).map((nodeType) =>
    podPricePerHour(costs, { cpuCores: cpuRequestCores, memoryBytes: memoryRequestBytes, nodeType }),
  );
  return prices.reduce(
    (sum, price) => (sum === null || price === null ? null : sum + price / prices.length),
    0 as number | null,
  );
}
