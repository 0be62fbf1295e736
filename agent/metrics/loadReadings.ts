import type { Workload } from '../cluster/snapshot';
import { type AnsweredQueries, answerReader } from './answerReader';
import type { LoadQueryName } from './queries';
import type { Answer } from './queryTogether';
import type { Reading } from './reading';
import { measured, missing } from './readingMath';
import { lateShare, lateShareByP95 } from './violatedShare';

/** What scaling has to know of a workload, measured at one time. */
export interface LoadMetrics {
  /** How often the numbers of requests are scraped, and over what time they are; null where it is not known. */
  scrapeIntervalMs: number | null;
  windowMs: number | null;
  /** CPU cores and working-set bytes that each pod uses, by its name. */
  cpuCores: ReadonlyMap<string, Reading>;
  memoryBytes: ReadonlyMap<string, Reading>;
  /** Requests that were answered, the failed ones among them. */
  requestsPerSecond: Reading;
  /** Failed ÷ all requests, 0…1. */
  errorRate: Reading;
  latencyP50Seconds: Reading;
  latencyP95Seconds: Reading;
  /** Requests over the objective or failed ÷ all requests, 0…1. */
  violatedShare: Reading;
  /** Requests that wait, where the config has a query for it. */
  queue: Reading;
  /** What is worked out by less than was asked for. */
  warnings: readonly string[];
}

interface Round extends AnsweredQueries<LoadQueryName>, Pick<LoadMetrics, 'scrapeIntervalMs' | 'windowMs'> {
  workload: Workload;
  /** Of latency. */
  objectiveSeconds: number;
}

/** The readings that one round of answers amounts to. Pure. */
export function readLoad(round: Round): LoadMetrics {
  const { workload, scrapeIntervalMs, windowMs } = round;
  const read = answerReader(round);
  const byPod = (name: LoadQueryName) =>
    new Map(workload.pods.map((pod) => [pod.name, read(name, pod.name)] as const));
  const whole = {
    requestsPerSecond: read('requests', null),
    errorRate: read('errorRate', null),
    latencyP50Seconds: read('latencyP50', null),
    latencyP95Seconds: read('latencyP95', null),
    queue: read('queue', null),
  };
  const own = read('violatedShare', null);
  const isOwn = round.queries.some(({ name }) => name === 'violatedShare');
  const { reading, warnings } = isOwn ? { reading: own, warnings: [] } : violated(round, whole, read);
  return {
    scrapeIntervalMs,
    windowMs,
    cpuCores: byPod('cpu'),
    memoryBytes: byPod('memory'),
    ...whole,
    violatedShare: reading,
    warnings,
  };
}

/** Where there is no load to be had at all, for one and the same reason. */
export function noLoad(why: string): LoadMetrics {
  const none = missing(why);
  return {
    scrapeIntervalMs: null,
    windowMs: null,
    cpuCores: new Map(),
    memoryBytes: new Map(),
    requestsPerSecond: none,
    errorRate: none,
    latencyP50Seconds: none,
    latencyP95Seconds: none,
    violatedShare: none,
    queue: none,
    warnings: [],
  };
}

/**
 * By the histogram's buckets, else by p95. Late and failed are taken to be independent of each other: which of the
 * failed ones were late the histogram does not say.
 */
function violated(
  { answers, nowMs, staleAfterMs, objectiveSeconds }: Round,
  { latencyP95Seconds: p95, errorRate }: Pick<LoadMetrics, 'latencyP95Seconds' | 'errorRate'>,
  read: (name: LoadQueryName, pod: null) => Reading,
): { reading: Reading; warnings: string[] } {
  const buckets = read('latencyBuckets', null);
  const late =
    buckets.kind === 'missing' ? null : lateShare(bucketsOf(answers.get('latencyBuckets')), objectiveSeconds);
  if (buckets.kind !== 'missing' && late !== null) {
    const warnings =
      late.boundSeconds === objectiveSeconds ? [] : [boundWarning(late.boundSeconds, objectiveSeconds)];
    return { reading: withFailed(late.share, buckets.atMs), warnings };
  }
  if (p95.kind === 'missing') return { reading: p95, warnings: [] };
  const share = lateShareByP95(p95.value, objectiveSeconds);
  return {
    reading: withFailed(share, p95.atMs),
    warnings: [
      `no bucket of the latency histogram is at or below the objective of ${objectiveSeconds} s: the late share is estimated from p95`,
    ],
  };

  function withFailed(share: number, atMs: number): Reading {
    const failed = errorRate.kind === 'missing' ? 0 : errorRate.value;
    return measured(1 - (1 - share) * (1 - failed), nowMs - atMs, nowMs, staleAfterMs);
  }
}

function bucketsOf(answer: Answer | undefined): { boundSeconds: number; rate: number }[] {
  if (answer?.kind !== 'samples') return [];
  return answer.samples.map(({ labels, value }) => ({ boundSeconds: Number(labels.le), rate: value }));
}

function boundWarning(boundSeconds: number, objectiveSeconds: number): string {
  return `the objective of ${objectiveSeconds} s is no bucket bound of the latency histogram: requests over ${boundSeconds} s count as late`;
}
