import {
  type AgentSnapshot,
  describeAction,
  type ExperimentRun,
  FAULT_TITLES,
  type Fault,
  type Incident,
  type JournalEvent,
  type JournalEventKind,
  type JournalRow,
  type OutcomeKind,
  type Proposal,
  type RunVerdict,
  type TaskName,
  workloadId,
  workloadOf,
} from '../../agent/protocol';
import { formatSeconds } from '../format';
import { VERDICT_TONES } from './runs';

/** Of the charts of a workload's health. */
export const LIVE_LANES = ['experiment', 'fault', 'incident', 'proposal', 'action'] as const;
/** Of the charts of its scaling. */
export const SCALING_LANES = ['fault', 'incident', 'handover', 'proposal', 'action'] as const;
/** Of the charts of a release. */
export const RELEASE_LANES = ['release', 'finding', 'fault', 'proposal', 'action'] as const;
export type Lane = (typeof LIVE_LANES | typeof SCALING_LANES | typeof RELEASE_LANES)[number];

/** How something went, as far as that is known; the text says the same. */
export type BarTone = 'plain' | 'good' | 'notice' | 'bad';

/** Something that lasts: a bar of the event lane, and for faults a band on every chart. */
export interface Bar {
  /** Unique, and the same for as long as the thing is known. */
  id: string;
  lane: Lane;
  fromMs: number;
  /** Null while it lasts. */
  toMs: number | null;
  text: string;
  /** Written on the bar where there is room. */
  label: string;
  tone: BarTone;
  /** What can be shown of it. */
  about: { proposalId?: string; runId?: string };
}

/** Something that happened at one time: a line across every chart. */
export type Line =
  | { kind: 'detection' | 'action' | 'recovery'; atMs: number }
  /** Another policy decides from here on, or somebody else is in charge of the replicas. */
  | { kind: 'policy' | 'taken-over' | 'handed-back'; atMs: number; text: string }
  /** A release began or came to its end. */
  | { kind: 'released' | 'promoted' | 'rolled-back'; atMs: number; text: string };

export interface Marks {
  bars: Bar[];
  lines: Line[];
}

/** What the marks are made from. */
export interface MarkSources extends Pick<AgentSnapshot, 'activity' | 'faults' | 'proposals' | 'runs'> {
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
    bars: [
      ...runBars(
        rows,
        sources.runs.filter((run) => run.workloadId === id),
      ),
      ...faults,
      ...incidents,
      ...proposals.map((proposal) => proposalBar(rows, proposal)),
      ...actions,
    ],
    lines: [
      ...incidents.map((bar): Line => ({ kind: 'detection', atMs: bar.fromMs })),
      ...actions.map((bar): Line => ({ kind: 'action', atMs: bar.fromMs })),
      ...incidents.flatMap((bar): Line[] =>
        bar.toMs === null ? [] : [{ kind: 'recovery', atMs: bar.toMs }],
      ),
      ...policyLines(sources.activity, 'heal'),
    ],
  };
}

/** The journal knows the runs that the snapshot does not carry any more. */
function runBars(rows: readonly JournalRow[], runs: readonly ExperimentRun[]): Bar[] {
  const bars = new Map<string, Bar>();
  for (const { atMs, event } of rowsOf(rows, 'experiment-started')) {
    const end = rowsOf(rows, 'experiment-finished').find((row) => row.event.runId === event.runId);
    const { runId, experiment, provider } = event;
    const verdict = end?.event.verdict ?? null;
    bars.set(
      runId,
      runBar({ runId, title: experiment, provider, verdict }, atMs, end?.atMs ?? null, end?.event.text),
    );
  }
  for (const { id, title, provider, verdict, startedAtMs, finishedAtMs, text } of runs) {
    bars.set(id, runBar({ runId: id, title, provider, verdict }, startedAtMs, finishedAtMs, text));
  }
  return [...bars.values()];
}

function runBar(
  run: { runId: string; title: string; provider: string; verdict: RunVerdict | null },
  fromMs: number,
  toMs: number | null,
  text = '',
): Bar {
  const { runId, title, provider, verdict } = run;
  const tone = verdict === null ? 'plain' : VERDICT_TONES[verdict];
  return {
    id: `experiment/${runId}`,
    lane: 'experiment',
    fromMs,
    toMs,
    text: [`${title} with ${provider}: ${verdict ?? 'running'}`, text].filter(Boolean).join('. '),
    label: `${title}: ${verdict ?? 'running'}`,
    tone: tone === 'act' ? 'plain' : tone,
    about: { runId },
  };
}

/** The journal knows faults from before the agent's start, the snapshot those that other tools made. */
function faultBars(rows: readonly JournalRow[], faults: readonly Fault[]): Bar[] {
  const bars = new Map<string, Bar>();
  for (const { atMs, event } of rowsOf(rows, 'fault-started')) {
    const { faultId, faultKind, text } = event;
    const end = rowsOf(rows, 'fault-ended').find((row) => row.event.faultId === faultId);
    bars.set(faultId, {
      ...bar('fault', faultId, atMs, end?.atMs ?? null, text),
      label: FAULT_TITLES[faultKind],
    });
  }
  for (const { id, kind, provider, runId, startedAtMs, endedAtMs, state, text } of faults) {
    bars.set(id, {
      ...bar(
        'fault',
        id,
        startedAtMs,
        endedAtMs,
        `${text} with ${provider}${state === 'paused' ? ', paused' : ''}`,
      ),
      label: `${FAULT_TITLES[kind]} · ${provider}`,
      about: runId === null ? {} : { runId },
    });
  }
  return [...bars.values()];
}

function incidentBars(rows: readonly JournalRow[], current: Incident | null): Bar[] {
  const bars = new Map<string, Bar>();
  for (const { atMs, event } of rowsOf(rows, 'incident-opened')) {
    const { incidentId, symptom } = event;
    const end = rowsOf(rows, 'incident-closed').find((row) => row.event.incidentId === incidentId);
    const recovered = end ? `, recovered in ${formatSeconds(end.event.recoverySeconds)}` : '';
    bars.set(incidentId, {
      ...bar('incident', incidentId, atMs, end?.atMs ?? null, `${symptom}${recovered}`),
      label: end ? `recovered in ${formatSeconds(end.event.recoverySeconds)}` : 'detected',
    });
  }
  if (current !== null) {
    const { id, detectedAtMs, recoveredAtMs, symptom } = current;
    bars.set(id, { ...bar('incident', id, detectedAtMs, recoveredAtMs, symptom), label: 'detected' });
  }
  return [...bars.values()];
}

/** A proposal waits until it is decided; what comes after that is the action's bar. */
function proposalBar(rows: readonly JournalRow[], proposal: Proposal): Bar {
  const { id, state, createdAtMs, action, verdict } = proposal;
  const decided = [...rowsOf(rows, 'approved'), ...rowsOf(rows, 'intent')].find(
    (row) => row.event.proposalId === proposal.id,
  );
  const toMs = state.kind === 'pending' ? null : (decided?.atMs ?? state.atMs);
  const text = `${describeAction(action)}: ${verdict.outcome} by ${verdict.rule}`;
  return {
    ...bar('proposal', id, createdAtMs, toMs, text),
    label: describeAction(action),
    tone: verdict.outcome === 'deny' ? 'bad' : 'plain',
    about: { proposalId: id },
  };
}

const OUTCOME_TONES: Record<OutcomeKind, BarTone> = {
  recovered: 'good',
  improved: 'good',
  ineffective: 'notice',
  regressed: 'bad',
  unknown: 'plain',
};

/** From the write to its measured outcome, or to the server's answer where nothing is measured. */
function actionBar(
  rows: readonly JournalRow[],
  intent: RowOf<'intent'>,
  proposal: Proposal | undefined,
): Bar {
  const { proposalId, transactionId, description } = intent.event;
  const outcome = rowsOf(rows, 'outcome').find((row) => row.event.proposalId === proposalId);
  const result = rowsOf(rows, 'result').find((row) => row.event.transactionId === transactionId);
  // What follows a change of hands, or what is done to a release, are steps of their own: it is over once it is done.
  const kind = intent.event.action?.kind;
  const hasOwnSteps = kind === 'take-over' || kind === 'hand-back' || kind === 'release';
  const state = proposal?.state.kind;
  const lasts = state === 'executing' || (state === 'acted' && !hasOwnSteps);
  const toMs = lasts ? null : ((outcome ?? result)?.atMs ?? null);
  const measured = outcome?.event.outcome;
  return {
    ...bar(
      'action',
      transactionId,
      intent.atMs,
      toMs,
      measured ? `${description}: ${measured}` : description,
    ),
    label: measured ?? description,
    tone: measured ? OUTCOME_TONES[measured] : 'plain',
    about: proposalId === null ? {} : { proposalId },
  };
}

/** A bar that says the same at length and in short, of neither tone. */
export function bar(lane: Lane, id: string, fromMs: number, toMs: number | null, text: string): Bar {
  return { id: `${lane}/${id}`, lane, fromMs, toMs, text, label: text, tone: 'plain', about: {} };
}

/** From when on another policy steers a task: it is the same one for every workload. */
export function policyLines(rows: readonly JournalRow[], task: TaskName): Line[] {
  return rowsOf(rows, 'policy-switched')
    .filter(({ event }) => event.task === task)
    .map(({ atMs, event }) => ({
      kind: 'policy',
      atMs,
      text: `${event.to.replace(/^learned /, '')} steers`,
    }));
}

/** A journal row whose event is of a kind. */
export type RowOf<K extends JournalEventKind> = JournalRow & { event: Extract<JournalEvent, { kind: K }> };

/** The rows of one kind. */
export function rowsOf<K extends JournalEventKind>(rows: readonly JournalRow[], kind: K): RowOf<K>[] {
  return rows.filter((row): row is RowOf<K> => row.event.kind === kind);
}

/** The bar of a lane at a time, or the one nearest to it within `toleranceMs`: a thing of a moment is hit as well. */
export function barAt(
  bars: readonly Bar[],
  lane: Lane,
  atMs: number,
  nowMs: number,
  toleranceMs: number,
): Bar | null {
  const distance = (one: Bar) => Math.max(one.fromMs - atMs, atMs - (one.toMs ?? nowMs), 0);
  const near = bars.filter((one) => one.lane === lane && distance(one) <= toleranceMs);
  // Of several the one that is drawn last, on top.
  return near.toReversed().sort((a, b) => distance(a) - distance(b))[0] ?? null;
}
