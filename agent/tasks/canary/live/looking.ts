import type { Release } from '../../../cluster/releases';
import type { CountedRelease, VersionMeasure } from '../../../metrics/versionCounts';
import { workloadId } from '../../../protocol';
import type { ReleaseSettings } from './releaseSettings';
import type { UnderWay } from './underWay';

/** What is to be counted of a release; null while there is nothing to compare. */
export function questionOf(
  release: Release,
  underWay: UnderWay | null,
  settings: ReleaseSettings,
): CountedRelease | null {
  if (underWay === null || underWay.canary === null || underWay.canary.pods.length === 0) return null;
  if (underWay.stage === 'promoting' || underWay.stage === 'rolling-back') return null;
  const limits = limitsOf(release);
  return {
    id: workloadId(release.ref),
    trial: underWay.trial,
    namespace: release.ref.namespace,
    stablePods: underWay.stable.pods,
    canaryPods: underWay.canary.pods,
    latencyObjectiveSeconds: settings.latencyObjectiveSeconds,
    limits,
  };
}

/** The canary's resources are those of the stable version where it has no workload of its own. */
function limitsOf(release: Release): CountedRelease['limits'] {
  const workload =
    release.operator === 'coxswain'
      ? (release.canaryWorkload ?? release.workload)
      : release.operator === 'flagger'
        ? release.target
        : null;
  return { cpuCores: workload?.cpuLimitCores ?? null, memoryBytes: workload?.memoryLimitBytes ?? null };
}

/** Why nothing of an interval counts, in words; null where it does. */
export function blindnessOf(measure: VersionMeasure | undefined): string | null {
  switch (measure?.kind) {
    case 'counted':
      return null;
    case 'first':
      return 'counting has just begun';
    case 'stale':
    case 'missing':
      return measure.why;
    case undefined:
      return 'nothing is counted yet';
  }
}

/** So many requests the canary should have had by its weight before their absence is odd. */
const EXPECTED_REQUESTS = 20;

/** What is odd about counts, for people; null where nothing is. */
export function oddnessOf(measure: VersionMeasure | undefined, weight: number | null): string | null {
  if (measure?.kind !== 'counted' || weight === null || weight <= 0 || weight >= 100) return null;
  const { stable, canary, warnings } = measure;
  const expected = (stable.requests * weight) / (100 - weight);
  if (canary.requests === 0 && expected >= EXPECTED_REQUESTS) {
    return `Prometheus has no requests of the canary, though by its weight there were about ${Math.round(expected)}: are its pods scraped, and does the route reach them?`;
  }
  return warnings[0] ?? null;
}
