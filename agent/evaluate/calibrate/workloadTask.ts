import type { Node, Workload } from '../../cluster/snapshot';
import type { Config } from '../../config/schema';
import { podRate } from '../../costs/podRate';
import type { PrometheusClient } from '../../metrics/prometheusClient';
import { measureScrapeIntervals } from '../../metrics/scrapeIntervals';
import { workloadId } from '../../protocol';
import { PaceSettings } from '../../sim/scale/pace';
import { type GivenBounds, workloadBounds } from './bounds';
import { currentHpaOf } from './currentHpa';
import { fitErrors } from './fitErrors';
import { readHistory, titleOf } from './history';
import { hoursOf, toLoad } from './load';
import { fitSimulator } from './measuredFit';
import type { CalibrationTask } from './runCalibration';

export interface WorkloadTaskOptions extends GivenBounds {
  id: string;
  client: PrometheusClient;
  workload: Workload;
  /** Whose types have prices. */
  nodes: ReadonlyMap<string, Node>;
  config: Config;
  /** As the API server tells it, for example `v1.35.1`. */
  serverVersion: string;
  /** Cluster time, for a Prometheus that does not tell its own. */
  nowMs: number;
  sinceSeconds: number;
  /** The config's where null. */
  violationPrice: number | null;
  startupSeconds: number | null;
  serviceSeconds: number | null;
  signal: AbortSignal;
}

/**
 * A calibration on what Prometheus has recorded of a workload.
 *
 * @throws CoxswainError `conflict` for two autoscalers, `capability-missing` where what was recorded does not do,
 *   `usage` for impossible bounds, `prometheus-unreachable`
 */
export async function workloadTask(
  options: WorkloadTaskOptions,
): Promise<Omit<CalibrationTask, 'learned' | 'fineTune'>> {
  const { client, workload, config, signal } = options;
  const own = config.workloads[titleOf(workload)];
  // What needs no history is said before minutes are spent on it.
  const { autoscaler } = currentHpaOf(workload, 1);
  const intervals = await measureScrapeIntervals(client, workload, config, signal);
  const nowMs = await prometheusNowMs(options);
  const history = await readHistory({ ...options, intervals, nowMs });
  const mostPods = history.pods.reduce((most, pods) => (pods > most ? pods : most), 0);
  const scale = { ...config.scale, ...definedOf(own?.scale ?? {}) };
  const bounds = workloadBounds(options, autoscaler, scale, mostPods);
  const { minReplicas, maxReplicas } = bounds;
  const fit = fitSimulator({
    workload,
    history,
    intervals,
    latencyObjectiveSeconds: (own?.slo?.latencyP95 ?? config.slo.latencyP95) / 1000,
    startup: startupOf(options),
    serviceSeconds: options.serviceSeconds,
  });
  const podPrice = podRate(config.costs, workload, options.nodes);
  const load = toLoad(history.rate.values, history.rate.intervalSeconds);
  return {
    id: options.id,
    workloadId: workloadId(workload.ref),
    title: titleOf(workload),
    source: {
      kind: 'prometheus',
      text: `${hoursOf(load).toFixed(1)} h of Prometheus’ history at ${client.address}`,
    },
    load,
    fit,
    fitErrors: fitErrors(history, fit, workload.cpuLimitCores ?? workload.cpuRequestCores ?? 1),
    current: currentHpaOf(workload, fit.requestShare),
    deployment: { domain: fit.domain, minReplicas, maxReplicas, guard: guardOf(config) },
    target: {
      namespace: workload.ref.namespace,
      name: workload.ref.name,
      isKnown: true,
      autoscaler,
      minReplicas,
      maxReplicas,
      requestShare: fit.requestShare,
      setsTolerance: hasTolerance(options.serverVersion),
    },
    podPricePerHour: podPrice.perHour,
    violationPrice: options.violationPrice ?? scale.violationPrice,
    warnings: [...bounds.warnings, ...history.warnings, ...podPrice.notes],
  };
}

/** By the clock of what has recorded: another one may be ahead of it, that of a fast embedded cluster by minutes. */
async function prometheusNowMs({ client, nowMs, signal }: WorkloadTaskOptions): Promise<number> {
  const [sample] = await client.query('vector(1)', signal);
  return sample?.atMs ?? nowMs;
}

/** The feature gate HPAConfigurableTolerance is on since. */
const TOLERANCE_SINCE = { major: 1, minor: 35 };

function hasTolerance(serverVersion: string): boolean {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(serverVersion) ?? [];
  return Number(major) > TOLERANCE_SINCE.major || Number(minor) >= TOLERANCE_SINCE.minor;
}

function startupOf({ startupSeconds, config }: WorkloadTaskOptions) {
  if (startupSeconds !== null) return { seconds: startupSeconds, basis: 'told by --startup' };
  const { startup } = config.scale;
  return startup === undefined ? null : { seconds: startup / 1000, basis: 'told by scale.startup' };
}

/** The pace that the live guard keeps Coxswain’s own steps to. */
function guardOf({ guard, scale }: Config): PaceSettings {
  return PaceSettings.parse({
    scaleUpCooldownSeconds: guard.scaleUpCooldown / 1000,
    scaleDownCooldownSeconds: guard.scaleDownCooldown / 1000,
    podsUpPerMinute: scale.podsUpPerMinute,
    podsDownPerMinute: scale.podsDownPerMinute,
    netUtilisation: scale.netUtilisation > 0 ? scale.netUtilisation : null,
  });
}

/** Without what is left open, so that the common settings show through. */
function definedOf<T extends object>(settings: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
