import type { Release } from '../../../cluster/releases';
import type { CountedRelease, VersionMeasure } from '../../../metrics/versionCounts';
import { workloadId } from '../../../protocol';
import { baselinePercent } from '../routers/weights';
import type { ManagedDriver } from './managedDriver';
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
    baseline: baselineOf(underWay),
    latencyObjectiveSeconds: settings.latencyObjectiveSeconds,
    limits,
  };
}

/** A baseline gets no copies: what the canary shows of those is compared with the stable pods. */
function baselineOf({ baseline, weight, copies }: UnderWay): CountedRelease['baseline'] {
  return baseline === null || copies !== null ? null : { pods: baseline.pods, hasTraffic: (weight ?? 0) > 0 };
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

/**
 * What is wrong with what is counted, for people; null where nothing is.
 *
 * @param blind why nothing of the interval counts
 */
export function problemOf(
  measure: VersionMeasure | undefined,
  blind: string | null,
  { weight, baseline, copies }: Pick<UnderWay, 'weight' | 'baseline' | 'copies'>,
): string | null {
  // Without traffic there is nothing to be counted, and the first count needs one before it.
  if (weight === null || (weight <= 0 && copies === null) || measure?.kind === 'first') return null;
  if (blind !== null) return `no data: ${blind}`;
  if (measure?.kind !== 'counted' || weight >= 100) return null;
  const { stable, canary } = measure;
  const others = baseline === null || copies !== null ? 100 - weight : baselinePercent(weight);
  const expected = (stable.requests * (weight + (copies ?? 0))) / others;
  if (canary.requests > 0 || expected < EXPECTED_REQUESTS) return null;
  const by = copies === null ? 'weight' : 'share of copies';
  return `Prometheus has no requests of the canary, though by its ${by} there were about ${Math.round(expected)}: are its pods scraped, and does the route reach them?`;
}

/** All that is wrong with a release, as it is shown; null where nothing is. @param problem with what is counted */
export function problemsOf(
  release: Release,
  { stuck, problem: change }: Pick<ManagedDriver, 'stuck' | 'problem'>,
  problem: string | null,
): string | null {
  const all = [
    ...release.problems,
    ...(stuck ? [`${stuck.why}. ${stuck.remedy}`] : []),
    ...(change === null ? [] : [`the next change could not be made: ${change}`]),
    ...(problem === null ? [] : [problem]),
  ];
  return all.length === 0 ? null : all.join('; ');
}

/** It has traffic, and nobody asks for it. */
export function isUnused(measure: VersionMeasure | undefined, { weight }: UnderWay): boolean {
  return measure?.kind === 'counted' && measure.canary.requests === 0 && (weight ?? 0) > 0;
}

/** What is worked out by less than was asked for; null where nothing is. */
export function warningOf(measure: VersionMeasure | undefined): string | null {
  return measure?.kind === 'counted' ? (measure.warnings[0] ?? null) : null;
}
