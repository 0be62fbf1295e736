import type { CanaryReading, CanaryView, VersionReading } from '../../canaryView';

/** A canary at 10 % of even traffic, of which all requests succeed as quickly as those of the stable version. */
export function aView(changes: Partial<CanaryView> = {}): CanaryView {
  const side = { harmLog10: 0, safetyLog10: 0, mostHarm: null };
  return {
    reading: aReading(),
    record: {
      canaryErrorShare: 0,
      stableErrorShare: 0,
      p95Ratio: 1,
      usualP50Seconds: 0.08,
      usualP95Seconds: 0.2,
      usualP99Seconds: 0.28,
      requestsAtWeight: 1000,
      recentRestarts: 0,
      memoryTrend: 0,
    },
    evidence: { errors: side, latency: side, requests: 1000, minRequests: 100, dispersion: 1 },
    weight: 0.1,
    weightStep: 0.1,
    leastWeight: 0.05,
    mostWeight: 1,
    sinceStartSeconds: 30,
    atWeightSeconds: 30,
    bakeLeftSeconds: 2670,
    timeLimitSeconds: 7200,
    ...changes,
  };
}

export function aReading(
  canary: Partial<VersionReading> = {},
  stable: Partial<VersionReading> = {},
): CanaryReading {
  const usual = { requests: 100, errors: 0, p50Seconds: 0.08, p95Seconds: 0.2, p99Seconds: 0.28 };
  return {
    seconds: 30,
    canary: { ...usual, ...canary },
    stable: { ...usual, requests: 900, ...stable },
    restarts: 0,
    cpu: null,
    memory: null,
  };
}

/** No request reaches the canary. */
export const SILENT = aReading({ requests: 0, p50Seconds: 0, p95Seconds: 0, p99Seconds: 0 });
