import {
  type AgentSnapshot,
  formatAge,
  type JournalRow,
  type Sample,
  type WorkloadState,
  workloadOf,
} from '../../agent/protocol';
import { formatSeconds, formatShare } from '../format';

/** One figure of the row above the charts. */
export interface Kpi {
  title: string;
  /** `—` where there is nothing to compute it from. */
  value: string;
  /** What it is computed from, or why. */
  detail: string;
  tone: 'plain' | WorkloadState['health'];
}

const NO_DATA = '—';

/** The figures of a workload, all from what the snapshot holds. */
export function kpisOf(
  snapshot: Pick<AgentSnapshot, 'activity' | 'samples'>,
  workload: WorkloadState,
): Kpi[] {
  const rows = snapshot.activity.filter((row) => workloadOf(row.event) === workload.id);
  const samples = snapshot.samples[workload.id] ?? [];
  return [
    healthKpi(workload),
    detectionKpi(rows, workload),
    recoveryKpi(rows),
    objectiveKpi(samples, workload),
    actionsKpi(rows),
  ];
}

function healthKpi({ health, healthReason, data }: WorkloadState): Kpi {
  const title = 'Health';
  if (data.kind === 'none') return { title, value: 'no data', detail: data.reason, tone: 'unknown' };
  const stale = data.kind === 'stale' ? `stale: ${data.reason}` : '';
  const detail = [stale, healthReason].filter(Boolean).join('; ') || 'all signs within limits';
  return { title, value: health, detail, tone: health };
}

/** From the fault to its detection: of the incident that is open, else of the last one whose fault was known. */
function detectionKpi(rows: readonly JournalRow[], { incident }: WorkloadState): Kpi {
  const title = 'Detected in';
  if (incident !== null && incident.faultAtMs !== null) {
    const seconds = (incident.detectedAtMs - incident.faultAtMs) / 1000;
    return { title, value: formatSeconds(seconds), detail: 'Open incident', tone: 'plain' };
  }
  const seconds = rows
    .flatMap(({ event }) => (event.kind === 'incident-closed' ? [event.detectionSeconds] : []))
    .findLast((value) => value !== null);
  return seconds === undefined || seconds === null
    ? { title, value: NO_DATA, detail: 'No known fault yet', tone: 'plain' }
    : { title, value: formatSeconds(seconds), detail: 'Last incident', tone: 'plain' };
}

function recoveryKpi(rows: readonly JournalRow[]): Kpi {
  const title = 'MTTR, median';
  const seconds = rows.flatMap(({ event }) =>
    event.kind === 'incident-closed' ? [event.recoverySeconds] : [],
  );
  const middle = median(seconds);
  if (middle === null) return { title, value: NO_DATA, detail: 'No recovery yet', tone: 'plain' };
  const incidents = seconds.length === 1 ? '1 incident' : `${seconds.length} incidents`;
  return { title, value: formatSeconds(middle), detail: `Over ${incidents}`, tone: 'plain' };
}

function objectiveKpi(samples: readonly Sample[], { slo }: WorkloadState): Kpi {
  const title = 'Within SLO';
  // A sample without latency may be one without traffic; one without both says nothing.
  const known = samples.filter((sample) => sample.latencyP95Ms !== null || sample.errorRate !== null);
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last) return { title, value: NO_DATA, detail: 'No samples', tone: 'plain' };
  const good = known.filter(
    (sample) => (sample.latencyP95Ms ?? 0) <= slo.latencyP95Ms && (sample.errorRate ?? 0) <= slo.errorRate,
  );
  const detail = `Last ${formatAge(last.atMs - first.atMs)}`;
  return { title, value: formatShare(good.length / known.length, 1), detail, tone: 'plain' };
}

function actionsKpi(rows: readonly JournalRow[]): Kpi {
  const actions = rows.filter(({ event }) => event.kind === 'intent' && event.action !== null).length;
  const denied = rows.filter(
    ({ event }) => event.kind === 'verdict' && event.verdict.outcome === 'deny',
  ).length;
  return { title: 'Actions', value: String(actions), detail: `${denied} denied`, tone: 'plain' };
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}
