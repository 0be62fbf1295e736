import type { Config } from '../../../config/schema';
import type { ReleaseSteering, WorkloadRef } from '../../../protocol';
import type { EvidenceOptions } from '../evidence/releaseEvidence';

/** How one release is steered: its own settings where the config has some, else the common ones. */
export interface ReleaseSettings {
  steering: ReleaseSteering;
  evidence: EvidenceOptions;
  /** Percent by which a learned pace goes up and down. */
  stepPercent: number;
  /** Percent at each step of the rules, in order. */
  weights: readonly number[];
  intervalMs: number;
  timeLimitMs: number;
  noTraffic: Config['canary']['noTraffic'];
  /** Whether a same-age baseline is asked for. */
  baseline: boolean;
  /** Percent of the requests that a canary gets as copies before its first traffic; null for none. */
  mirrorPercent: number | null;
  /** Latency above which a request is slow; null: from what is usual. */
  latencyObjectiveSeconds: number | null;
}

/** Some versions break under load alone: share of the traffic that a canary has to have carried, as in the simulator. */
const PROMOTE_FROM_WEIGHT = 0.5;

/** The settings of a release; those of `workloads` are found by `namespace/name`. */
export function releaseSettingsOf(
  { kind, namespace, name }: WorkloadRef,
  { canary, workloads }: Config,
): ReleaseSettings {
  const own = workloads[`${namespace}/${name}`]?.canary;
  return {
    steering: own?.steering ?? canary.steering,
    evidence: {
      variant: own?.evidence ?? canary.evidence,
      minRequests: own?.minRequests ?? canary.minRequests,
      bakeSeconds: canary.bake / 1000,
      // Where another controller's steps end nobody here decides.
      promoteFromWeight:
        kind === 'Deployment' ? Math.min(PROMOTE_FROM_WEIGHT, Math.max(...canary.weights) / 100) : 0,
    },
    stepPercent: (own?.step ?? canary.step) * 100,
    weights: canary.weights.toSorted((a, b) => a - b),
    intervalMs: canary.interval,
    timeLimitMs: canary.timeLimit,
    noTraffic: own?.noTraffic ?? canary.noTraffic,
    baseline: own?.baseline ?? canary.baseline,
    mirrorPercent: (own?.mirrorPercent ?? canary.mirrorPercent) || null,
    latencyObjectiveSeconds: own?.latencyObjective === undefined ? null : own.latencyObjective / 1000,
  };
}
