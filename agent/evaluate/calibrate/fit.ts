import type { Calibration } from '../../protocol';
import type { ScaleDomain } from '../../sim/scale/domain';
import { LATENCY_OBJECTIVE_SECONDS } from '../../sim/scale/units';

export type FitParameter = Calibration['fit']['parameters'][number];

/** The simulator as a workload's own. */
export interface Fit {
  domain: ScaleDomain;
  /** CPU requested ÷ CPU that a pod can use: an HPA's target of 0.7 is so much less of what the simulator calls 1. */
  requestShare: number;
  parameters: readonly FitParameter[];
  text: string;
  warnings: readonly string[];
}

/** What is the same for every workload, as nothing measures it. */
const ASSUMED = {
  balancing: 0.7,
  timeoutSeconds: 3,
  metricNoise: 0.01,
  startUtilisation: 0.7,
  memoryBase: 0.35,
  memoryPerLoad: 0.1,
} as const;

/** What differs from workload to workload, measured or told. */
export type Known = Omit<ScaleDomain, keyof typeof ASSUMED | 'peakLoadShare'>;

/** How to say where a value is from, by its name. */
export type Bases = Readonly<Record<keyof Known, string>>;

/** As the simulator needs it. Its peak is not set here: loads are absolute. */
export function domainOf(known: Known): ScaleDomain {
  // A request that waits for longer than five objectives is as good as failed.
  const timeoutSeconds = Math.max(ASSUMED.timeoutSeconds, 5 * known.latencyObjectiveSeconds);
  return { ...ASSUMED, timeoutSeconds, peakLoadShare: 1, ...known };
}

export function parametersOf(domain: ScaleDomain, bases: Bases): FitParameter[] {
  const row = (name: string, value: number, unit: string, basis: string) => ({ name, value, unit, basis });
  const assumed = 'assumed: nothing measures it';
  return [
    row('pod capacity', domain.concurrency / domain.serviceSeconds, 'requests/s', bases.concurrency),
    row('service time', domain.serviceSeconds, 's', bases.serviceSeconds),
    row('concurrency', domain.concurrency, 'requests', 'pod capacity × service time'),
    row('start-up', domain.startupSeconds, 's', bases.startupSeconds),
    row('capacity drift', domain.capacityDrift, 'share', bases.capacityDrift),
    row('latency objective', domain.latencyObjectiveSeconds, 's', bases.latencyObjectiveSeconds),
    row('metric window', 15 * domain.metricWindowSteps, 's', bases.metricWindowSteps),
    row('metric lag', 15 * domain.metricLagSteps, 's', bases.metricLagSteps),
    row('metric noise', domain.metricNoise, 'share', assumed),
    row('time-out', domain.timeoutSeconds, 's', 'assumed: 3 s, and at least five latency objectives'),
    row('balancing', domain.balancing, 'share', assumed),
  ];
}

export interface TraceAssumptions {
  /** Requests per second of a pod; null: the trace is scaled to the deployment. */
  podCapacity: number | null;
  serviceSeconds: number | null;
  startupSeconds: number | null;
}

const USUAL_SERVICE_SECONDS = 0.03;
const USUAL_CONCURRENCY = 2;
export const USUAL_STARTUP_SECONDS = 45;
/** So much of what the most replicas can serve is the peak that a trace is scaled to. */
export const TRACE_PEAK_SHARE = 0.4;

/** A trace tells nothing but its load: all else is assumed, or told by options. */
export function assumedFit({ podCapacity, serviceSeconds, startupSeconds }: TraceAssumptions): Fit {
  const service = serviceSeconds ?? USUAL_SERVICE_SECONDS;
  const capacity = podCapacity ?? USUAL_CONCURRENCY / service;
  const domain = domainOf({
    serviceSeconds: service,
    concurrency: capacity * service,
    startupSeconds: startupSeconds ?? USUAL_STARTUP_SECONDS,
    capacityDrift: 0.06,
    latencyObjectiveSeconds: LATENCY_OBJECTIVE_SECONDS,
    metricWindowSteps: 3,
    metricLagSteps: 1,
  });
  const toldOr = (told: number | null, option: string, usual: string) =>
    told === null ? `assumed: ${usual}` : `told by ${option}`;
  const assumed = 'assumed: usual';
  return {
    domain,
    requestShare: 1,
    parameters: parametersOf(domain, {
      concurrency: toldOr(podCapacity, '--pod-capacity', `${USUAL_CONCURRENCY} requests at once`),
      serviceSeconds: toldOr(serviceSeconds, '--service-time', 'usual'),
      startupSeconds: toldOr(startupSeconds, '--startup', 'usual'),
      capacityDrift: assumed,
      latencyObjectiveSeconds: 'assumed: the default',
      metricWindowSteps: assumed,
      metricLagSteps: assumed,
    }),
    text: 'Nothing but the load was measured: all else of the simulator is assumed or told by options, so no error of the fit can be shown. Calibrate a connected workload for its own answer.',
    warnings: [],
  };
}
