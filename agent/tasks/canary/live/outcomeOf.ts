import type { ArgoRelease, Release } from '../../../cluster/releases';
import type { ReleasePhase } from '../../../protocol';
import { readArgo } from '../operations/argo/argoObject';
import type { ReleaseEnd } from './releaseEnd';
import type { UnderWay } from './underWay';

/**
 * What the objects of a release that is over say of its end; null where they say nothing, as those of a release that
 * Coxswain moves: then it counts what was going on last.
 *
 * @param before what was under way until now
 */
export function outcomeOf(release: Release, phase: ReleasePhase, before: UnderWay | null): ReleaseEnd | null {
  switch (release.operator) {
    case 'coxswain':
      return null;
    case 'argo-rollouts':
      return ofArgo(release, phase, before);
    case 'flagger':
      if (phase === 'failed') return { how: 'rolled-back', text: 'Flagger has rolled it back' };
      return phase === 'succeeded' ? { how: 'promoted', text: 'Flagger has promoted it' } : null;
  }
}

function ofArgo(release: ArgoRelease, phase: ReleasePhase, before: UnderWay | null): ReleaseEnd {
  if (phase === 'degraded' || readArgo(release)?.status.abort)
    return { how: 'rolled-back', text: 'it was aborted, the traffic is on stable' };
  if (release.stable !== null && release.stable.revision === before?.canary?.revision)
    return { how: 'promoted', text: 'the new version is stable' };
  return release.canary === null
    ? { how: 'rolled-back', text: 'the stable version is wanted again' }
    : { how: 'ended', text: 'another version has taken its place' };
}
