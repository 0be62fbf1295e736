import type { RequestInput } from '../guardInput';
import { deny, needsApproval, type Rule } from './rule';

/** Nothing happens while paused or stopped. */
export const control: Rule<Pick<RequestInput, 'control'>> = {
  name: 'control',
  judge({ control }) {
    if (control.kind === 'running') return null;
    return deny(control.kind === 'paused' ? `paused by ${control.by}` : `emergency stop by ${control.by}`);
  },
};

/** The only rule that allows: in auto, or with a person's approval. */
export const mode: Rule<Pick<RequestInput, 'mode' | 'approvedBy'>> = {
  name: 'mode',
  judge({ mode, approvedBy }) {
    if (mode === 'observe') return deny('mode observe never writes');
    if (approvedBy !== null) return { outcome: 'allow', reason: `approved by ${approvedBy}` };
    if (mode === 'approve') return needsApproval('mode approve asks before each action');
    return { outcome: 'allow', reason: 'mode auto, and no rule objects' };
  },
};

/** After a crash nothing new is done before it is known what became of the old. */
export const settled: Rule<Pick<RequestInput, 'settled'>> = {
  name: 'settled',
  judge({ settled }) {
    return settled ? null : deny('what an earlier run left unfinished is not settled yet');
  },
};
