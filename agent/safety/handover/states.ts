import { HANDOVER, HandoverNoteText } from '../../cluster/model/handoverNote';
import type { Autoscaler, HandoverNote } from '../../cluster/snapshot';
import { isSame } from './json';
import { resumed, suspended } from './suspension';

/** Set to `true` it keeps KEDA from scaling, https://keda.sh/docs/latest/concepts/scaling-deployments/#pausing-autoscaling */
export const KEDA_PAUSED = 'autoscaling.keda.sh/paused';

/** What KEDA knows besides for the same end. */
const KEDA_PAUSED_AT = 'autoscaling.keda.sh/paused-replicas';

/** What a hand-back answers where there was nothing to give back. */
export const NOTHING_TAKEN_OVER = 'nothing was taken over';

/** Who hands over, to which process. */
export interface HandoverStamp {
  /** The person who agreed, or `auto`. */
  by: string;
  /** Cluster time. */
  atMs: number;
  agent: string;
}

/** A ScaledObject that somebody has paused. */
export function isPaused({ kind, annotations }: Pick<Autoscaler, 'kind' | 'annotations'>): boolean {
  if (kind !== 'keda') return false;
  return annotations[KEDA_PAUSED_AT] !== undefined || isTrue(annotations[KEDA_PAUSED]);
}

/** @param netUtilisation 0…1 of the request, from which an HPA goes on scaling up by itself */
export function takenOver(
  autoscaler: Autoscaler,
  { netUtilisation, ...stamp }: HandoverStamp & { netUtilisation: number },
): Autoscaler {
  if (autoscaler.kind === 'keda') {
    const note = noteOf(autoscaler, 'own', stamp, { minReplicas: null, cpuPercent: null });
    return noted(autoscaler, note, { [KEDA_PAUSED]: 'true' });
  }
  const cpuPercent = Math.round(netUtilisation * 100);
  const note = noteOf(autoscaler, 'own', stamp, { minReplicas: null, cpuPercent });
  return { ...noted(autoscaler, note), ...suspended(autoscaler, cpuPercent) };
}

/** Advised before, it keeps what was noted then. */
export function advised(autoscaler: Autoscaler, minReplicas: number, stamp: HandoverStamp): Autoscaler {
  const before = autoscaler.handover;
  const set = { minReplicas, cpuPercent: null };
  const note =
    before === null || before === 'broken'
      ? noteOf(autoscaler, 'advise', stamp, set)
      : { ...withoutText(before), set };
  return { ...noted(autoscaler, note), minReplicas };
}

/** As it was, but for what somebody has changed since; null where nothing is noted on it that could be read. */
export function handedBack(autoscaler: Autoscaler): Autoscaler | null {
  const { handover: note, annotations } = autoscaler;
  if (note === null || note === 'broken') return null;
  const { [HANDOVER]: _, ...others } = annotations;
  const restored = { ...autoscaler, annotations: others, handover: null };
  if (note.how === 'advise') return { ...restored, minReplicas: resumedMinimum(autoscaler, note) };
  if (autoscaler.kind === 'keda') return { ...restored, annotations: unpaused(others, note) };
  return { ...restored, ...resumed(autoscaler, note.original, note.set?.cpuPercent ?? null) };
}

/** Whether nobody has changed since what was set: then a hand-back makes it just what it was. */
export function isIntact(autoscaler: Autoscaler): boolean {
  const { handover: note } = autoscaler;
  if (note === null || note === 'broken') return false;
  if (note.how === 'advise') return note.set === undefined || autoscaler.minReplicas === note.set.minReplicas;
  if (autoscaler.kind === 'keda') return isPaused(autoscaler);
  const ours = suspended(note.original, note.set?.cpuPercent ?? 0);
  return isSame(autoscaler.metrics, ours.metrics) && isSame(autoscaler.behavior, ours.behavior);
}

function resumedMinimum({ minReplicas, maxReplicas }: Autoscaler, note: HandoverNote): number {
  const { original, set } = note;
  if (original.minReplicas === null || (set && set.minReplicas !== minReplicas)) return minReplicas;
  // Somebody may have lowered the maximum since: what the API server refuses would never be handed back.
  return Math.min(original.minReplicas, maxReplicas);
}

function unpaused(
  { [KEDA_PAUSED]: now, ...others }: Readonly<Record<string, string>>,
  { original }: HandoverNote,
): Record<string, string> {
  const was = original.annotations[KEDA_PAUSED];
  const wanted = isTrue(now) ? was : now;
  return wanted === undefined ? others : { ...others, [KEDA_PAUSED]: wanted };
}

function noteOf(
  { kind, minReplicas, metrics, behavior, annotations }: Autoscaler,
  how: HandoverNote['how'],
  { by, atMs, agent }: HandoverStamp,
  set: HandoverNoteText['set'],
): HandoverNoteText {
  const paused = annotations[KEDA_PAUSED];
  return HandoverNoteText.parse({
    how,
    by,
    atMs,
    agent,
    set,
    original: {
      minReplicas,
      // The triggers of a ScaledObject are never touched.
      metrics: kind === 'hpa' ? (metrics ?? null) : null,
      behavior: behavior ?? null,
      annotations: kind === 'keda' && paused !== undefined ? { [KEDA_PAUSED]: paused } : {},
    },
  });
}

function noted(
  autoscaler: Autoscaler,
  note: HandoverNoteText,
  annotations: Readonly<Record<string, string>> = {},
): Autoscaler {
  const text = JSON.stringify(note);
  return {
    ...autoscaler,
    annotations: { ...autoscaler.annotations, ...annotations, [HANDOVER]: text },
    annotated: true,
    handover: { ...note, text },
  };
}

function withoutText({ text: _, ...note }: HandoverNote): HandoverNoteText {
  return HandoverNoteText.parse(note);
}

/** As KEDA reads it: what is no truth value pauses. */
function isTrue(value: string | undefined): boolean {
  return value !== undefined && !['0', 'f', 'F', 'false', 'False', 'FALSE'].includes(value);
}
