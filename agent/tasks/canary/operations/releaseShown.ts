import type { Release } from '../../../cluster/releases';
import type { Config } from '../../../config/schema';
import type { ReleaseState } from '../../../protocol';
import { argoShown } from './argo/argoShown';
import { flaggerShown } from './flagger/flaggerShown';
import { managedShown } from './managedShown';

/** What the objects of a release say by themselves; the rest of its state is the controller's. */
export type Shown = Pick<
  ReleaseState,
  'phase' | 'status' | 'steps' | 'analyses' | 'operations' | 'containers' | 'revisions' | 'legacy'
>;

/** Pure. */
export function shownOf(release: Release, config: Config): Shown {
  const shown = objectShown(release, config);
  if (release.problems.length === 0 || shown.phase !== 'idle') return shown;
  return { ...shown, phase: 'invalid', status: release.problems.join('; ') };
}

function objectShown(release: Release, config: Config): Shown {
  switch (release.operator) {
    case 'coxswain':
      return managedShown(release, config);
    case 'argo-rollouts':
      return argoShown(release);
    case 'flagger':
      return flaggerShown(release);
  }
}
