import type { ManagedRelease, Release } from '../../../cluster/releases';
import type { ReversibleChange } from '../../../safety/change';
import type { ReleaseReturn } from '../../../safety/releaseReturn';
import { backToStable } from './ending';
import { noteChange } from './noteChange';

/** What brings the traffic of the releases that Coxswain moves back to stable at once, the route first. */
export function managedReturns(releases: Iterable<Release>): readonly ReleaseReturn[] {
  return [...releases].flatMap((release) => {
    if (release.operator !== 'coxswain') return [];
    const changes = returnOf(release);
    return changes.length === 0
      ? []
      : [{ release: release.ref, operation: { kind: 'rollback' as const }, changes }];
  });
}

/** A promotion that has its traffic on the stable version already goes on to its end. */
function returnOf(release: ManagedRelease): readonly ReversibleChange[] {
  const { note, ref } = release;
  if (note === null) return [];
  const back = backToStable(release);
  if (note === 'broken') return back;
  const isOver = note.goal === 'roll-back' || (note.goal === 'promote' && back.length === 0);
  return isOver
    ? back
    : [...back, noteChange(release, { ...note, goal: 'roll-back' }, `roll back ${ref.name}`)];
}
