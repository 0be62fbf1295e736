import type { JournalEvent, JournalRow, ReleaseState } from '../../agent/protocol';
import { type Bar, bar, type Line, type Marks, type RowOf, rowsOf } from './marks';
import { formatWeight, isUnderWay, type ReleaseTone } from './releases';

type ReleaseRow = RowOf<'release'>;
type What = Extract<JournalEvent, { kind: 'release' }>['what'];

/** How what became of a release is coloured; the text says the same. */
export const RELEASE_TONES: Readonly<Record<What, ReleaseTone>> = {
  started: 'act',
  weight: 'act',
  held: 'plain',
  verdict: 'notice',
  analysis: 'plain',
  promoted: 'good',
  'rolled-back': 'bad',
  ended: 'plain',
  interfered: 'notice',
  hook: 'plain',
  alert: 'notice',
};

/** What moves the traffic, and so lasts until the next of them. */
const MOVES: readonly What[] = ['started', 'weight', 'promoted', 'rolled-back', 'ended'];
const ENDS: readonly What[] = ['promoted', 'rolled-back', 'ended'];

/**
 * What became of a release, from the kept journal rows: its weights as bars that last, what was found and held as
 * moments, and its beginning and end as lines.
 *
 * @param rows of the release, oldest first
 */
export function releaseMarks(rows: readonly JournalRow[], release: ReleaseState): Marks {
  const all = rowsOf(rows, 'release');
  const moves = all.filter(({ event }) => MOVES.includes(event.what));
  const found = all.filter(({ event }) => !MOVES.includes(event.what));
  const lasts = isUnderWay(release);
  return {
    bars: [...moves.map((row, index) => moveBar(row, moves[index + 1], lasts)), ...found.map(foundBar)],
    lines: all.flatMap(lineOf),
  };
}

/** Why the last release has ended as it has, by the kept journal rows: what its verdict said; null where none is known. */
export function endReason(rows: readonly JournalRow[], { id, phase }: ReleaseState): string | null {
  if (phase !== 'succeeded' && phase !== 'failed') return null;
  const ours = rowsOf(rows, 'release').filter(({ event }) => event.workloadId === id);
  const begun = ours.findLastIndex(({ event }) => event.what === 'started');
  const verdict = ours.slice(begun + 1).findLast(({ event }) => event.what === 'verdict');
  return verdict?.event.text ?? null;
}

function moveBar(row: ReleaseRow, next: ReleaseRow | undefined, lasts: boolean): Bar {
  const { what, text, weight, by } = row.event;
  const isEnd = ENDS.includes(what);
  const toMs = isEnd ? row.atMs : (next?.atMs ?? (lasts ? null : row.atMs));
  return {
    ...bar('release', String(row.seq), row.atMs, toMs, `${text}, by ${by}`),
    label: weight === null || isEnd ? what.replace('-', ' ') : formatWeight(weight),
    tone: barTone(what),
  };
}

function foundBar({ seq, atMs, event }: ReleaseRow): Bar {
  return {
    ...bar('finding', String(seq), atMs, atMs, `${event.what}: ${event.text}, by ${event.by}`),
    label: event.what,
    tone: barTone(event.what),
  };
}

/** A bar of plain colour has that of its lane. */
function barTone(what: What): Bar['tone'] {
  const tone = RELEASE_TONES[what];
  return tone === 'act' ? 'plain' : tone;
}

function lineOf({ atMs, event }: ReleaseRow): Line[] {
  switch (event.what) {
    case 'started':
      return [{ kind: 'released', atMs, text: 'canary starts' }];
    case 'promoted':
      return [{ kind: 'promoted', atMs, text: 'promoted' }];
    case 'rolled-back':
      return [{ kind: 'rolled-back', atMs, text: 'rolled back' }];
    default:
      return [];
  }
}
