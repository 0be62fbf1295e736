import type { JournalRow } from '../../../protocol';
import { GOES_BACK, type ReleaseEnd } from './releaseEnd';

/** What the journal knows of a release, of the time before this agent. */
export interface PastRelease {
  /** How the last one has ended, with when; null while one was under way, and before the first. */
  end: ReleaseEnd | null;
  /** One was under way when the journal was written last. */
  isUnderWay: boolean;
  /** Why that one is rolled back, empty where nobody has said why; null where it is not. */
  why: string | null;
}

const UNKNOWN: PastRelease = { end: null, isUnderWay: false, why: null };

/** @param rows of one release, newest first */
export function pastRelease(rows: readonly JournalRow[]): PastRelease {
  return rows.toReversed().reduce(after, UNKNOWN);
}

function after(past: PastRelease, { atMs, event }: JournalRow): PastRelease {
  if (event.kind !== 'release') return past;
  const { what, text } = event;
  const ended = (how: ReleaseEnd['how']): PastRelease => ({
    ...UNKNOWN,
    end: { how, text: `${text} (${whenText(atMs)})` },
  });
  switch (what) {
    case 'started':
      return { ...UNKNOWN, isUnderWay: true };
    case 'promoted':
      return ended('promoted');
    case 'rolled-back':
      return text.startsWith(GOES_BACK)
        ? { end: null, isUnderWay: true, why: text.slice(GOES_BACK.length).replace(/^: /, '') }
        : ended('rolled-back');
    case 'ended':
      return ended(past.why === null ? 'ended' : 'rolled-back');
    default:
      return past;
  }
}

/** A time as the journal of a machine far away can be compared with: `2026-01-31 14:05 UTC`. */
export function whenText(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
