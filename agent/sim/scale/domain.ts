import * as z from 'zod';
import { power } from '../power';
import type { Random } from '../random';
import { LATENCY_OBJECTIVE_SECONDS } from './units';

/** What one deployment and its metrics pipeline are like; drawn anew for each episode. */
export interface ScaleDomain {
  /** Requests that a pod works on at once. */
  concurrency: number;
  /** Mean seconds of work on a request. A pod serves concurrency ÷ serviceSeconds requests per second. */
  serviceSeconds: number;
  /** How well the load balancer joins pods into one queue: n pods wait like 1 + balancing · (n − 1) pooled ones. */
  balancing: number;
  /** From being wanted to being ready; each pod takes 75…125 % of it. */
  startupSeconds: number;
  /** A request that would wait longer fails. */
  timeoutSeconds: number;
  /** A request that takes longer is violated. */
  latencyObjectiveSeconds: number;
  /** Standard deviation of the slow relative drift of a pod's capacity (noisy neighbours, request mix). */
  capacityDrift: number;
  /** Control steps over which metrics are averaged. */
  metricWindowSteps: number;
  /** Control steps by which metrics are late. */
  metricLagSteps: number;
  /** Relative standard deviation of the error of CPU and request rate in each scrape. */
  metricNoise: number;
  /** Load at the peak of the curve, in pods at full utilisation, as a share of the most replicas. */
  peakLoadShare: number;
  /** Utilisation for which the replicas at the beginning are chosen. */
  startUtilisation: number;
  /** Memory of an idle pod, as a share of its limit. */
  memoryBase: number;
  /** What full utilisation adds to it (caches, sessions, garbage). */
  memoryPerLoad: number;
}

interface Range {
  /** What episodes draw from. */
  drawn: readonly [least: number, most: number];
  /** Uniform in the value, uniform in its logarithm, one of the two ends, or always the same, which draws nothing. */
  distribution: 'uniform' | 'log' | 'either' | 'constant';
  /** What may be fixed by option. */
  allowed: readonly [least: number, most: number];
  whole?: true;
}

/**
 * The loads of small deployments have to be as frequent as those of large ones, hence the logarithm: drawn uniformly,
 * a policy learns to over-provision small ones (research/rl-scaling).
 */
export const DOMAIN_RANGES: Readonly<Record<keyof ScaleDomain, Range>> = {
  concurrency: { drawn: [1, 5], distribution: 'log', allowed: [0.1, 1000] },
  serviceSeconds: { drawn: [0.015, 0.05], distribution: 'uniform', allowed: [0.0001, 10] },
  balancing: { drawn: [0.3, 1], distribution: 'uniform', allowed: [0, 1] },
  startupSeconds: { drawn: [20, 90], distribution: 'uniform', allowed: [1, 600] },
  timeoutSeconds: { drawn: [2, 5], distribution: 'uniform', allowed: [0.5, 60] },
  latencyObjectiveSeconds: {
    drawn: [LATENCY_OBJECTIVE_SECONDS, LATENCY_OBJECTIVE_SECONDS],
    distribution: 'constant',
    allowed: [0.001, 60],
  },
  capacityDrift: { drawn: [0.03, 0.1], distribution: 'uniform', allowed: [0, 0.3] },
  metricWindowSteps: { drawn: [2, 4], distribution: 'either', allowed: [1, 8], whole: true },
  metricLagSteps: { drawn: [0, 1], distribution: 'either', allowed: [0, 4], whole: true },
  metricNoise: { drawn: [0, 0.03], distribution: 'uniform', allowed: [0, 0.3] },
  peakLoadShare: { drawn: [0.08, 0.6], distribution: 'log', allowed: [0.001, 2] },
  startUtilisation: { drawn: [0.5, 0.8], distribution: 'uniform', allowed: [0.1, 1] },
  memoryBase: { drawn: [0.25, 0.5], distribution: 'uniform', allowed: [0, 0.6] },
  memoryPerLoad: { drawn: [0.05, 0.2], distribution: 'uniform', allowed: [0, 0.2] },
};

const KEYS = Object.keys(DOMAIN_RANGES) as (keyof ScaleDomain)[];

/** Values that are the same in every episode. */
export const FixedDomain: z.ZodType<Partial<ScaleDomain>> = z.strictObject(
  Object.fromEntries(KEYS.map((key) => [key, valueSchema(DOMAIN_RANGES[key]).optional()])),
);

function valueSchema({ allowed: [least, most], whole }: Range): z.ZodNumber {
  const schema = z.number().min(least).max(most);
  return whole ? schema.int() : schema;
}

export function emptyDomain(): ScaleDomain {
  return Object.fromEntries(KEYS.map((key) => [key, 0])) as unknown as ScaleDomain;
}

/** Draws all values, so that fixing one does not change the others, and then fixes those of `fixed`. */
export function drawDomain(domain: ScaleDomain, random: Random, fixed: Partial<ScaleDomain>): void {
  for (const key of KEYS) {
    const drawn = draw(DOMAIN_RANGES[key], random);
    domain[key] = fixed[key] ?? drawn;
  }
}

function draw({ drawn: [least, most], distribution }: Range, random: Random): number {
  if (distribution === 'constant') return least;
  const share = random.uniform();
  if (distribution === 'either') return share < 0.5 ? least : most;
  return distribution === 'log' ? least * power(most / least, share) : least + (most - least) * share;
}

/** Requests per second that one pod can serve, without drift. */
export function podCapacity(domain: Pick<ScaleDomain, 'concurrency' | 'serviceSeconds'>): number {
  return domain.concurrency / domain.serviceSeconds;
}
