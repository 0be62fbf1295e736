import type { Pod, Workload } from '../cluster/snapshot';
import type { PodMetrics, Reading, WorkloadMetrics } from './reading';
import { meanReading, missing } from './readingMath';

type OverAllPods = Pick<
  WorkloadMetrics,
  'latencyP50Seconds' | 'latencyP95Seconds' | 'latencyP99Seconds' | 'errorRate' | 'requestsPerSecond'
>;

/** Metrics of a workload from those of its pods and those over all of them; the utilisations are means over pods. */
export function summarise(
  workload: Workload,
  source: WorkloadMetrics['source'],
  pods: ReadonlyMap<string, PodMetrics>,
  overAllPods: OverAllPods,
  times: Pick<WorkloadMetrics, 'scrapeIntervalMs' | 'windowMs'> = { scrapeIntervalMs: null, windowMs: null },
): WorkloadMetrics {
  const staying = workload.pods
    .filter((pod) => pod.deletingSinceMs === null)
    .flatMap((pod) => pods.get(pod.name) ?? []);
  const readings = {
    cpuUtilisation: mean(staying.map((pod) => pod.cpuUtilisation)),
    memoryUtilisation: mean(staying.map((pod) => pod.memoryUtilisation)),
    ...overAllPods,
  };
  return {
    atMs: newest([...Object.values(readings), ...[...pods.values()].flatMap((pod) => Object.values(pod))]),
    source,
    ...times,
    ...readings,
    pods,
    warnings: [...warningsOf(readings), ...podWarnings(workload.pods, pods)],
  };
}

/** Metrics where there are none at all, for one and the same reason. */
export function noMetrics(
  workload: Workload,
  source: WorkloadMetrics['source'],
  why: string,
): WorkloadMetrics {
  const none = missing(why);
  const noneOfPod: PodMetrics = {
    cpuUtilisation: none,
    memoryUtilisation: none,
    latencyP50Seconds: none,
    latencyP95Seconds: none,
    errorRate: none,
    requestsPerSecond: none,
  };
  return {
    atMs: null,
    source,
    scrapeIntervalMs: null,
    windowMs: null,
    cpuUtilisation: none,
    memoryUtilisation: none,
    latencyP50Seconds: none,
    latencyP95Seconds: none,
    latencyP99Seconds: none,
    errorRate: none,
    requestsPerSecond: none,
    pods: new Map(workload.pods.map(({ name }) => [name, noneOfPod])),
    warnings: [`no metrics: ${why}`],
  };
}

function mean(readings: readonly Reading[]): Reading {
  return meanReading(readings, 'the workload has no pods');
}

function newest(readings: readonly Reading[]): number | null {
  const times = readings.flatMap((reading) => (reading.kind === 'fresh' ? [reading.atMs] : []));
  return times.length === 0 ? null : Math.max(...times);
}

function warningsOf(readings: Readonly<Record<string, Reading>>): string[] {
  return Object.entries(readings).flatMap(([name, reading]) => {
    if (reading.kind === 'missing') return [`${name} is missing: ${reading.why}`];
    return reading.kind === 'stale' ? [`${name} is stale`] : [];
  });
}

/** Only of CPU and memory of ready pods: others have none yet, and a pod without traffic has no latency. */
function podWarnings(all: readonly Pod[], metrics: ReadonlyMap<string, PodMetrics>): string[] {
  return all.flatMap((pod) => {
    const found = metrics.get(pod.name);
    if (!pod.ready || !found) return [];
    const { cpuUtilisation, memoryUtilisation } = found;
    return warningsOf({ cpuUtilisation, memoryUtilisation }).map((warning) => `pod ${pod.name}: ${warning}`);
  });
}
