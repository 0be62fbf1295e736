import type { AgentSnapshot, Change, Delta } from './snapshot';
import { PROTOCOL_VERSION } from './version';
import type { Sample } from './workload';

/** How many journal rows, samples per workload and finished proposals a snapshot carries. */
export const KEPT_ROWS = 200;
export const KEPT_SAMPLES = 600;
export const KEPT_PROPOSALS = 50;

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
