import type { JournalEventKind, JournalRow, Params } from '../../agent/protocol';
import { describeEvent } from '../../agent/protocol/describeEvent';
import { capitalised, formatTime } from '../../agent/protocol/format';
import { workloadOf } from '../../agent/protocol/workloadOf';
import { type TreeNode, treeNode } from './treeNode';

/** Rows that are asked for at once. */
export const PAGE_ROWS = 100;

export interface ActivityFilter {
  workloadId?: string;
  kinds?: JournalEventKind[];
  /** Part of the row's text, in any case. */
  text?: string;
}

/** The rows on screen, newest first. */
export interface ActivityRows {
  rows: readonly JournalRow[];
  /** Nothing older matches. */
  complete: boolean;
  /** Newest row of the stream that has been considered, shown or not. */
  seenSeq: number;
}

/** Before anything is known; the journal's first row has number 1. */
export const NO_ROWS: ActivityRows = { rows: [], complete: true, seenSeq: 0 };

export function isFiltered(filter: ActivityFilter): boolean {
  return filter.workloadId !== undefined || filter.kinds !== undefined || filter.text !== undefined;
}

/** What the journal is asked for: rows older than those on screen, or the newest where there are none. */
export function nextPage(filter: ActivityFilter, rows: readonly JournalRow[]): Params<'activity'> {
  const oldest = rows.at(-1);
  return { ...filter, limit: PAGE_ROWS, ...(oldest ? { beforeSeq: oldest.seq } : {}) };
}

/** With a page of older rows at the end. */
export function withOlder(shown: ActivityRows, page: readonly JournalRow[]): ActivityRows {
  const oldest = shown.rows.at(-1)?.seq ?? Number.POSITIVE_INFINITY;
  const older = page.filter((row) => row.seq < oldest);
  return {
    rows: [...shown.rows, ...older],
    complete: page.length < PAGE_ROWS,
    seenSeq: Math.max(shown.seenSeq, older[0]?.seq ?? 0),
  };
}

/** With those rows of the stream (newest last) on top that are new and match. */
export function withNewer(
  shown: ActivityRows,
  stream: readonly JournalRow[],
  filter: ActivityFilter,
): ActivityRows {
  const first = stream[0]?.seq ?? 0;
  const last = stream.at(-1)?.seq ?? 0;
  if (last <= shown.seenSeq) return shown;
  const newer = stream.filter((row) => row.seq > shown.seenSeq && matches(row, filter)).toReversed();
  // The stream keeps only the latest rows: where some were missed, the list starts over and older ones are loaded.
  const missed = first > shown.seenSeq + 1;
  if (missed) return { rows: newer, complete: false, seenSeq: last };
  return { ...shown, rows: [...newer, ...shown.rows], seenSeq: last };
}

/** The same rule by which the agent filters its journal. */
export function matches({ event }: JournalRow, filter: ActivityFilter): boolean {
  const workloadId = workloadOf(event);
  if (filter.workloadId !== undefined && workloadId !== filter.workloadId) return false;
  if (filter.kinds !== undefined && !filter.kinds.includes(event.kind)) return false;
  if (filter.text === undefined) return true;
  const { label, text } = describeEvent(event);
  return `${label} ${text} ${workloadId ?? ''}`.toLowerCase().includes(filter.text.toLowerCase());
}

/** The filter as the view's title shows it; empty without one. */
export function filterText({ workloadId, kinds, text }: ActivityFilter): string {
  const parts: string[] = [];
  if (workloadId !== undefined) parts.push(workloadId);
  if (kinds !== undefined) parts.push(kinds.join(', '));
  if (text !== undefined) parts.push(`“${text}”`);
  return parts.join(' · ');
}

export function activityTree({ rows, complete }: ActivityRows): readonly TreeNode[] {
  const nodes = rows.map(rowNode);
  if (complete) return nodes;
  return [
    ...nodes,
    treeNode({
      id: 'more',
      label: 'Load more…',
      icon: { id: 'ellipsis' },
      click: 'coxswain.loadMoreActivity',
    }),
  ];
}

const ICONS: Record<JournalEventKind, string> = {
  'agent-started': 'debug-start',
  'agent-stopped': 'debug-stop',
  connected: 'plug',
  'mode-changed': 'settings',
  'control-changed': 'debug-pause',
  'config-changed': 'gear',
  warning: 'warning',
  'incident-opened': 'pulse',
  'incident-closed': 'pass',
  'experiment-started': 'beaker',
  'experiment-finished': 'beaker',
  decision: 'lightbulb',
  verdict: 'shield',
  approved: 'check',
  rejected: 'close',
  lapsed: 'watch',
  intent: 'edit',
  result: 'tools',
  outcome: 'graph',
  'fault-started': 'flame',
  'fault-ended': 'flame',
  handover: 'key',
  breaker: 'circuit-board',
  release: 'rocket',
  'price-changed': 'law',
  calibrated: 'graph-scatter',
  'policy-switched': 'arrow-swap',
  'training-started': 'beaker',
  'training-finished': 'beaker',
};

/** The kinds a filter offers, in the order of the union. */
export const EVENT_KINDS = Object.keys(ICONS) as JournalEventKind[];

function rowNode(row: JournalRow): TreeNode {
  const { label, text } = describeEvent(row.event);
  const workloadId = workloadOf(row.event);
  const name = workloadId?.split('/').at(-1);
  return treeNode({
    id: String(row.seq),
    label: `${formatTime(row.atMs)} ${label}`,
    description: name ? `${name}: ${text}` : text,
    tooltip: [
      capitalised(text),
      workloadId,
      `${new Date(row.atMs).toISOString()}, row ${row.seq}, hash ${row.hash.slice(0, 12)}`,
    ]
      .filter(Boolean)
      .join('\n'),
    icon: { id: ICONS[row.event.kind] },
    ...about(row, workloadId),
  });
}

/** What a row leads to: a decision to why it was made, a run to its report. */
function about(
  { seq, event }: JournalRow,
  workloadId: string | null,
): Pick<TreeNode, 'target' | 'context' | 'click'> {
  const target = workloadId === null ? {} : { workloadId };
  switch (event.kind) {
    case 'decision':
      return { target: { ...target, seq }, context: 'decision', click: 'coxswain.explainDecision' };
    case 'experiment-started':
    case 'experiment-finished':
      return { target: { ...target, runId: event.runId }, context: 'pastRun', click: 'coxswain.showRun' };
    case 'release':
      return { target: { releaseId: event.workloadId }, context: '', click: 'coxswain.showRelease' };
    default:
      return { target, context: '', click: null };
  }
}
