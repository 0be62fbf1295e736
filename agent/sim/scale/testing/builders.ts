import type { ScaleDomain } from '../domain';

/** One pod serves one request at a time in 50 ms: 20 per second. Nothing is random but start-ups and arrivals. */
export function plainDomain(changes: Partial<ScaleDomain> = {}): ScaleDomain {
  return {
    concurrency: 1,
    serviceSeconds: 0.05,
    balancing: 1,
    startupSeconds: 40,
    timeoutSeconds: 2,
    latencyObjectiveSeconds: 0.2,
    capacityDrift: 0,
    metricWindowSteps: 2,
    metricLagSteps: 0,
    metricNoise: 0,
    peakLoadShare: 0.3,
    startUtilisation: 0.7,
    memoryBase: 0.4,
    memoryPerLoad: 0.2,
    ...changes,
  };
}
