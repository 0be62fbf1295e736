import { formatAge } from '../../protocol';
import { admits } from '../breaker';
import type { GuardInput } from '../guardInput';
import { deny, needsApproval, type Rule } from './rule';

/**
 * After several failures or regressions in a row nothing more is tried for a while, approved or not. What takes a
 * harmful action back is not held up.
 */
export const breaker: Rule<GuardInput> = {
  name: 'breaker',
  judge({ nowMs, config, breaker, change }) {
    if (change.reverts !== undefined || admits(breaker, nowMs)) return null;
    if (breaker.kind === 'half-open') return deny('the circuit breaker waits for the outcome of one action');
    const { failures } = config.guard.breaker;
    const left = breaker.kind === 'open' ? formatAge(breaker.untilMs - nowMs) : '';
    return deny(`circuit breaker open after ${failures} failures in a row, ${left} left`);
  },
};

/** An uncertain proposal asks instead of acting. */
export const minConfidence: Rule<GuardInput> = {
  name: 'min-confidence',
  judge({ config, confidence, approvedBy }) {
    const { minConfidence } = config.guard;
    if (approvedBy !== null || confidence >= minConfidence) return null;
    return needsApproval(`confidence ${confidence.toFixed(2)} is below ${minConfidence.toFixed(2)}`);
  },
};
