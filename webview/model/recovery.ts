import {
  type AgentSnapshot,
  capitalised,
  FAULT_TITLES,
  formatCount,
  type RecoveryGroup,
  type RecoveryStatistics,
} from '../../agent/protocol';
import { formatSeconds } from '../format';

const HOUR_MS = 3_600_000;
const NO_DATA = '—';

/** A figure over all kinds of faults. */
export interface RecoveryFigure {
  title: string;
  value: string;
  detail: string;
  tone: 'plain' | 'notice' | 'bad' | 'good';
}

/** One kind of fault as a row with bars. */
export interface RecoveryRow {
  kind: string;
  incidents: string;
  detection: string;
  recovery: string;
  /** Ends of the bars on an axis that all rows share, 0…1; null without a recovery of a known time. */
  medianShare: number | null;
  p95Share: number | null;
  actions: string;
  /** Ineffective and harmful ones. */
  wasted: string;
}

export function recoveryFigures({
  all,
  byKind,
  actionsWithoutIncident,
}: RecoveryStatistics): RecoveryFigure[] {
  const { incidents, recovered, detectionSeconds, recoverySeconds, actions } = all;
  const unknownTime = byKind.some(({ kind }) => kind !== 'unknown') ? 'none is over yet' : 'no known fault';
  const unneeded = all.ineffectiveActions + actionsWithoutIncident;
  return [
    {
      title: 'Recovered',
      value: `${formatCount(recovered)} of ${formatCount(incidents)}`,
      detail: 'incidents',
      tone: recovered < incidents ? 'notice' : incidents > 0 ? 'good' : 'plain',
    },
    timeFigure('MTTR, median', recoverySeconds, unknownTime),
    timeFigure('Detected in, median', detectionSeconds, unknownTime),
    {
      title: 'Unneeded actions',
      value: `${formatCount(unneeded)} of ${formatCount(actions + actionsWithoutIncident)}`,
      detail: `${actionsWithoutIncident} without an incident`,
      tone: unneeded > 0 ? 'notice' : 'plain',
    },
    {
      title: 'Harmful actions',
      value: formatCount(all.harmfulActions),
      detail: 'the state got worse',
      tone: all.harmfulActions > 0 ? 'bad' : 'plain',
    },
  ];
}

/** Most incidents first. */
export function recoveryRows({ byKind }: RecoveryStatistics): RecoveryRow[] {
  const longest = Math.max(...byKind.map(({ recoverySeconds }) => recoverySeconds?.p95 ?? 0), Number.EPSILON);
  return byKind.toSorted((a, b) => b.incidents - a.incidents).map((group) => row(group, longest));
}

/** Since when recoveries are counted, in cluster time; undefined for all that is known. */
export function countedSinceMs(hours: number, nowMs: number): number | undefined {
  return hours === 0 ? undefined : nowMs - hours * HOUR_MS;
}

/** What the statistics depend on: they are asked for anew when it is another. */
export function recoveryVersion({ activity, pid }: Pick<AgentSnapshot, 'activity' | 'pid'>): string {
  const last = activity.findLast(({ event }) => event.kind === 'incident-closed' || event.kind === 'outcome');
  return `${pid} ${last?.seq ?? 0}`;
}

function timeFigure(
  title: string,
  seconds: { median: number; p95: number } | null,
  unknown: string,
): RecoveryFigure {
  if (seconds === null) return { title, value: NO_DATA, detail: unknown, tone: 'plain' };
  return {
    title,
    value: formatSeconds(seconds.median),
    detail: `p95 ${formatSeconds(seconds.p95)}`,
    tone: 'plain',
  };
}

function row(group: RecoveryGroup, longest: number): RecoveryRow {
  const { kind, incidents, recovered, detectionSeconds, recoverySeconds } = group;
  const wasted = [
    group.ineffectiveActions > 0 ? `${group.ineffectiveActions} unneeded` : '',
    group.harmfulActions > 0 ? `${group.harmfulActions} harmful` : '',
  ];
  return {
    kind: kind === 'unknown' ? 'No known fault' : capitalised(FAULT_TITLES[kind]),
    incidents: recovered === incidents ? String(incidents) : `${recovered} of ${incidents}`,
    detection: detectionSeconds ? formatSeconds(detectionSeconds.median) : NO_DATA,
    recovery: recoverySeconds
      ? `${formatSeconds(recoverySeconds.median)} (p95 ${formatSeconds(recoverySeconds.p95)})`
      : NO_DATA,
    medianShare: recoverySeconds && recoverySeconds.median / longest,
    p95Share: recoverySeconds && recoverySeconds.p95 / longest,
    actions: String(group.actions),
    wasted: wasted.filter(Boolean).join(', ') || 'none',
  };
}
