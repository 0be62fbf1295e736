import type { CanaryView } from '../../../../sim/canary/canaryView';
import { ReleaseRecord } from '../../../../sim/canary/releaseRecord';
import { ReleaseEvidence } from '../../evidence/releaseEvidence';

const VERSION = { requests: 100, errors: 0, p50Seconds: 0.1, p95Seconds: 0.2, p99Seconds: 0.3 };

/** A release that has been at 10 % for a while, and of which nothing bad is known. */
export function aCanaryView(changes: Partial<CanaryView>): CanaryView {
  return {
    reading: { seconds: 30, canary: VERSION, stable: VERSION, restarts: 0, cpu: null, memory: null },
    record: new ReleaseRecord(),
    evidence: new ReleaseEvidence({ variant: 'fast', minRequests: 50, bakeSeconds: 2700 }),
    weight: 0.1,
    weightStep: 0.1,
    leastWeight: 0.05,
    mostWeight: 0.5,
    sinceStartSeconds: 1200,
    atWeightSeconds: 900,
    bakeLeftSeconds: 1500,
    timeLimitSeconds: 7200,
    ...changes,
  };
}
