import { HANDOVER, readHandoverNote } from '../../cluster/model/handoverNote';
import type { Autoscaler } from '../../cluster/snapshot';
import { autoscalerText } from '../../protocol';
import type { ReversibleChange, Write } from '../change';
import type { ActingAction, GuardInput } from '../guardInput';
import { adviseChange, handBackChange, takeOverChange } from '../handover/changes';
import { isSame } from '../handover/json';
import type { HandoverStamp } from '../handover/states';

type HandoverAction = Extract<ActingAction, { kind: 'advise' | 'take-over' | 'hand-back' }>;
type Judged = Pick<GuardInput, 'change' | 'ref' | 'workload' | 'approvedBy' | 'agentId' | 'config' | 'nowMs'>;

/** Why a write is not what the action means for the autoscaler as it is now, made anew from that; null where it is. */
export function handoverMismatch(action: HandoverAction, input: Judged): string | null {
  const { change, ref, workload } = input;
  const autoscaler = workload?.autoscalers.find((candidate) =>
    isSameAutoscaler(candidate, action.autoscaler),
  );
  if (!autoscaler) return `${autoscalerText(action.autoscaler)} does not scale ${ref.name}`;
  if (action.kind === 'hand-back') return handBackMismatch(autoscaler, change, ref.namespace);
  const stamp = stampOf(change.write) ?? NO_STAMP;
  if (autoscaler.handover === null) {
    const by = input.approvedBy ?? 'auto';
    if (stamp.by !== by || stamp.agent !== input.agentId || stamp.atMs > input.nowMs) {
      return 'the note of the write is not signed by who does it';
    }
  }
  return differsFrom(expected(action, autoscaler, stamp, input), change);
}

/** The same for a hand-back, of which nobody needs to know more than the autoscaler. */
export function handBackMismatch(
  autoscaler: Autoscaler,
  change: ReversibleChange,
  namespace: string,
): string | null {
  const meant = handBackChange(autoscaler, namespace);
  return meant === null
    ? `nothing that can be read is noted on ${autoscalerText(autoscaler)}`
    : differsFrom(meant, change);
}

function expected(
  action: Exclude<HandoverAction, { kind: 'hand-back' }>,
  autoscaler: Autoscaler,
  stamp: HandoverStamp,
  { ref, config }: Judged,
): ReversibleChange {
  return action.kind === 'advise'
    ? adviseChange(autoscaler, ref.namespace, action.minReplicas.to, stamp)
    : takeOverChange(autoscaler, ref.namespace, {
        ...stamp,
        netUtilisation: config.scale.netUtilisation,
      });
}

function differsFrom(meant: ReversibleChange, { write, inverse }: ReversibleChange): string | null {
  if (!isSame(meant.write, write))
    return 'the write is not what the action means for the autoscaler as it is now';
  return isSame(meant.inverse, inverse) ? null : 'the inverse does not take back what the write does';
}

const NO_STAMP: HandoverStamp = { by: '', atMs: 0, agent: '' };

/** Who has signed the note that a write leaves. */
function stampOf(write: Write): HandoverStamp | null {
  if (write.verb !== 'json-patch') return null;
  const texts = write.operations.flatMap(({ op, path, value }) => {
    if (op !== 'add' && op !== 'replace') return [];
    const map = path === '/metadata/annotations' && isRecord(value) ? value[HANDOVER] : undefined;
    const text = path.endsWith(HANDOVER.replace('/', '~1')) ? value : map;
    return typeof text === 'string' ? [text] : [];
  });
  const note = readHandoverNote({ [HANDOVER]: texts[0] ?? '' });
  return note === null || note === 'broken' ? null : note;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSameAutoscaler(a: Autoscaler, { kind, name, uid }: HandoverAction['autoscaler']): boolean {
  return a.kind === kind && a.name === name && a.uid === uid;
}
