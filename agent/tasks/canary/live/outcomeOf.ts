import type { Release } from '../../../cluster/releases';
import type { ReleasePhase } from '../../../protocol';
import type { ReleaseEnd } from './chronicle';

/**
 * What the objects of a release that is over say of its end; null where they say nothing, as those of a release that
 * Coxswain moves: then it counts what was going on last.
 */
export function outcomeOf({ operator }: Release, phase: ReleasePhase): ReleaseEnd | null {
  switch (operator) {
    case 'coxswain':
      return null;
    case 'argo-rollouts':
      if (phase === 'degraded')
        return { how: 'rolled-back', text: 'it was aborted, the traffic is on stable' };
      return { how: 'promoted', text: 'the new version is stable' };
    case 'flagger':
      if (phase === 'failed') return { how: 'rolled-back', text: 'Flagger has rolled it back' };
      return phase === 'succeeded' ? { how: 'promoted', text: 'Flagger has promoted it' } : null;
  }
}
