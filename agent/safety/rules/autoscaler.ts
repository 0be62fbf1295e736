import type { Autoscaler } from '../../cluster/snapshot';
import { autoscalerText } from '../../protocol';
import type { GuardInput } from '../guardInput';
import { isPaused } from '../handover/states';
import { deny, type Rule } from './rule';

/**
 * The scaler steers by exactly one autoscaler, of which nobody else has taken hold. One that does not work is not taken
 * over: it is what everything falls back to.
 */
export const autoscaler: Rule<GuardInput> = {
  name: 'autoscaler',
  judge(input) {
    const { action, workload, task } = input;
    const takesHold = action.kind === 'advise' || action.kind === 'take-over';
    if (!workload || !(takesHold || (action.kind === 'scale' && task === 'scale'))) return null;
    if (task !== 'scale') return deny('only the scaler takes over from autoscalers');
    const [only, ...others] = workload.autoscalers;
    if (!only) return deny('no autoscaler aims at it to which it could be handed back');
    if (others.length > 0) {
      return deny(
        `more than one autoscaler aims at it: ${workload.autoscalers.map(autoscalerText).join(', ')}`,
      );
    }
    const why = takesHold ? whyNotHeld(only, input) : null;
    return why === null ? null : deny(`${autoscalerText(only)} ${why}`);
  },
};

/** Why it cannot be taken hold of, in words that follow its name; null where it can. */
function whyNotHeld(only: Autoscaler, { action, agentId, handover }: GuardInput): string | null {
  const note = only.handover;
  if (note === 'broken') return 'carries a note that cannot be read: look at it, and remove the annotation';
  if (note !== null) {
    if (note.agent !== agentId || handover === null) return 'was taken over by another process';
    return action.kind === 'advise' && handover.how === 'advise' ? null : 'is handed over already';
  }
  if (isPaused(only)) return 'is paused by somebody';
  const broken = brokenCondition(only);
  return broken ? `does not work: ${broken.message || broken.reason || `${broken.type} is false`}` : null;
}

/** A condition that says it cannot scale; that there is nothing to do is none. */
export function brokenCondition({
  kind,
  conditions,
}: Autoscaler): Autoscaler['conditions'][number] | undefined {
  const needed = kind === 'hpa' ? ['AbleToScale', 'ScalingActive'] : ['Ready'];
  return conditions.find(({ type, status }) => needed.includes(type) && status === 'False');
}
