import type { KubeObject } from '../../objectStore';
import { parseGoDurationMs } from './durations';
import type { ContainerRecord, ExperimentSpec } from './experiments';

export const PAUSE_ANNOTATION = 'experiment.chaos-mesh.org/pause';
/** With the value `forced` a chaos object that is being deleted goes, whatever became of its faults. */
export const CLEAN_ANNOTATION = 'chaos-mesh.chaos-mesh.org/cleanFinalizer';

export type DesiredPhase = 'Run' | 'Stop';

/** What an experiment should be doing, and from when on it should be something else. */
export interface Desire {
  phase: DesiredPhase;
  /** Why, in the words of Chaos Mesh's events. */
  event: { reason: string; message: string } | null;
  untilMs: number | null;
}

/**
 * As `controllers/common/desiredphase` in Chaos Mesh: deletion stops; what acts once never stops by itself; then the
 * duration, counted from creation, and the pause annotation decide. Throws RangeError for a malformed duration.
 */
export function desire(
  experiment: KubeObject,
  { duration }: ExperimentSpec,
  actsOnce: boolean,
  nowMs: number,
): Desire {
  const { deletionTimestamp, creationTimestamp } = experiment.metadata;
  if (deletionTimestamp !== undefined) return stop('Deleted', 'Experiment has been deleted');
  if (actsOnce) return { phase: 'Run', event: null, untilMs: null };
  const endsAtMs =
    duration === undefined ? null : Date.parse(creationTimestamp) + parseGoDurationMs(duration);
  if (endsAtMs !== null && nowMs >= endsAtMs) return stop('TimeUp', 'Time up according to the duration');
  if (isPaused(experiment)) return { ...stop('Paused', 'Experiment has been paused'), untilMs: endsAtMs };
  return {
    phase: 'Run',
    event: { reason: 'Started', message: 'Experiment has started' },
    untilMs: endsAtMs,
  };
}

/** What has to be done to a target to bring it where the experiment wants it. */
export function operationFor(record: ContainerRecord, desired: DesiredPhase): 'Apply' | 'Recover' | null {
  if (desired === 'Run') return record.phase === 'Injected' ? null : 'Apply';
  return record.phase === 'Injected' ? 'Recover' : null;
}

const KEPT_EVENTS = 10;

/** The record after an operation. */
export function afterOperation(
  record: ContainerRecord,
  operation: 'Apply' | 'Recover',
  failure: string | null,
  timestamp: string,
): ContainerRecord {
  const events = [
    ...record.events,
    failure === null
      ? { type: 'Succeeded' as const, operation, timestamp }
      : { type: 'Failed' as const, operation, message: failure, timestamp },
  ].slice(-KEPT_EVENTS);
  if (failure !== null) return { ...record, events };
  return operation === 'Apply'
    ? { ...record, phase: 'Injected', injectedCount: record.injectedCount + 1, events }
    : { ...record, phase: 'Not Injected', recoveredCount: record.recoveredCount + 1, events };
}

/** The four conditions, from the records and the pause annotation. */
export function experimentConditions(
  experiment: KubeObject,
  records: readonly ContainerRecord[] | undefined,
): { type: string; status: 'True' | 'False' }[] {
  const all = (phase: ContainerRecord['phase']) =>
    records?.every((record) => record.phase === phase) ?? false;
  const holding: [string, boolean][] = [
    ['Selected', records !== undefined],
    ['AllInjected', all('Injected')],
    ['AllRecovered', all('Not Injected')],
    ['Paused', isPaused(experiment)],
  ];
  return holding.map(([type, holds]) => ({ type, status: holds ? 'True' : 'False' }));
}

export function isForcedClean({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[CLEAN_ANNOTATION] === 'forced';
}

export function isPaused({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[PAUSE_ANNOTATION] === 'true';
}

function stop(reason: string, message: string): Desire {
  return { phase: 'Stop', event: { reason, message }, untilMs: null };
}
