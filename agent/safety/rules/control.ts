import type { GuardInput, RequestInput } from '../guardInput';
import { deny, needsApproval, type Rule } from './rule';

/** Nothing happens while paused or stopped. */
export const control: Rule<Pick<RequestInput, 'control'>> = {
  name: 'control',
  judge({ control }) {
    if (control.kind === 'running') return null;
    return deny(control.kind === 'paused' ? `paused by ${control.by}` : `emergency stop by ${control.by}`);
  },
};

type ModeInput = Pick<RequestInput, 'mode' | 'approvedBy'> &
  Partial<Pick<GuardInput, 'task' | 'action' | 'handover'>>;

/** What allows an action: mode auto, a person's approval, or that a person has approved the take-over it is under. */
export const mode: Rule<ModeInput> = {
  name: 'mode',
  judge(input) {
    const { mode, approvedBy } = input;
    if (mode === 'observe') return deny('mode observe never writes');
    if (approvedBy !== null) return { outcome: 'allow', reason: `approved by ${approvedBy}` };
    const agreedBy = agreedWithTakeOver(input);
    if (agreedBy !== null)
      return { outcome: 'allow', reason: `under the take-over that ${agreedBy} approved` };
    if (mode === 'approve') return needsApproval('mode approve asks before each action');
    return { outcome: 'allow', reason: 'mode auto, and no rule objects' };
  },
};

/** The person who let the scaler take over, and so also its steps until it hands back; null without one. */
function agreedWithTakeOver({ task, action, handover }: ModeInput): string | null {
  if (task !== 'scale' || !action || !handover) return null;
  const isStep =
    (action.kind === 'scale' && handover.how === 'own') ||
    (action.kind === 'advise' && handover.how === 'advise');
  return isStep ? handover.approvedBy : null;
}

/** After a crash nothing new is done before it is known what became of the old. */
export const settled: Rule<Pick<RequestInput, 'settled'>> = {
  name: 'settled',
  judge({ settled }) {
    return settled ? null : deny('what an earlier run left unfinished is not settled yet');
  },
};
