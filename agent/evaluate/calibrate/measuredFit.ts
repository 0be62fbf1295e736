import type { Workload } from '../../cluster/snapshot';
import type { ScrapeIntervals } from '../../metrics/scrapeIntervals';
import { CONTROL_STEP_SECONDS, clamp } from '../../sim/scale/units';
import { quantile } from '../statistics';
import { domainOf, type Fit, parametersOf, USUAL_STARTUP_SECONDS } from './fit';
import { type History, lacking, titleOf } from './history';
import { median } from './series';

export interface FitRequest {
  workload: Workload;
  history: History;
  intervals: ScrapeIntervals;
  latencyObjectiveSeconds: number;
  /** By option or config, with what says so; measured where null. */
  startup: { seconds: number; basis: string } | null;
  serviceSeconds: number | null;
}

/** A value and where it is from. */
interface Basis {
  value: number;
  basis: string;
}

/** Fits the simulator to what was recorded. @throws CoxswainError `capability-missing` */
export function fitSimulator(request: FitRequest): Fit {
  const { workload, history, latencyObjectiveSeconds } = request;
  const { cores, basis: coresBasis, requestShare } = usableCores(workload);
  const perRequest = cpuPerRequest(history, workload);
  const capacity = cores / perRequest.value;
  const service = serviceTime(request, cores);
  const startup = startupOf(request);
  const drift = driftOf(history, perRequest.value);
  const { windowSteps, lagSteps, basis: timesBasis } = metricTimes(request.intervals);
  const domain = domainOf({
    serviceSeconds: clamp(service.value, 0.0005, 10),
    concurrency: clamp(capacity * service.value, 0.1, 1000),
    startupSeconds: clamp(startup.value, 1, 600),
    capacityDrift: drift.value,
    latencyObjectiveSeconds,
    metricWindowSteps: windowSteps,
    metricLagSteps: lagSteps,
  });
  const slow = 2 * domain.serviceSeconds >= latencyObjectiveSeconds;
  return {
    domain,
    requestShare,
    parameters: [
      { name: 'CPU of a request', value: perRequest.value, unit: 'core-s', basis: perRequest.basis },
      ...parametersOf(domain, {
        concurrency: `${coresBasis} ÷ CPU of a request`,
        serviceSeconds: service.basis,
        startupSeconds: startup.basis,
        capacityDrift: drift.basis,
        latencyObjectiveSeconds: 'the workload’s SLO in the config',
        metricWindowSteps: timesBasis,
        metricLagSteps: timesBasis,
      }),
    ],
    text: `Fitted to ${history.rate.values.length} recorded values of ${titleOf(workload)}.`,
    warnings: [
      ...(workload.cpuLimitCores === null
        ? ['No CPU limit is set: the simulated pods use no more than they request, real ones may.']
        : []),
      ...(slow
        ? [
            `Already at low load requests take about ${(2000 * domain.serviceSeconds).toFixed(0)} ms, which misses the objective of ${(1000 * latencyObjectiveSeconds).toFixed(0)} ms: more pods cannot mend that.`,
          ]
        : []),
    ],
  };
}

/** What a pod can use, and what an HPA counts by. A pod that has a limit and no request requests its limit. */
function usableCores({ ref, cpuLimitCores, cpuRequestCores }: Workload) {
  const cores = cpuLimitCores ?? cpuRequestCores;
  if (cores === null || cores <= 0) {
    throw lacking(
      `The pods of ${ref.namespace}/${ref.name} request no CPU: their utilisation, an HPA’s target and what they cost are undefined.`,
      'Set resources.requests.cpu of its containers (what it uses at a usual load), and calibrate again.',
    );
  }
  const requestShare = cpuRequestCores === null ? 1 : Math.min(1, cpuRequestCores / cores);
  return { cores, requestShare, basis: cpuLimitCores === null ? 'CPU request' : 'CPU limit' };
}

/** The line through the origin that fits CPU over requests best. */
function cpuPerRequest({ rate, cpuCores }: History, workload: Workload): Basis {
  let products = 0;
  let squares = 0;
  let count = 0;
  for (const [index, rps] of rate.values.entries()) {
    const cores = cpuCores[index] ?? Number.NaN;
    if (!(rps > 0) || Number.isNaN(cores)) continue;
    products += rps * cores;
    squares += rps * rps;
    count++;
  }
  if (!(products > 0)) {
    throw lacking(
      `The pods of ${titleOf(workload)} use no CPU while they are asked: their capacity cannot be known.`,
      'Look whether metrics.queries.cpu and metrics.queries.requests are about the same pods.',
    );
  }
  return { value: products / squares, basis: `measured: regression of CPU on requests over ${count} values` };
}

/** Utilisation below which requests hardly wait. */
const LOW_UTILISATION = 0.45;
/** In the model nearly all requests take less than twice the mean time of work when nobody waits. */
const SLOWEST_PER_MEAN = 2;
const UNKNOWN_SERVICE_SECONDS = 0.03;

function serviceTime({ history, serviceSeconds }: FitRequest, cores: number): Basis {
  if (serviceSeconds !== null) return { value: serviceSeconds, basis: 'told by --service-time' };
  const atLowLoad = (latencies: readonly number[]) => {
    const { pods, cpuCores } = history;
    const of = (index: number) => (cpuCores[index] ?? Number.NaN) / ((pods[index] ?? Number.NaN) * cores);
    const utilisations = latencies.map((_, index) => of(index)).filter((value) => Number.isFinite(value));
    const sorted = utilisations.sort((a, b) => a - b);
    // Where the load is never low, its lowest quarter has to do.
    const limit = Math.max(LOW_UTILISATION, sorted[sorted.length >> 2] ?? LOW_UTILISATION);
    return median(latencies.filter((_, index) => of(index) <= limit));
  };
  const p95 = atLowLoad(history.latencyP95Seconds);
  if (p95 > 0)
    return { value: p95 / SLOWEST_PER_MEAN, basis: 'measured: half of the 95th percentile at low load' };
  const p50 = atLowLoad(history.latencyP50Seconds);
  if (p50 > 0) return { value: p50, basis: 'measured: median latency at low load' };
  return { value: UNKNOWN_SERVICE_SECONDS, basis: 'assumed: no latency was recorded' };
}

const MOST_STARTUP_MS = 600_000;

/**
 * From the creation of a pod until it is ready, for those that have never restarted. One that was unready in between
 * seems to have taken long, so the quicker ones tell.
 */
function startupOf({ startup, workload }: FitRequest): Basis {
  if (startup !== null) return { value: startup.seconds, basis: startup.basis };
  const times = workload.pods
    .filter(({ ready, restarts }) => ready && restarts === 0)
    .map(({ createdAtMs, readyChangedAtMs }) => readyChangedAtMs - createdAtMs)
    .filter((ms) => ms >= 1000 && ms <= MOST_STARTUP_MS)
    .sort((a, b) => a - b);
  if (times.length === 0) {
    return {
      value: USUAL_STARTUP_SECONDS,
      basis: 'assumed: no pod shows how long it takes; set scale.startup',
    };
  }
  return {
    value: quantile(times, 0.25) / 1000,
    basis: `measured: lower quartile of ${times.length} pods from creation to ready`,
  };
}

/** Twenty control steps, five minutes: about as fast as drift wanders in the simulator. */
const DRIFT_POINTS = 20;

/** By how much the CPU of a request wanders about its mean. */
function driftOf({ rate, cpuCores }: History, perRequest: number): Basis {
  const ratios: number[] = [];
  for (let start = 0; start + DRIFT_POINTS <= rate.values.length; start += DRIFT_POINTS) {
    const requests = sum(rate.values.slice(start, start + DRIFT_POINTS));
    const cores = sum(cpuCores.slice(start, start + DRIFT_POINTS));
    if (requests > 0 && Number.isFinite(cores)) ratios.push(cores / requests / perRequest);
  }
  const mean = sum(ratios) / Math.max(1, ratios.length);
  const deviation = Math.sqrt(sum(ratios.map((ratio) => (ratio - mean) ** 2)) / Math.max(1, ratios.length));
  if (ratios.length < 3) return { value: 0.06, basis: 'assumed: usual' };
  return { value: clamp(deviation, 0.01, 0.3), basis: 'measured: spread of CPU per request over 5 min' };
}

function metricTimes({ requestsMs, resourcesMs }: ScrapeIntervals) {
  const known = resourcesMs ?? requestsMs;
  const scrapeSeconds = (known ?? CONTROL_STEP_SECONDS * 1000) / 1000;
  return {
    // Four scrapes, as the collector's windows are.
    windowSteps: clamp(Math.round((4 * scrapeSeconds) / CONTROL_STEP_SECONDS), 1, 8),
    lagSteps: clamp(Math.floor(scrapeSeconds / (2 * CONTROL_STEP_SECONDS)), 0, 4),
    basis: known === null ? 'assumed: scrapes each 15 s' : `measured: scrapes each ${scrapeSeconds} s`,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
