import type { Workload } from '../cluster/snapshot';
import type { Config } from '../config/schema';
import type { PrometheusClient, RangeSample } from '../metrics/prometheusClient';
import { QueryRejectedError } from '../metrics/prometheusErrors';
import { DEFAULT_QUERIES } from '../metrics/queries';
import { measureScrapeIntervals, windowsOf } from '../metrics/scrapeIntervals';
import { askPast, onTimeGrid, type TimeGrid } from '../metrics/workloadPast';

/** What Prometheus remembers of a workload: means over equal steps, oldest first; NaN is "no data". */
export interface WorkloadHistory {
  stepMs: number;
  /** The end of the first step. */
  firstMs: number;
  /** The time that was asked for; what Prometheus does not know of it in the beginning has no steps. */
  askedMs: number;
  replicas: Float64Array;
  /** Of all pods. */
  cpuCores: Float64Array;
  requestsPerSecond: Float64Array;
  failedShare: Float64Array;
  /** Share of requests that were answered within the objective, failed or not. */
  inTimeShare: Float64Array;
}

export interface HistoryRange {
  sinceMs: number;
  untilMs: number;
}

/** Prometheus answers with at most 11,000. */
const MOST_STEPS = 10_000;
const SHORTEST_STEP_MS = 15_000;
/** A number of replicas needs one sample, of which there is one a minute at worst. */
const SHORTEST_WINDOW_MS = 60_000;

/**
 * Reads it with range queries: replicas from kube-state-metrics, else by counting pods; the rest with the queries of the
 * config, over all pods that the workload has ever had.
 *
 * @throws as `PrometheusClient.queryRange`; a query that is rejected only leaves its numbers out.
 */
export async function readHistory(
  client: PrometheusClient,
  workload: Workload,
  config: Config,
  range: HistoryRange & { latencyP95Ms: number },
  signal?: AbortSignal,
): Promise<WorkloadHistory> {
  const intervals = await measureScrapeIntervals(client, workload, config, signal);
  const windows = windowsOf(intervals, config.metrics, false);
  // Whole scrapes may lie between two steps: what looks back no further than one step would miss them.
  const ask = async (template: string, on: TimeGrid, leastWindowMs = windows.resourcesMs) => {
    const windowMs = Math.max(on.stepMs, SHORTEST_WINDOW_MS, leastWindowMs);
    try {
      return await askPast({ client, workload, template, windowMs }, on, signal);
    } catch (error) {
      if (error instanceof QueryRejectedError) return [];
      throw error;
    }
  };
  const { replicas, grid } = await knownReplicas(range, async (promql, on) =>
    onGrid(await ask(promql, on), on),
  );
  const one = async (promql: string, windowMs = windows.requestsMs) =>
    onGrid(await ask(promql, grid, windowMs), grid);
  const { queries } = config.metrics;
  return {
    stepMs: grid.stepMs,
    firstMs: grid.startMs,
    askedMs: range.untilMs - range.sinceMs,
    replicas,
    cpuCores: await one(`sum(${queries.cpu ?? DEFAULT_QUERIES.cpu})`, windows.resourcesMs),
    requestsPerSecond: await one(queries.requests ?? DEFAULT_QUERIES.requests),
    failedShare: await one(queries.errorRate ?? DEFAULT_QUERIES.errorRate),
    inTimeShare: inTime(await ask(BUCKETS, grid, windows.requestsMs), grid, range.latencyP95Ms / 1000),
  };
}

/** What is known of a small part of the time only is looked at again, in steps that are as much finer. */
async function knownReplicas(
  range: HistoryRange,
  ask: (promql: string, grid: TimeGrid) => Promise<Float64Array>,
): Promise<{ replicas: Float64Array; grid: TimeGrid }> {
  const grid = gridOf(range);
  const replicas = await firstThatHas(REPLICAS, (promql) => ask(promql, grid));
  const first = replicas.findIndex((value) => !Number.isNaN(value));
  const sinceMs = grid.startMs + (first - 1) * grid.stepMs;
  const finer = gridOf({ sinceMs, untilMs: range.untilMs });
  if (first < 1 || finer.stepMs >= grid.stepMs) return { replicas, grid };
  return {
    replicas: await firstThatHas(REPLICAS, (promql) => ask(promql, finer)),
    grid: finer,
  };
}

const OF_DEPLOYMENT = '{namespace="$namespace",deployment="$workload"}[$window]';
/** Several kube-state-metrics say the same: the greatest of them. */
const REPLICAS = [
  `max(avg_over_time(kube_deployment_spec_replicas${OF_DEPLOYMENT}))`,
  `max(avg_over_time(kube_deployment_status_replicas${OF_DEPLOYMENT}))`,
  'count(sum by (pod) (rate(container_cpu_usage_seconds_total{namespace="$namespace",pod=~"$pods",container!="",container!="POD"}[$window])))',
];

const BUCKETS =
  'sum by (le) (rate(http_request_duration_seconds_bucket{namespace="$namespace",pod=~"$pods"}[$window]))';

function gridOf({ sinceMs, untilMs }: HistoryRange): TimeGrid {
  const rough = (untilMs - sinceMs) / MOST_STEPS;
  const stepMs = Math.max(1, Math.ceil(rough / SHORTEST_STEP_MS)) * SHORTEST_STEP_MS;
  const steps = Math.max(1, Math.floor((untilMs - sinceMs) / stepMs));
  return { stepMs, startMs: untilMs - (steps - 1) * stepMs, endMs: untilMs };
}

/** Of the last one where none has anything. */
async function firstThatHas(
  queries: readonly string[],
  ask: (promql: string) => Promise<Float64Array>,
): Promise<Float64Array> {
  let found: Float64Array = new Float64Array();
  for (const promql of queries) {
    found = await ask(promql);
    if (found.some((value) => !Number.isNaN(value))) break;
  }
  return found;
}

function onGrid([sample]: readonly RangeSample[], grid: TimeGrid): Float64Array {
  return onTimeGrid(sample?.points, grid);
}

/** From the cumulative buckets around the objective, between which requests are taken to be spread evenly. */
function inTime(samples: readonly RangeSample[], grid: TimeGrid, objectiveSeconds: number): Float64Array {
  const buckets = samples
    .map((sample) => ({ le: upperBound(sample), rates: onGrid([sample], grid) }))
    .filter(({ le }) => !Number.isNaN(le))
    .toSorted((a, b) => a.le - b.le);
  const all = buckets.at(-1);
  const above = buckets.findIndex(({ le }) => le >= objectiveSeconds);
  const [high, low] = [buckets[above], buckets[above - 1]];
  const shares = onTimeGrid([], grid);
  if (!all || all.le !== Number.POSITIVE_INFINITY || !high) return shares;
  const from = low?.le ?? 0;
  // Nobody knows where requests beyond the last bound are.
  const part = Number.isFinite(high.le) ? (objectiveSeconds - from) / (high.le - from) : 0;
  return shares.map((_, index) => {
    const total = all.rates[index] as number;
    if (!(total > 0)) return Number.NaN;
    const below = (low?.rates[index] as number | undefined) ?? 0;
    return Math.min(1, (below + part * ((high.rates[index] as number) - below)) / total);
  });
}

function upperBound({ labels }: RangeSample): number {
  return labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le ?? Number.NaN);
}
