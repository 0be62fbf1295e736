import type { Pod, Workload } from '../../../cluster/snapshot';
import type { LoadMetrics } from '../../../metrics/loadReadings';
import type { Reading } from '../../../metrics/reading';
import { formatAge } from '../../../protocol';

/** What was measured of a workload in one look, checked: every number is finite and possible. */
export interface ScaleReading {
  /** Cluster time of the oldest number in it. */
  atMs: number;
  /** Mean of the ready pods: of the limit, or of the request where there is no limit; 0…1. */
  cpu: number;
  /** The same of the request, as an HPA reckons; may be above 1. Null where nothing is requested. */
  cpuOfRequest: number | null;
  memory: number;
  /** Requests per second that were answered, failed ones among them. */
  answeredRate: number;
  errorShare: number;
  violatedShare: number;
  latencyP50Seconds: number;
  latencyP95Seconds: number;
  /** Requests that wait; null where nobody measures it. */
  queue: number | null;
  /** Over what time they are, and by how much they are late, s. */
  windowSeconds: number;
  lagSeconds: number;
}

export type ReadingOrNot = { kind: 'read'; reading: ScaleReading } | { kind: 'no-data'; reason: string };

/** More than this is a mistake of the query or its unit, not a measurement. */
const MOST = {
  cores: 10_000,
  bytes: 2 ** 50,
  requestsPerSecond: 1e9,
  seconds: 3600,
  requests: 1e9,
} as const;
/** A rate is extrapolated: a little above the limit is the limit. More is none of this pod's. */
const MOST_OF_LIMIT = 2;
/** Pods that nobody asks anything do less than this part of what they can. */
const BUSY = 0.5;
/** Where it is not known. */
const USUAL_WINDOW_MS = 60_000;
const USUAL_SCRAPE_MS = 15_000;

class NoData extends Error {}

/** The reading, or why nothing may be decided on what was measured. */
export function readScale(workload: Workload, metrics: LoadMetrics, nowMs: number): ReadingOrNot {
  try {
    return { kind: 'read', reading: reading(workload, metrics, nowMs) };
  } catch (error) {
    if (error instanceof NoData) return { kind: 'no-data', reason: error.message };
    throw error;
  }
}

function reading(workload: Workload, metrics: LoadMetrics, nowMs: number): ScaleReading {
  const ready = workload.pods.filter((pod) => pod.ready && pod.deletingSinceMs === null);
  if (workload.desiredReplicas === 0) throw new NoData('it is scaled to zero, which is left to people');
  if (ready.length === 0) throw new NoData('none of its pods is ready');
  const capacityCores = workload.cpuLimitCores ?? workload.cpuRequestCores;
  if (capacityCores === null) {
    throw new NoData(
      'its containers request no CPU, so that utilisation is undefined: set resources.requests.cpu',
    );
  }
  const times: number[] = [];
  const take = (name: string, value: Reading, most: number) => taken(name, value, most, nowMs, times);
  // First, since nothing else tells as well why a whole source is missing.
  const answeredRate = take('requests per second', metrics.requestsPerSecond, MOST.requestsPerSecond);
  const cores = meanOf(ready, metrics.cpuCores, (value) => take('CPU', value, MOST.cores), 'CPU');
  if (workload.cpuLimitCores !== null && cores > MOST_OF_LIMIT * workload.cpuLimitCores) {
    throw new NoData(
      `CPU is ${cores.toFixed(2)} cores a pod, which is more than its limit of ${workload.cpuLimitCores} lets it have`,
    );
  }
  if (answeredRate === 0 && cores > BUSY * capacityCores) {
    throw new NoData(
      `its pods are busy (${Math.round((100 * cores) / capacityCores)} % of their CPU), and yet no request is counted: they may be those of something else`,
    );
  }
  const bytes = meanOf(ready, metrics.memoryBytes, (value) => take('memory', value, MOST.bytes), 'memory');
  return {
    cpu: Math.min(1, cores / capacityCores),
    cpuOfRequest: workload.cpuRequestCores === null ? null : cores / workload.cpuRequestCores,
    memory: shareOf(bytes, workload.memoryLimitBytes ?? workload.memoryRequestBytes),
    answeredRate,
    ...(answeredRate === 0 ? WITHOUT_REQUESTS : serviceOf(metrics, take)),
    queue: metrics.queue.kind === 'missing' ? null : take('the queue', metrics.queue, MOST.requests),
    windowSeconds: (metrics.windowMs ?? USUAL_WINDOW_MS) / 1000,
    // A sample is between nothing and one interval old when it is looked at.
    lagSeconds: (metrics.scrapeIntervalMs ?? USUAL_SCRAPE_MS) / 2000,
    atMs: Math.min(...times),
  };
}

/** Nobody asks, so that nobody is served badly. */
const WITHOUT_REQUESTS = { errorShare: 0, violatedShare: 0, latencyP50Seconds: 0, latencyP95Seconds: 0 };

type Take = (name: string, value: Reading, most: number) => number;

function serviceOf(metrics: LoadMetrics, take: Take): typeof WITHOUT_REQUESTS {
  return {
    errorShare: take('the error rate', metrics.errorRate, 1),
    violatedShare: take('the violated share', metrics.violatedShare, 1),
    latencyP50Seconds: take('p50', metrics.latencyP50Seconds, MOST.seconds),
    latencyP95Seconds: take('p95', metrics.latencyP95Seconds, MOST.seconds),
  };
}

/** The number, or an exception that says why it may not be used. */
function taken(name: string, value: Reading, most: number, nowMs: number, times: number[]): number {
  if (value.kind === 'missing') throw new NoData(`${name} is missing: ${value.why}`);
  if (value.kind === 'stale') throw new NoData(`${name} is ${formatAge(nowMs - value.atMs)} old`);
  if (!(value.value >= 0)) throw new NoData(`${name} is ${value.value}, which cannot be`);
  if (value.value > most * (1 + 1e-6))
    throw new NoData(`${name} is ${value.value}, which is more than can be`);
  times.push(value.atMs);
  return Math.min(value.value, most);
}

/** Pods that are new have no numbers yet; those that have count. */
function meanOf(
  pods: readonly Pod[],
  readings: ReadonlyMap<string, Reading>,
  take: (value: Reading) => number,
  name: string,
): number {
  const known = pods.flatMap((pod) => readings.get(pod.name) ?? []);
  const measured = known.filter((value) => value.kind !== 'missing');
  if (measured.length === 0) {
    const [first] = known;
    throw new NoData(`${name} is missing: ${first?.kind === 'missing' ? first.why : 'the pods are too new'}`);
  }
  return measured.reduce((sum, value) => sum + take(value), 0) / measured.length;
}

/** Without a limit or request there is nothing that it could be a share of, and no rule goes by it. */
function shareOf(bytes: number, whole: number | null): number {
  return whole === null || whole <= 0 ? 0 : Math.min(1, bytes / whole);
}
