import {
  describeEvent,
  type JournalEvent,
  type JournalEventKind,
  type JournalRow,
  workloadOf,
} from '../../agent/protocol';
import { RELEASE_TONES } from './releaseEvents';
import { VERDICT_TONES } from './runs';

/** What the activity log can be narrowed to. */
export const ACTIVITY_GROUPS = ['all', 'incidents', 'decisions', 'actions', 'faults', 'agent'] as const;
export type ActivityGroup = (typeof ACTIVITY_GROUPS)[number];

const GROUP_OF: Record<JournalEventKind, Exclude<ActivityGroup, 'all'>> = {
  'agent-started': 'agent',
  'agent-stopped': 'agent',
  connected: 'agent',
  'mode-changed': 'agent',
  'control-changed': 'agent',
  'config-changed': 'agent',
  warning: 'agent',
  'incident-opened': 'incidents',
  'incident-closed': 'incidents',
  decision: 'decisions',
  verdict: 'decisions',
  approved: 'actions',
  rejected: 'actions',
  lapsed: 'actions',
  intent: 'actions',
  result: 'actions',
  outcome: 'actions',
  'fault-started': 'faults',
  'fault-ended': 'faults',
  'experiment-started': 'faults',
  'experiment-finished': 'faults',
  handover: 'actions',
  breaker: 'actions',
  release: 'actions',
  'price-changed': 'agent',
  calibrated: 'agent',
  'policy-switched': 'agent',
  'training-started': 'agent',
  'training-finished': 'agent',
};

/** How a row is coloured. The label says the same in words. */
export type Tone = 'plain' | 'good' | 'notice' | 'bad' | 'act';

export interface ActivityLine {
  seq: number;
  atMs: number;
  label: string;
  text: string;
  /** Name of the workload it speaks of, or empty. */
  workload: string;
  tone: Tone;
  /** What it leads to: why a decision was made, or a run. */
  about: { seq?: number; runId?: string };
}

/** The rows that the filter lets through, newest first. */
export function activityLines(
  rows: readonly JournalRow[],
  group: ActivityGroup,
  text: string,
): ActivityLine[] {
  const wanted = text.trim().toLowerCase();
  return rows
    .filter((row) => group === 'all' || GROUP_OF[row.event.kind] === group)
    .map(lineOf)
    .filter((line) => `${line.label} ${line.workload} ${line.text}`.toLowerCase().includes(wanted))
    .reverse();
}

function lineOf({ seq, atMs, event }: JournalRow): ActivityLine {
  const workload = workloadOf(event)?.split('/').at(-1) ?? '';
  return { seq, atMs, ...describeEvent(event), workload, tone: toneOf(event), about: aboutOf(seq, event) };
}

function aboutOf(seq: number, event: JournalEvent): ActivityLine['about'] {
  if (event.kind === 'decision') return { seq };
  return 'runId' in event ? { runId: event.runId } : {};
}

function toneOf(event: JournalEvent): Tone {
  switch (event.kind) {
    case 'incident-opened':
    case 'warning':
    case 'lapsed':
      return 'notice';
    case 'incident-closed':
      return 'good';
    case 'fault-started':
      return 'bad';
    case 'verdict':
      return event.verdict.outcome === 'deny' ? 'bad' : 'plain';
    case 'intent':
    case 'approved':
      return 'act';
    case 'result':
      return event.result === 'done' || event.result === 'reverted' ? 'act' : 'bad';
    case 'experiment-finished':
      return VERDICT_TONES[event.verdict];
    case 'outcome':
      return event.outcome === 'recovered' || event.outcome === 'improved' ? 'good' : 'notice';
    case 'handover':
      return event.how === 'handed-back' ? 'notice' : 'act';
    case 'breaker':
      return event.breaker.kind === 'open' ? 'bad' : 'plain';
    case 'release':
      return RELEASE_TONES[event.what];
    case 'control-changed':
      return event.control.kind === 'stopped' ? 'bad' : 'plain';
    default:
      return 'plain';
  }
}
