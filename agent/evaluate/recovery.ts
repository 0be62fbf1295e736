import type {
  FaultKind,
  JournalEvent,
  JournalEventKind,
  JournalRow,
  RecoveryGroup,
  RecoveryStatistics,
} from '../protocol';
import { quantile } from './statistics';

/** The rows that the statistics are made of. */
export const RECOVERY_KINDS = [
  'incident-opened',
  'incident-closed',
  'fault-started',
  'intent',
  'result',
  'outcome',
] as const satisfies readonly JournalEventKind[];

type Event<Kind extends JournalEventKind> = Extract<JournalEvent, { kind: Kind }>;

/** An incident with what was done about it. */
interface Incident {
  workloadId: string;
  kind: FaultKind | 'unknown';
  openedAtMs: number;
  closed: { atMs: number; recoverySeconds: number; detectionSeconds: number | null } | null;
  actions: number;
  ineffective: number;
  harmful: number;
}

/**
 * What became of the incidents that were opened in a time, by the kind of fault behind them, and of the actions in it.
 * Pure.
 *
 * @param rows of one journal, oldest first; those of faults may be from before the time
 */
export function recoveryStatistics(
  rows: readonly JournalRow[],
  { sinceMs, untilMs }: { sinceMs: number; untilMs: number },
): RecoveryStatistics {
  const book = new Book();
  for (const { event, atMs } of rows) if (atMs <= untilMs) book.take(event, atMs, atMs >= sinceMs);
  const byKind = Map.groupBy(book.incidents, ({ kind }) => kind);
  return {
    sinceMs,
    untilMs,
    all: groupOf(book.incidents),
    byKind: [...byKind]
      .map(([kind, incidents]): RecoveryGroup => ({ kind, ...groupOf(incidents) }))
      .sort((a, b) => b.incidents - a.incidents || a.kind.localeCompare(b.kind)),
    actionsWithoutIncident: book.actionsWithoutIncident,
  };
}

class Book {
  readonly incidents: Incident[] = [];
  actionsWithoutIncident = 0;
  readonly #faults = new Map<string, FaultKind>();
  readonly #byId = new Map<string, Incident>();
  /** The incident that was open when an action was begun, by its transaction; null where there was none. */
  readonly #begun = new Map<string, { incident: Incident | null; proposalId: string | null }>();
  readonly #byProposal = new Map<string, Incident>();

  take(event: JournalEvent, atMs: number, counts: boolean): void {
    switch (event.kind) {
      case 'fault-started':
        this.#faults.set(event.faultId, event.faultKind);
        return;
      case 'incident-opened':
        if (counts) this.#open(event, atMs);
        return;
      case 'incident-closed':
        this.#close(event, atMs);
        return;
      case 'intent':
        if (counts && event.action !== null) this.#begin(event);
        return;
      case 'result':
        if (event.result === 'done') this.#act(event.transactionId);
        return;
      case 'outcome':
        this.#measure(event);
    }
  }

  #open({ workloadId, incidentId, faultId }: Event<'incident-opened'>, openedAtMs: number): void {
    const kind = (faultId === null ? undefined : this.#faults.get(faultId)) ?? 'unknown';
    const incident: Incident = {
      workloadId,
      kind,
      openedAtMs,
      closed: null,
      actions: 0,
      ineffective: 0,
      harmful: 0,
    };
    this.incidents.push(incident);
    this.#byId.set(incidentId, incident);
  }

  #close({ incidentId, recoverySeconds, detectionSeconds }: Event<'incident-closed'>, atMs: number): void {
    const incident = this.#byId.get(incidentId);
    if (incident) incident.closed = { atMs, recoverySeconds, detectionSeconds };
  }

  #begin({ workloadId, transactionId, proposalId }: Event<'intent'>): void {
    const incident = this.incidents.findLast(
      (each) => each.workloadId === workloadId && each.closed === null,
    );
    this.#begun.set(transactionId, { incident: incident ?? null, proposalId });
  }

  /** What was only tried is no action. */
  #act(transactionId: string): void {
    const begun = this.#begun.get(transactionId);
    if (!begun) return;
    this.#begun.delete(transactionId);
    const { incident, proposalId } = begun;
    if (incident === null) this.actionsWithoutIncident += 1;
    else {
      incident.actions += 1;
      if (proposalId !== null) this.#byProposal.set(proposalId, incident);
    }
  }

  /** It is known some time after the action, when the incident may be over. */
  #measure({ proposalId, outcome }: Event<'outcome'>): void {
    const incident = this.#byProposal.get(proposalId);
    if (incident && outcome === 'ineffective') incident.ineffective += 1;
    if (incident && outcome === 'regressed') incident.harmful += 1;
  }
}

function groupOf(incidents: readonly Incident[]): RecoveryStatistics['all'] {
  const closed = incidents.flatMap((incident) => incident.closed ?? []);
  const sum = (count: (incident: Incident) => number) =>
    incidents.reduce((total, incident) => total + count(incident), 0);
  return {
    incidents: incidents.length,
    recovered: closed.length,
    detectionSeconds: spread(closed.flatMap(({ detectionSeconds }) => detectionSeconds ?? [])),
    recoverySeconds: spread(closed.map(({ recoverySeconds }) => recoverySeconds)),
    actions: sum(({ actions }) => actions),
    ineffectiveActions: sum(({ ineffective }) => ineffective),
    harmfulActions: sum(({ harmful }) => harmful),
  };
}

function spread(values: readonly number[]): { median: number; p95: number } | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  return { median: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) };
}
