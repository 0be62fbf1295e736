import * as z from 'zod';
import type { ClusterReader } from '../cluster/api';
import { parseQuantity } from '../cluster/quantity';
import type { Workload } from '../cluster/snapshot';
import { CoxswainError, type ErrorInfo, toErrorInfo } from '../protocol';
import type { PodMetrics, Reading, WorkloadMetrics } from './reading';
import { measured, missing, utilisation } from './readingMath';
import { noMetrics, summarise } from './summary';

const PodMetricsList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      timestamp: z.iso.datetime({ offset: true }),
      containers: z.array(z.object({ usage: z.object({ cpu: z.string(), memory: z.string() }) })),
    }),
  ),
});
type PodUsage = z.infer<typeof PodMetricsList>['items'][number];

interface Round {
  workload: Workload;
  nowMs: number;
  staleAfterMs: number;
}

/**
 * CPU and memory from the metrics.k8s.io API, the fallback without Prometheus: it knows nothing of requests.
 * Throws nothing but the signal's reason.
 */
export async function collectFromMetricsServer(
  reader: ClusterReader,
  round: Round,
  signal?: AbortSignal,
): Promise<{ metrics: WorkloadMetrics; trouble: ErrorInfo | null }> {
  const { workload } = round;
  try {
    const usage = await listUsage(reader, workload, signal);
    return { metrics: readUsage(usage, round), trouble: null };
  } catch (error) {
    signal?.throwIfAborted();
    const trouble = toErrorInfo(error);
    return { metrics: noMetrics(workload, 'metrics-server', trouble.message), trouble };
  }
}

async function listUsage(
  reader: ClusterReader,
  { ref, selector }: Workload,
  signal?: AbortSignal,
): Promise<PodUsage[]> {
  const labelSelector = Object.entries(selector)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
  const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${ref.namespace}/pods?${new URLSearchParams({ labelSelector })}`;
  const parsed = PodMetricsList.safeParse(await reader.get(path, signal));
  if (parsed.success) return parsed.data.items;
  const [issue] = parsed.error.issues;
  throw new CoxswainError(
    'prometheus-malformed',
    `metrics-server's answer to ${path} is malformed at ${z.core.toDotPath(issue?.path ?? [])}: ${issue?.message}`,
    'Check the version of metrics-server: Coxswain needs metrics.k8s.io/v1beta1.',
  );
}

function readUsage(items: readonly PodUsage[], { workload, nowMs, staleAfterMs }: Round): WorkloadMetrics {
  const byName = new Map(items.map((item) => [item.metadata.name, item]));
  const requestsUnknown = missing('metrics-server knows nothing of requests');
  const share = (item: PodUsage, resource: 'cpu' | 'memory', limit: number | null): Reading => {
    const ageMs = Math.max(0, nowMs - Date.parse(item.timestamp));
    const used = measured(usedBy(item, resource), ageMs, nowMs, staleAfterMs);
    return utilisation(
      used,
      limit === null ? missing('no limit is set') : { kind: 'fresh', value: limit, atMs: nowMs },
    );
  };
  const pods = new Map(
    workload.pods.map(({ name }): [string, PodMetrics] => {
      const item = byName.get(name);
      const unknown = missing('metrics-server does not know the pod yet');
      return [
        name,
        {
          cpuUtilisation: item ? share(item, 'cpu', workload.cpuLimitCores) : unknown,
          memoryUtilisation: item ? share(item, 'memory', workload.memoryLimitBytes) : unknown,
          latencyP50Seconds: requestsUnknown,
          latencyP95Seconds: requestsUnknown,
          errorRate: requestsUnknown,
          requestsPerSecond: requestsUnknown,
        },
      ];
    }),
  );
  return summarise(workload, 'metrics-server', pods, {
    latencyP50Seconds: requestsUnknown,
    latencyP95Seconds: requestsUnknown,
    latencyP99Seconds: requestsUnknown,
    errorRate: requestsUnknown,
    requestsPerSecond: requestsUnknown,
  });
}

/** The sum over the containers in cores or bytes; NaN where a quantity is none. */
function usedBy(item: PodUsage, resource: 'cpu' | 'memory'): number {
  return item.containers.reduce((sum, { usage }) => sum + (parseQuantity(usage[resource]) ?? Number.NaN), 0);
}
