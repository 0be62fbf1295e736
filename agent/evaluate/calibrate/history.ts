import type { Workload } from '../../cluster/snapshot';
import type { Config } from '../../config/schema';
import type { PrometheusClient, RangeSample } from '../../metrics/prometheusClient';
import { DEFAULT_QUERIES, type QueryName } from '../../metrics/queries';
import type { ScrapeIntervals } from '../../metrics/scrapeIntervals';
import { askPast, type TimeGrid } from '../../metrics/workloadPast';
import { CoxswainError } from '../../protocol';
import { CONTROL_STEP_SECONDS } from '../../sim/scale/units';
import { missingShare, onGrid, type Samples, type Series, unusableCount, withoutGaps } from './series';

/** What was recorded of a workload, on one even grid. */
export interface History {
  /** Requests per second; short gaps are filled. */
  rate: Series;
  /** NaN where nothing was measured: cores of all pods, pods with a CPU metric, seconds. */
  cpuCores: number[];
  pods: number[];
  latencyP50Seconds: number[];
  latencyP95Seconds: number[];
  warnings: string[];
}

export interface HistoryRequest {
  client: PrometheusClient;
  workload: Workload;
  config: Config;
  intervals: ScrapeIntervals;
  /** Cluster time. */
  nowMs: number;
  sinceSeconds: number;
  signal: AbortSignal;
}

const LEAST_SECONDS = 3600;
const MOST_MISSING = 0.1;
/** The newest value may be so old: beyond it, something is wrong with the metrics now. */
const MOST_AGE_SECONDS = 300;
/** Prometheus answers with at most 11,000 points for a series. */
const MOST_POINTS = 10_800;

/**
 * Reads a workload's history by the queries of the config.
 *
 * @throws CoxswainError `capability-missing` where there is too little of it, `prometheus-unreachable`
 */
export async function readHistory(request: HistoryRequest): Promise<History> {
  const { workload, nowMs, sinceSeconds } = request;
  const stepSeconds = CONTROL_STEP_SECONDS * Math.ceil(sinceSeconds / CONTROL_STEP_SECONDS / MOST_POINTS);
  const asked: TimeGrid = { startMs: nowMs - sinceSeconds * 1000, endMs: nowMs, stepMs: stepSeconds * 1000 };
  const ask = (name: QueryName, wrap = '') => askHistory(request, asked, name, wrap);
  const requests = await ask('requests');
  const grid = gridOf(requests, asked, workload, sinceSeconds);
  const [cores, pods, p50, p95] = await Promise.all([
    ask('cpu', 'sum'),
    ask('cpu', 'count'),
    ask('latencyP50'),
    ask('latencyP95'),
  ]);
  const rate = onGrid(requests, grid);
  checkGaps(rate, workload);
  const of = (samples: Samples | undefined) => onGrid(samples, grid).values;
  const history = {
    rate: { ...rate, values: withoutGaps(rate.values) },
    cpuCores: of(cores),
    pods: of(pods),
    latencyP50Seconds: of(p50),
    latencyP95Seconds: of(p95),
    warnings: requests ? warningsOf(requests, rate) : [],
  };
  checkUse(history, workload);
  return history;
}

/** By the config's query of that name, with a window of whole scrapes. */
async function askHistory(
  { client, workload, config, intervals, signal }: HistoryRequest,
  range: TimeGrid,
  name: QueryName,
  wrap: string,
): Promise<RangeSample | undefined> {
  const own: Partial<Record<QueryName, string | undefined>> = config.metrics.queries;
  const template = own[name] ?? DEFAULT_QUERIES[name];
  const scrapeMs =
    (name === 'cpu' ? intervals.resourcesMs : intervals.requestsMs) ?? CONTROL_STEP_SECONDS * 1000;
  const windowMs = config.metrics.window ?? Math.max(4 * scrapeMs, range.stepMs);
  const query = { client, workload, windowMs, template: wrap === '' ? template : `${wrap}(${template})` };
  const [series] = await askPast(query, range, signal);
  return series;
}

/** From the first value on: a workload may be younger than what was asked for. */
function gridOf(
  requests: Samples | undefined,
  asked: TimeGrid,
  workload: Workload,
  sinceSeconds: number,
): TimeGrid {
  const usable = requests?.points.filter(({ value }) => Number.isFinite(value) && value >= 0) ?? [];
  const [first] = usable;
  const last = usable.at(-1);
  const title = titleOf(workload);
  if (!first || !last) {
    throw lacking(
      `Prometheus has no requests per second of ${title} in the last ${hours(sinceSeconds)}.`,
      'Expose http_requests_total, or set metrics.queries.requests in coxswain.yaml; --trace calibrates on a file.',
    );
  }
  const ageSeconds = (asked.endMs - last.atMs) / 1000;
  if (ageSeconds > MOST_AGE_SECONDS) {
    throw lacking(
      `The newest metrics of ${title} are ${Math.round(ageSeconds / 60)} min old.`,
      'Look whether Prometheus still scrapes its pods; stale metrics are not calibrated on.',
    );
  }
  const seconds = (last.atMs - first.atMs) / 1000;
  if (seconds < LEAST_SECONDS) {
    throw lacking(
      `There are only ${Math.round(seconds / 60)} min of history of ${title}; a calibration needs at least an hour.`,
      'Wait until there is more, raise --since, or calibrate on a file with --trace.',
    );
  }
  return { startMs: first.atMs, endMs: last.atMs, stepMs: asked.stepMs };
}

function checkGaps(rate: Series, workload: Workload): void {
  const share = missingShare(rate.values);
  if (share <= MOST_MISSING) return;
  throw lacking(
    `${Math.round(100 * share)} % of the requests per second of ${titleOf(workload)} are missing; at most ${100 * MOST_MISSING} % may be.`,
    'Choose a time without the gap by --since, or calibrate on a file with --trace.',
  );
}

function checkUse({ rate, cpuCores }: History, workload: Workload): void {
  if (!rate.values.some((value) => value > 0)) {
    throw lacking(
      `Nobody has asked anything of ${titleOf(workload)}: its requests per second are 0 all the time.`,
      'Calibrate a workload that has load, or a file with --trace.',
    );
  }
  if (missingShare(cpuCores) > 0.5) {
    throw lacking(
      `Prometheus has no CPU of the pods of ${titleOf(workload)} for half of the time.`,
      'Let it scrape cAdvisor, or set metrics.queries.cpu in coxswain.yaml.',
    );
  }
}

function warningsOf(requests: Samples, rate: Series): string[] {
  const unusable = unusableCount(requests);
  const missing = rate.values.filter((value) => Number.isNaN(value)).length;
  return [
    ...(unusable > 0 ? [`${unusable} recorded rates were negative or no number, and count as missing.`] : []),
    ...(missing > 0
      ? [`${missing} of ${rate.values.length} rates were missing, and are joined by straight lines.`]
      : []),
  ];
}

export function titleOf({ ref }: Workload): string {
  return `${ref.namespace}/${ref.name}`;
}

/** What is there does not do for a calibration. */
export function lacking(message: string, remedy: string): CoxswainError {
  return new CoxswainError('capability-missing', message, remedy);
}

function hours(seconds: number): string {
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
