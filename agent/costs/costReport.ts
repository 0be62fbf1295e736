import { setImmediate as turn } from 'node:timers/promises';
import type { Node, Workload } from '../cluster/snapshot';
import type { Config } from '../config/schema';
import type { PrometheusClient } from '../metrics/prometheusClient';
import { type CostReport, CoxswainError, workloadId } from '../protocol';
import { account, type CostRow } from './account';
import { readHistory, type WorkloadHistory } from './history';
import { podRate } from './podRate';
import { baselineHpa, replayHpa } from './replayHpa';

export interface CostReportOptions {
  client: PrometheusClient;
  workloads: readonly Workload[];
  nodes: ReadonlyMap<string, Node>;
  config: Config;
  /** Cluster time. */
  sinceMs: number;
  untilMs: number;
  /** `hpa`: the HPA alone, replayed over the CPU that was used. `fixed`: as many replicas all the time as there were at most. */
  baseline: 'hpa' | 'fixed';
  signal?: AbortSignal;
}

/** Less than a scrape or two says nothing. */
const SHORTEST_RANGE_MS = 60_000;

/**
 * What workloads have cost, from the replicas that Prometheus remembers, and what they would have cost with the
 * baseline. Whatever is not known is left out and said.
 *
 * @throws CoxswainError `usage` for a time that is too short; as `PrometheusClient.queryRange`
 */
export async function costReport(options: CostReportOptions): Promise<CostReport> {
  const { sinceMs, untilMs, config, baseline, workloads } = options;
  if (!(untilMs - sinceMs >= SHORTEST_RANGE_MS)) {
    throw new CoxswainError(
      'usage',
      'The time to report on is less than a minute.',
      'Ask for more, e.g. --since 1h.',
    );
  }
  const rows: CostRow[] = [];
  const warnings: string[] = [];
  let firstMs = Number.POSITIVE_INFINITY;
  for (const workload of workloads) {
    const costed = await costOf(workload, options);
    if ('warning' in costed) warnings.push(costed.warning);
    else {
      rows.push(costed.row);
      firstMs = Math.min(firstMs, costed.knownSinceMs);
    }
  }
  if (workloads.length === 0) warnings.push('There is no workload to report on.');
  return {
    sinceMs,
    untilMs,
    currency: config.costs.currency,
    baseline,
    rows: rows.toSorted((a, b) => b.cost - a.cost),
    warnings: [...retentionWarnings(options, firstMs), ...warnings],
  };
}

type Costed = { row: CostRow; knownSinceMs: number } | { warning: string };

async function costOf(workload: Workload, options: CostReportOptions): Promise<Costed> {
  const { client, config, nodes, signal } = options;
  const { namespace, name } = workload.ref;
  const id = `${namespace}/${name}`;
  const { perHour, notes } = podRate(config.costs, workload, nodes);
  if (perHour === null) return { warning: `${id}: ${notes.join(' ')}` };
  const latencyP95Ms = config.workloads[id]?.slo?.latencyP95 ?? config.slo.latencyP95;
  const range = { sinceMs: options.sinceMs, untilMs: options.untilMs, latencyP95Ms };
  const history = await readHistory(client, workload, config, range, signal);
  const baseline = await baselineOf(workload, history, options);
  const row = account({
    workload: workloadId(workload.ref),
    history,
    podPerHour: perHour,
    millionRequests: config.costs.millionRequests,
    baseline: baseline.replicas,
    notes: [...baseline.notes, ...notes],
  });
  if (!row) return { warning: `${id}: Prometheus at ${client.address} has no history of its replicas.` };
  const first = history.replicas.findIndex((value) => !Number.isNaN(value));
  return { row, knownSinceMs: history.firstMs + (first - 1) * history.stepMs };
}

interface Baseline {
  replicas: Float64Array | null;
  notes: readonly string[];
}

async function baselineOf(
  workload: Workload,
  history: WorkloadHistory,
  options: CostReportOptions,
): Promise<Baseline> {
  if (options.baseline === 'fixed') {
    const known = history.replicas.filter((value) => !Number.isNaN(value));
    const most = known.reduce((a, b) => Math.max(a, b), 0);
    return { replicas: history.replicas.map(() => most), notes: [] };
  }
  const { cpuRequestCores, cpuLimitCores } = workload;
  if (cpuRequestCores === null || cpuRequestCores <= 0) {
    return { replicas: null, notes: ['Without CPU requests no HPA can go by utilisation: no baseline.'] };
  }
  const { spec, text, notes } = baselineHpa(workload, options.config.scale);
  const target = {
    requestCores: cpuRequestCores,
    limitCores: cpuLimitCores,
    startupSeconds: (options.config.scale.startup ?? measuredStartupMs(workload)) / 1000,
  };
  const replicas = await replayHpa(spec, history, target, turn);
  if (replicas.every(Number.isNaN)) {
    return { replicas: null, notes: ['Prometheus knows nothing of its CPU: no baseline.'] };
  }
  const doubts = [...ownAutoscaler(workload), ...coarseness(history), ...saturation(workload, history)];
  return { replicas, notes: [`Baseline: ${text}.`, ...notes, ...doubts] };
}

/** Nobody notes down when a workload was taken over; where it never was, nothing can have been saved. */
function ownAutoscaler({ autoscalers }: Workload): string[] {
  const isInCharge = autoscalers.some(({ handover }) => handover === null);
  return isInCharge
    ? [
        'Its own autoscaler is in charge now: as far as it was in that time, what seems to be saved is the error of the replay.',
      ]
    : [];
}

const DEFAULT_STARTUP_MS = 30_000;

/** Median from creation to readiness over the pods that became ready and have not restarted since. */
function measuredStartupMs({ pods }: Workload): number {
  const times = pods
    .filter(({ ready, restarts }) => ready && restarts === 0)
    .map(({ readyChangedAtMs, createdAtMs }) => readyChangedAtMs - createdAtMs)
    .filter((ms) => ms > 0 && ms < 10 * 60_000)
    .toSorted((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? DEFAULT_STARTUP_MS;
}

/** Above this a peak that an HPA would have followed may be gone. */
const FINE_STEP_MS = 60_000;

function coarseness({ stepMs }: WorkloadHistory): string[] {
  if (stepMs <= FINE_STEP_MS) return [];
  const minutes = (stepMs / 60_000).toFixed(1);
  return [
    `The baseline is reckoned from means over ${minutes} minutes, without the peaks within them: ask for less time for a closer look.`,
  ];
}

/** CPU that was cut off hides demand: an HPA would have seen more of it with more pods. */
function saturation({ cpuLimitCores }: Workload, { cpuCores, replicas }: WorkloadHistory): string[] {
  if (cpuLimitCores === null) return [];
  const full = cpuCores.filter((cores, step) => cores > 0.95 * cpuLimitCores * (replicas[step] as number));
  return full.length === 0
    ? []
    : ['Its CPU was at the limit at times, where demand is not known: the baseline may be too low there.'];
}

function retentionWarnings({ sinceMs, untilMs, client }: CostReportOptions, firstMs: number): string[] {
  if (!Number.isFinite(firstMs)) return [];
  const asked = untilMs - sinceMs;
  const missing = firstMs - sinceMs;
  if (missing <= 0.02 * asked) return [];
  return [
    `Prometheus at ${client.address} knows of the last ${days(untilMs - firstMs)} only, of ${days(asked)} that were asked for.`,
  ];
}

function days(ms: number): string {
  const hours = ms / 3_600_000;
  if (hours >= 48) return `${(hours / 24).toFixed(1)} days`;
  return hours >= 2 ? `${hours.toFixed(1)} hours` : `${(hours * 60).toFixed(0)} minutes`;
}
