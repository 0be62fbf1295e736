import * as z from 'zod';
import { Connection } from './connection';
import { ErrorInfo } from './errors';
import { Fault } from './fault';
import { JournalRow } from './journal';
import { Control, Mode, Proposal } from './proposal';
import { Sample, WorkloadState } from './workload';

export const PROTOCOL_VERSION = 1;

/** How many journal rows, samples per workload and finished proposals a snapshot carries. */
export const KEPT_ROWS = 200;
export const KEPT_SAMPLES = 600;
export const KEPT_PROPOSALS = 50;

/** The whole state that a view needs; everything after it arrives as deltas with consecutive sequence numbers. */
export const AgentSnapshot = z.object({
  protocolVersion: z.literal(PROTOCOL_VERSION),
  sequence: z.number().int(),
  agentVersion: z.string(),
  pid: z.number().int(),
  /** Cluster time follows from wall time: `originMs + (wall − wallOriginMs) × rate`. */
  clock: z.object({ originMs: z.number(), wallOriginMs: z.number(), rate: z.number() }),
  connection: Connection,
  mode: Mode,
  control: Control,
  workloads: z.array(WorkloadState),
  proposals: z.array(Proposal),
  faults: z.array(Fault),
  samples: z.record(z.string(), z.array(Sample)),
  /** Newest last. */
  activity: z.array(JournalRow),
  /** The latest errors, newest last; shown by diagnose. */
  errors: z.array(ErrorInfo.extend({ atMs: z.number() })),
});
export type AgentSnapshot = z.infer<typeof AgentSnapshot>;

/** One change to the snapshot. `applyChange` is its meaning. */
export const Change = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('reset'), snapshot: AgentSnapshot }),
  z.object({ kind: z.literal('connection'), connection: Connection }),
  z.object({ kind: z.literal('mode'), mode: Mode }),
  z.object({ kind: z.literal('control'), control: Control }),
  z.object({ kind: z.literal('workload'), workload: WorkloadState }),
  z.object({ kind: z.literal('workload-gone'), id: z.string() }),
  z.object({ kind: z.literal('proposal'), proposal: Proposal }),
  z.object({ kind: z.literal('fault'), fault: Fault }),
  z.object({ kind: z.literal('sample'), sample: Sample }),
  z.object({ kind: z.literal('activity'), row: JournalRow }),
  z.object({ kind: z.literal('error'), error: ErrorInfo.extend({ atMs: z.number() }) }),
]);
export type Change = z.infer<typeof Change>;

export const Delta = z.object({ sequence: z.number().int(), changes: z.array(Change) });
export type Delta = z.infer<typeof Delta>;

/** The state before anything is known. */
export function emptySnapshot(agentVersion: string, pid: number): AgentSnapshot {
  return {
    protocolVersion: PROTOCOL_VERSION,
    sequence: 0,
    agentVersion,
    pid,
    clock: { originMs: 0, wallOriginMs: 0, rate: 1 },
    connection: { kind: 'disconnected' },
    mode: 'observe',
    control: { kind: 'running' },
    workloads: [],
    proposals: [],
    faults: [],
    samples: {},
    activity: [],
    errors: [],
  };
}

/** The snapshot after one change. Neither argument is modified. */
export function applyChange(snapshot: AgentSnapshot, change: Change): AgentSnapshot {
  switch (change.kind) {
    case 'reset':
      return change.snapshot;
    case 'connection':
      return { ...snapshot, connection: change.connection };
    case 'mode':
      return { ...snapshot, mode: change.mode };
    case 'control':
      return { ...snapshot, control: change.control };
    case 'workload':
      return { ...snapshot, workloads: upsert(snapshot.workloads, change.workload) };
    case 'workload-gone':
      return withoutWorkload(snapshot, change.id);
    case 'proposal':
      return { ...snapshot, proposals: upsert(snapshot.proposals, change.proposal).slice(-KEPT_PROPOSALS) };
    case 'fault':
      return { ...snapshot, faults: upsert(snapshot.faults, change.fault).slice(-KEPT_PROPOSALS) };
    case 'sample':
      return { ...snapshot, samples: withSample(snapshot.samples, change.sample) };
    case 'activity':
      return { ...snapshot, activity: [...snapshot.activity, change.row].slice(-KEPT_ROWS) };
    case 'error':
      return { ...snapshot, errors: [...snapshot.errors, change.error].slice(-20) };
  }
}

/** The snapshot after a delta, or null where deltas were missed and a new snapshot has to be asked for. */
export function applyDelta(snapshot: AgentSnapshot, delta: Delta): AgentSnapshot | null {
  if (delta.sequence !== snapshot.sequence + 1) return null;
  return { ...delta.changes.reduce(applyChange, snapshot), sequence: delta.sequence };
}

function withoutWorkload(snapshot: AgentSnapshot, id: string): AgentSnapshot {
  const { [id]: _gone, ...samples } = snapshot.samples;
  return { ...snapshot, samples, workloads: snapshot.workloads.filter((workload) => workload.id !== id) };
}

function upsert<T extends { id: string }>(items: readonly T[], item: T): T[] {
  const index = items.findIndex((existing) => existing.id === item.id);
  if (index < 0) return [...items, item];
  return items.with(index, item);
}

function withSample(samples: AgentSnapshot['samples'], sample: Sample): AgentSnapshot['samples'] {
  const series = samples[sample.workloadId] ?? [];
  return { ...samples, [sample.workloadId]: [...series, sample].slice(-KEPT_SAMPLES) };
}
