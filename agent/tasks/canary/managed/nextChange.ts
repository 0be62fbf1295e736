import type { ManagedRelease } from '../../../cluster/releases';
import type { ReversibleChange } from '../../../safety/change';
import type { Interference } from '../routers/routers';
import type { ManagedContext } from './context';
import { nextOfPromotion, nextOfRollback } from './ending';
import { nextOfProgress } from './progress';
import { stuck } from './steps';

/**
 * What is to be done next with a release under way. `change`: send it, then ask again once the watches show it. `wait`:
 * the cluster has to get on; ask again with the next snapshot. `done`: all is as the note says, and for a release that
 * has ended the note is gone. `stuck`: it does not go on by itself; a person is told.
 */
export type NextStep =
  | { kind: 'change'; change: ReversibleChange; text: string }
  | { kind: 'wait'; why: string }
  | { kind: 'done' }
  | {
      kind: 'stuck';
      why: string;
      remedy: string;
      /** Set where somebody else has changed a weight. */
      interfered: Interference | null;
    };

/**
 * Goes on with a release as the note on it says: to the weight that is noted, to the promotion, or back. It goes by what
 * is seen alone, so that whoever finds the note goes on, and what was done twice is done once. Pure.
 */
export function nextChange(release: ManagedRelease, context: ManagedContext): NextStep {
  const { note } = release;
  if (note === null) return { kind: 'done' };
  if (note === 'broken')
    return stuck(
      'the note on it cannot be read',
      'Make the route what it should be, and remove the annotation coxswain.dev/release.',
    );
  switch (note.goal) {
    case 'progress':
      return nextOfProgress(release, note, context);
    case 'promote':
      return nextOfPromotion(release, note, context);
    case 'roll-back':
      return nextOfRollback(release, note, context.nowMs);
  }
}
