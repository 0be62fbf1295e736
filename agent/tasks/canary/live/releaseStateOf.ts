import type { Release, VersionPods } from '../../../cluster/releases';
import type { VersionFigures, VersionMeasure } from '../../../metrics/versionCounts';
import type {
  EvidenceState,
  ReleasePhase,
  ReleasePoint,
  ReleaseState,
  ReleaseSteering,
  ReleaseVersion,
} from '../../../protocol';
import { workloadId } from '../../../protocol';
import { ownerText } from '../../../safety/rules/replicas';
import type { Shown } from '../operations/releaseShown';
import type { ReleaseEnd } from './releaseEnd';
import type { UnderWay } from './underWay';

/** What the controller knows of a release besides its objects. */
export interface Known {
  steering: ReleaseSteering;
  policy: ReleaseState['policy'];
  underWay: UnderWay | null;
  /** How the last one has ended; null while one is under way. */
  end: ReleaseEnd | null;
  evidence: EvidenceState | null;
  atWeightSinceMs: number | null;
  startedAtMs: number | null;
  /** What it does or would do, in words; null while it has no say. */
  says: string | null;
  problem: string | null;
  /** A person has been asked, and has not answered yet. */
  isAsking: boolean;
}

/** The release as the views show it. */
export function releaseStateOf(release: Release, shown: Shown, known: Known): ReleaseState {
  const { underWay } = known;
  return {
    id: workloadId(release.ref),
    ref: release.ref,
    operator: release.operator,
    router: release.router,
    legacy: shown.legacy,
    steering: known.steering,
    gitOps: release.gitOps[0] ? ownerText(release.gitOps[0]) : null,
    policy: known.policy,
    phase: phaseOf(shown.phase, known),
    status: statusOf(shown, known),
    problem: known.problem,
    stable: release.stable ? versionOf(release.stable) : null,
    canary: release.canary ? versionOf(release.canary) : null,
    baseline: baselineOf(release),
    weight: release.weight,
    steps: shown.steps,
    startedAtMs: underWay ? known.startedAtMs : null,
    atWeightSinceMs: underWay ? known.atWeightSinceMs : null,
    evidence: known.evidence,
    analyses: shown.analyses,
    operations: shown.operations,
    containers: shown.containers,
    revisions: shown.revisions,
  };
}

function phaseOf(phase: ReleasePhase, { end, isAsking, underWay }: Known): ReleasePhase {
  if (underWay !== null) return isAsking && phase === 'progressing' ? 'paused' : phase;
  if (phase !== 'idle' || end === null) return phase;
  if (end.how === 'promoted') return 'succeeded';
  return end.how === 'rolled-back' ? 'failed' : phase;
}

function statusOf(shown: Shown, { underWay, end, says }: Known): string {
  if (underWay !== null) return says === null ? shown.status : `${shown.status}; ${says}`;
  return end === null || shown.phase !== 'idle' ? shown.status : end.text;
}

function versionOf({ containers, revision, wantedPods, pods }: VersionPods): ReleaseVersion {
  const alive = pods.filter(({ deletingSinceMs }) => deletingSinceMs === null);
  return {
    images: containers.map(({ image }) => image),
    revision,
    wantedPods,
    pods: alive.map(({ name }) => name),
    readyPods: alive.filter(({ ready }) => ready).length,
  };
}

function baselineOf(release: Release): ReleaseState['baseline'] {
  if (release.operator !== 'coxswain' || release.baseline === null) return null;
  return { ...versionOf(release.baseline), weight: release.baselineWeight };
}

/** One decision for the charts. */
export function releasePointOf(
  { ref, weight }: Release,
  measure: VersionMeasure | undefined,
  evidence: EvidenceState | null,
  decision: { atMs: number; text: string },
): ReleasePoint {
  const counted = measure?.kind === 'counted' ? measure : null;
  return {
    releaseId: workloadId(ref),
    atMs: decision.atMs,
    weight,
    stable: versionPoint(counted?.stable, counted?.seconds),
    canary: versionPoint(counted?.canary, counted?.seconds),
    evidence: evidence && {
      errorHarm: evidence.errors.harm.log10,
      latencyHarm: evidence.latency.harm.log10,
      errorSafety: evidence.errors.safety.log10,
      latencySafety: evidence.latency.safety.log10,
    },
    decision: decision.text,
  };
}

function versionPoint(
  figures: VersionFigures | undefined,
  seconds: number | undefined,
): ReleasePoint['stable'] {
  if (!figures || !seconds) return NO_POINT;
  const { requests, errors, latencyP50Seconds, latencyP95Seconds, latencyP99Seconds } = figures;
  return {
    requestsPerSecond: requests / seconds,
    errorShare: requests === 0 ? null : errors / requests,
    latencyP50Ms: inMs(latencyP50Seconds),
    latencyP95Ms: inMs(latencyP95Seconds),
    latencyP99Ms: inMs(latencyP99Seconds),
  };
}

const NO_POINT: ReleasePoint['stable'] = {
  requestsPerSecond: null,
  errorShare: null,
  latencyP50Ms: null,
  latencyP95Ms: null,
  latencyP99Ms: null,
};

function inMs(seconds: number | null): number | null {
  return seconds === null ? null : seconds * 1000;
}
