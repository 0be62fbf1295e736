import type { Workload } from '../cluster/snapshot';
import { answerReader } from './answerReader';
import type { NamedQuery } from './queries';
import type { Answer } from './queryTogether';
import type { PodMetrics, Reading, WorkloadMetrics } from './reading';
import { utilisation } from './readingMath';
import { summarise } from './summary';

interface Round extends Pick<WorkloadMetrics, 'scrapeIntervalMs' | 'windowMs'> {
  workload: Workload;
  queries: readonly NamedQuery[];
  answers: ReadonlyMap<string, Answer>;
  nowMs: number;
  staleAfterMs: number;
}

/** The readings that one round of answers from Prometheus amounts to. Pure. */
export function readWorkload(round: Round): WorkloadMetrics {
  const { workload, nowMs } = round;
  const read = answerReader(round);
  const cpuLimit = (pod: string) =>
    workload.cpuLimitCores === null ? read('cpuLimit', pod) : known(workload.cpuLimitCores, nowMs);
  const memoryLimit = (pod: string) =>
    workload.memoryLimitBytes === null ? read('memoryLimit', pod) : known(workload.memoryLimitBytes, nowMs);
  const pods = new Map(
    workload.pods.map(({ name }): [string, PodMetrics] => [
      name,
      {
        cpuUtilisation: utilisation(read('cpu', name), cpuLimit(name)),
        memoryUtilisation: utilisation(read('memory', name), memoryLimit(name)),
        latencyP50Seconds: read('podLatencyP50', name),
        latencyP95Seconds: read('podLatencyP95', name),
        errorRate: read('podErrorRate', name),
        requestsPerSecond: read('podRequests', name),
      },
    ]),
  );
  const overAllPods = {
    latencyP50Seconds: read('latencyP50', null),
    latencyP95Seconds: read('latencyP95', null),
    latencyP99Seconds: read('latencyP99', null),
    errorRate: read('errorRate', null),
    requestsPerSecond: read('requests', null),
  };
  const { scrapeIntervalMs, windowMs } = round;
  return summarise(workload, 'prometheus', pods, overAllPods, { scrapeIntervalMs, windowMs });
}

/** From the cluster's own objects. */
function known(value: number, nowMs: number): Reading {
  return { kind: 'fresh', value, atMs: nowMs };
}
