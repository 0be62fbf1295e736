import type { HandBackInput } from '../guardInput';
import { handBackMismatch } from './handoverWrite';
import { deny, type Rule } from './rule';

/** To give back is allowed in every mode and state: while paused or stopped, on stale data, and with an open breaker. */
export const handBack: Rule<HandBackInput> = {
  name: 'hand-back',
  judge: () => ({ outcome: 'allow', reason: 'what was taken over may always be given back' }),
};

/** The write gives back what is noted on the autoscaler, and nothing else. */
export const handBackWrite: Rule<HandBackInput> = {
  name: 'write-matches-action',
  judge({ autoscaler, change, namespace }) {
    if (!autoscaler) return deny('the autoscaler is gone');
    const why = handBackMismatch(autoscaler, change, namespace);
    return why === null ? null : deny(why);
  },
};
