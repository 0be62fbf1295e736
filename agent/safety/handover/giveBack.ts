import { reduceHpa, reduceScaledObject } from '../../cluster/model/autoscaler';
import type { Autoscaler } from '../../cluster/snapshot';
import { autoscalerText, CoxswainError, type JournalEvent, toErrorInfo, type Verdict } from '../../protocol';
import type { ReversibleChange } from '../change';
import type { Deadline } from '../deadline';
import { intentOf, resultOf } from '../transaction';
import { type ClusterWriter, isRefusal } from '../writer';
import { autoscalerAddress } from './address';
import { handBackChange } from './changes';
import { isIntact } from './states';

/** An autoscaler to hand back, as it was seen last. */
export interface HandBackTarget {
  workloadId: string;
  namespace: string;
  autoscaler: Autoscaler;
}

export interface GiveBackPorts {
  writer: ClusterWriter;
  newId(): string;
  deadline: Deadline;
  /** Never throws: a journal that cannot be written keeps nothing from being handed back. */
  record(event: JournalEvent): void;
  judge(change: ReversibleChange, autoscaler: Autoscaler): Verdict;
}

/** So often it is looked at anew where somebody has changed it meanwhile. */
const LOOKS = 3;

/**
 * Hands back one autoscaler, without a dry run, which could only keep it from happening. Where the API server refuses,
 * because it is not any more as it was seen, it is read and tried again. Nothing is awaited before the first write.
 *
 * @returns what was done; null where nothing was left to do
 * @throws CoxswainError that says why it is not handed back, and what a person can do
 */
export async function giveBack(target: HandBackTarget, ports: GiveBackPorts): Promise<string | null> {
  let current: Autoscaler | null = target.autoscaler;
  for (let look = 1; current !== null; look += 1) {
    if (current.handover === 'broken') throw unreadable(target);
    const change = handBackChange(current, target.namespace);
    if (change === null) return null;
    try {
      await send(change, current, target, ports);
      return change.description;
    } catch (error) {
      if (!isRefusal(error) || toErrorInfo(error).code === 'permission-denied' || look === LOOKS)
        throw notGiven(target, error);
    }
    current = await read(target, ports);
  }
  return null;
}

async function send(
  change: ReversibleChange,
  autoscaler: Autoscaler,
  { workloadId }: HandBackTarget,
  { writer, newId, deadline, record, judge }: GiveBackPorts,
): Promise<void> {
  const { outcome, reason } = judge(change, autoscaler);
  if (outcome !== 'allow') throw new CoxswainError('guard-denied', reason, 'Do it by hand.');
  const { kind, name, uid } = autoscaler;
  const action = { kind: 'hand-back', autoscaler: { kind, name, uid } } as const;
  const request = { id: newId(), workloadId, proposalId: null, action, change };
  record(intentOf(request));
  try {
    await writer.send(change.write, deadline.shareMs(LOOKS));
  } catch (error) {
    const { message } = toErrorInfo(error);
    record(resultOf(request, isRefusal(error) ? 'not-done' : 'unknown', message));
    throw error;
  }
  record(resultOf(request, 'done', change.description));
}

/** As the API server has it; null where it is gone. */
async function read(target: HandBackTarget, { writer, deadline }: GiveBackPorts): Promise<Autoscaler | null> {
  const { autoscaler, namespace } = target;
  try {
    const object = await writer.read(autoscalerAddress(autoscaler, namespace), deadline.shareMs(2));
    if (object === null) return null;
    const found = (autoscaler.kind === 'hpa' ? reduceHpa(object) : reduceScaledObject(object)).autoscaler;
    return withoutItsNote(found, autoscaler) ?? found;
  } catch (error) {
    throw notGiven(target, error);
  }
}

/** Somebody has taken away the note and nothing else: what it said is known from before. Else null. */
function withoutItsNote(found: Autoscaler, { uid, handover }: Autoscaler): Autoscaler | null {
  if (found.handover !== null || found.uid !== uid) return null;
  const noted = { ...found, handover };
  return isIntact(noted) ? noted : null;
}

function notGiven(target: HandBackTarget, cause: unknown): CoxswainError {
  const { code, message } = toErrorInfo(cause);
  return new CoxswainError(
    code,
    `${textOf(target)} is not handed back: ${message}`,
    `It is tried again. By hand: ${kubectlHint(target)}`,
  );
}

function unreadable(target: HandBackTarget): CoxswainError {
  return new CoxswainError(
    'conflict',
    `${textOf(target)} cannot be handed back: what is noted on it cannot be read.`,
    `Look at it, make it what it should be, and remove the annotation coxswain.dev/handover.`,
  );
}

function textOf({ namespace, autoscaler }: HandBackTarget): string {
  return `${autoscalerText(autoscaler)} in ${namespace}`;
}

/** What a person types to see what it was. */
function kubectlHint({ namespace, autoscaler }: HandBackTarget): string {
  const { plural, name } = autoscalerAddress(autoscaler, namespace);
  return `kubectl get ${plural} -n ${namespace} ${name} -o jsonpath='{.metadata.annotations.coxswain\\.dev/handover}' says under \`original\` what it was; put that back and remove the annotation.`;
}
