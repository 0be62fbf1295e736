import type {
  ArgoRelease,
  FlaggerRelease,
  ManagedRelease,
  Release,
  VersionPods,
} from '../../../cluster/releases';
import type { ReleasePhase } from '../../../protocol';
import { mirrorAt } from '../managed/canaryReplicas';
import { readArgo } from '../operations/argo/argoObject';
import { readFlagger } from '../operations/flagger/flaggerObject';

/** A release that is on its way. */
export interface UnderWay {
  /** The same for as long as this pair of versions is compared; another release has another. */
  trial: string;
  /**
   * What runs as both versions now: what was counted of other pods is no evidence of these. Null where there is no
   * canary yet, or where `trial` tells it.
   */
  pair: string | null;
  /** Null where its objects do not tell. */
  startedAtMs: number | null;
  atWeightSinceMs: number | null;
  /** Percent of the traffic on the canary; null where nobody knows. */
  weight: number | null;
  /** Percent of the requests of which it gets copies; null for none. */
  copies: number | null;
  stage: 'starting' | 'progressing' | 'promoting' | 'rolling-back';
  /** A person has paused it. */
  isPaused: boolean;
  stable: VersionPods;
  canary: VersionPods | null;
  /** That the canary is compared with in place of the stable pods; null where it is with those. */
  baseline: VersionPods | null;
  /** That are released. */
  images: readonly string[];
  /** Who has begun it, as far as its objects tell. */
  by: string;
}

/** What is on its way with a release, read from its objects; null where nothing is. */
export function underWayOf(release: Release, phase: ReleasePhase): UnderWay | null {
  switch (release.operator) {
    case 'coxswain':
      return ofManaged(release, phase);
    case 'argo-rollouts':
      return ofArgo(release, phase);
    case 'flagger':
      return ofFlagger(release, phase);
  }
}

function ofManaged(release: ManagedRelease, phase: ReleasePhase): UnderWay | null {
  const { note, stable, canary, baseline, weight } = release;
  if (note === null || note === 'broken' || stable === null) return null;
  const images = note.images.map(({ image }) => image);
  return {
    trial: [note.id, ...images].join(' '),
    pair: note.goal === 'progress' ? pairOf(release) : null,
    startedAtMs: note.startedAtMs,
    atWeightSinceMs: note.atWeightSinceMs,
    weight: weight ?? note.weight,
    copies: release.mirrorPercent ?? mirrorAt(release, weight ?? note.weight),
    stage: GOALS[note.goal] ?? (phase === 'starting' ? 'starting' : 'progressing'),
    isPaused: note.paused,
    ...{ stable, canary, baseline, images },
    by: note.by,
  };
}

/** A baseline that is made anew is another one. */
function pairOf(release: ManagedRelease): string | null {
  const { stable, canary, canaryWorkload, baseline, baselineWorkload } = release;
  const others = baseline ?? stable;
  if (!canary || !canaryWorkload || !others || (baseline && !baselineWorkload)) return null;
  const against = baseline && baselineWorkload ? [baselineWorkload.uid] : [];
  return [canaryWorkload.uid, ...imagesOf(canary), 'against', ...against, ...imagesOf(others)].join(' ');
}

const GOALS = { progress: null, promote: 'promoting', 'roll-back': 'rolling-back' } as const;

function ofArgo(release: ArgoRelease, phase: ReleasePhase): UnderWay | null {
  const { stable, canary, weight } = release;
  const argo = readArgo(release);
  if (!argo || argo.isPromoted || argo.status.abort || stable === null || canary === null) return null;
  if (release.strategy !== 'canary') return null;
  return {
    trial: [canary.revision, ...imagesOf(canary)].join(' '),
    pair: null,
    ...{ startedAtMs: null, atWeightSinceMs: null, weight, copies: null, stable, canary, baseline: null },
    stage: phase === 'promoting' ? 'promoting' : isServing(canary) ? 'progressing' : 'starting',
    isPaused: argo.spec.paused === true,
    images: imagesOf(canary),
    by: 'Argo Rollouts',
  };
}

function ofFlagger(release: FlaggerRelease, phase: ReleasePhase): UnderWay | null {
  const { stable, canary, weight } = release;
  const flagger = readFlagger(release);
  if (!flagger || stable === null || canary === null) return null;
  if (!FLAGGER_PHASES.has(flagger.status.phase)) return null;
  return {
    trial: [canary.revision, ...imagesOf(canary)].join(' '),
    pair: null,
    ...{ startedAtMs: null, atWeightSinceMs: null, weight, copies: null, stable, canary, baseline: null },
    stage: phase === 'promoting' ? 'promoting' : isServing(canary) ? 'progressing' : 'starting',
    isPaused: flagger.spec.suspend === true,
    images: imagesOf(canary),
    by: 'Flagger',
  };
}

const FLAGGER_PHASES: ReadonlySet<string> = new Set([
  'Progressing',
  'Waiting',
  'WaitingPromotion',
  'Promoting',
  'Finalising',
]);

function isServing({ pods }: VersionPods): boolean {
  return pods.some(({ ready }) => ready);
}

export function imagesOf({ containers }: VersionPods): string[] {
  return containers.map(({ image }) => image);
}
