import {
  type AgentSnapshot,
  describeAction,
  type Fault,
  type Incident,
  type JournalEvent,
  type JournalEventKind,
  type JournalRow,
  type Proposal,
  workloadId,
  workloadOf,
} from '../../agent/protocol';

export const LANES = ['fault', 'incident', 'proposal', 'action'] as const;
export type Lane = (typeof LANES)[number];

/** Something that lasts: a bar of the event lane, and for faults a band on every chart. */
export interface Bar {
  lane: Lane;
  fromMs: number;
  /** Null while it lasts. */
  toMs: number | null;
  text: string;
}

/** Something that happened at one time: a line across every chart. */
export type Line =
  | { kind: 'detection' | 'action'; atMs: number }
  /** Another policy decides from here on. */
  | { kind: 'policy'; atMs: number; text: string };

export interface Marks {
  bars: Bar[];
  lines: Line[];
}

/** What the marks are made from. */
export interface MarkSources extends Pick<AgentSnapshot, 'activity' | 'faults' | 'proposals'> {
  /** The incident that the workload is in. */
  incident: Incident | null;
}

/** What happened to a workload, from the kept journal rows, faults and proposals. */
export function marksOf(sources: MarkSources, id: string): Marks {
  const rows = sources.activity.filter((row) => workloadOf(row.event) === id);
  const proposals = sources.proposals.filter((proposal) => workloadId(proposal.workload) === id);
  const faults = faultBars(
    rows,
    sources.faults.filter((fault) => fault.workloadId === id),
  );
  const incidents = incidentBars(rows, sources.incident);
  // Writes without an action are the injection and the end of faults: they have bars of their own.
  const actions = rowsOf(rows, 'intent')
    .filter((row) => row.event.action !== null)
    .map((row) =>
      actionBar(
        rows,
        row,
        proposals.find((proposal) => proposal.id === row.event.proposalId),
      ),
    );
  return {
    bars: [...faults, ...incidents, ...proposals.map((proposal) => proposalBar(rows, proposal)), ...actions],
    lines: [
      ...incidents.map((bar): Line => ({ kind: 'detection', atMs: bar.fromMs })),
      ...actions.map((bar): Line => ({ kind: 'action', atMs: bar.fromMs })),
      ...policyLines(sources.activity),
    ],
  };
}

/** The journal knows faults from before the agent's start, the snapshot those that other tools made. */
function faultBars(rows: readonly JournalRow[], faults: readonly Fault[]): Bar[] {
  const bars = new Map<string, Bar>();
  for (const { atMs, event } of rowsOf(rows, 'fault-started')) {
    const end = rowsOf(rows, 'fault-ended').find((row) => row.event.faultId === event.faultId);
    bars.set(event.faultId, { lane: 'fault', fromMs: atMs, toMs: end?.atMs ?? null, text: event.text });
  }
  for (const fault of faults) {
    bars.set(fault.id, { lane: 'fault', fromMs: fault.startedAtMs, toMs: fault.endedAtMs, text: fault.text });
  }
  return [...bars.values()];
}

function incidentBars(rows: readonly JournalRow[], current: Incident | null): Bar[] {
  const bars = new Map<string, Bar>();
  for (const { atMs, event } of rowsOf(rows, 'incident-opened')) {
    const end = rowsOf(rows, 'incident-closed').find((row) => row.event.incidentId === event.incidentId);
    bars.set(event.incidentId, {
      lane: 'incident',
      fromMs: atMs,
      toMs: end?.atMs ?? null,
      text: event.symptom,
    });
  }
  if (current !== null) {
    const { id, detectedAtMs, recoveredAtMs, symptom } = current;
    bars.set(id, { lane: 'incident', fromMs: detectedAtMs, toMs: recoveredAtMs, text: symptom });
  }
  return [...bars.values()];
}

/** A proposal waits until it is decided; what comes after that is the action's bar. */
function proposalBar(rows: readonly JournalRow[], proposal: Proposal): Bar {
  const { state, createdAtMs, action, verdict } = proposal;
  const decided = [...rowsOf(rows, 'approved'), ...rowsOf(rows, 'intent')].find(
    (row) => row.event.proposalId === proposal.id,
  );
  return {
    lane: 'proposal',
    fromMs: createdAtMs,
    toMs: state.kind === 'pending' ? null : (decided?.atMs ?? state.atMs),
    text: `${describeAction(action)}: ${verdict.outcome} by ${verdict.rule}`,
  };
}

/** From the write to its measured outcome, or to the server's answer where nothing is measured. */
function actionBar(
  rows: readonly JournalRow[],
  intent: RowOf<'intent'>,
  proposal: Proposal | undefined,
): Bar {
  const { proposalId, transactionId, description } = intent.event;
  const outcome = rowsOf(rows, 'outcome').find((row) => row.event.proposalId === proposalId);
  const result = rowsOf(rows, 'result').find((row) => row.event.transactionId === transactionId);
  const lasts = proposal?.state.kind === 'executing' || proposal?.state.kind === 'acted';
  const toMs = lasts ? null : ((outcome ?? result)?.atMs ?? null);
  return { lane: 'action', fromMs: intent.atMs, toMs, text: description };
}

/** From when on another policy heals: it is the same one for every workload. */
function policyLines(rows: readonly JournalRow[]): Line[] {
  return rowsOf(rows, 'policy-switched')
    .filter(({ event }) => event.task === 'heal')
    .map(({ atMs, event }) => ({
      kind: 'policy',
      atMs,
      text: `${event.to.replace(/^learned /, '')} steers`,
    }));
}

type RowOf<K extends JournalEventKind> = JournalRow & { event: Extract<JournalEvent, { kind: K }> };

function rowsOf<K extends JournalEventKind>(rows: readonly JournalRow[], kind: K): RowOf<K>[] {
  return rows.filter((row): row is RowOf<K> => row.event.kind === kind);
}
