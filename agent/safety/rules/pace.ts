import { formatAge } from '../../protocol';
import type { GuardInput } from '../guardInput';
import { effectOf } from '../ledger';
import { deny, type Rule } from './rule';

/** One action per workload in each interval, but for the scaler's, whose pace is its own; and never two at once. */
export const actionInterval: Rule<GuardInput> = {
  name: 'action-interval',
  judge({ nowMs, config, history, task }) {
    if (history.underWay) return deny('an action on this workload is under way');
    if (task === 'scale') return null;
    return tooSoon(nowMs, history.lastActionAtMs, config.guard.actionInterval, 'last action');
  },
};

/** Between two scale-ups, and between any scaling and a scale-down. */
export const cooldown: Rule<GuardInput> = {
  name: 'cooldown',
  judge({ nowMs, config, action, history }) {
    const { scaleUpCooldown, scaleDownCooldown } = config.guard;
    switch (effectOf(action)) {
      case 'scale-up':
        return tooSoon(nowMs, history.lastScaleUpAtMs, scaleUpCooldown, 'last scale-up');
      case 'scale-down':
        return tooSoon(nowMs, history.lastScaleAtMs, scaleDownCooldown, 'last scaling');
      default:
        return null;
    }
  },
};

/**
 * Over all workloads, so that a wrong idea cannot sweep through the cluster. The scaler's steps follow the load, which
 * may rise everywhere at once: `pods-per-minute` limits them workload by workload.
 */
export const rate: Rule<GuardInput> = {
  name: 'rate',
  judge({ config, action, lastMinute, task }) {
    if (task === 'scale') return null;
    const { scaleUpsPerMinute, scaleDownsPerMinute, disruptionsPerMinute } = config.guard;
    switch (effectOf(action)) {
      case 'scale-up':
        return tooMany(lastMinute.scaleUps, scaleUpsPerMinute, 'scale-ups');
      case 'scale-down':
        return tooMany(lastMinute.scaleDowns, scaleDownsPerMinute, 'scale-downs');
      case 'disruption':
        return tooMany(lastMinute.disruptions, disruptionsPerMinute, 'disruptions');
      default:
        return null;
    }
  },
};

/** A person's no holds for as long as the question would have been open. */
export const rejection: Rule<Pick<GuardInput, 'nowMs' | 'config' | 'approvedBy' | 'rejectedAtMs'>> = {
  name: 'rejection',
  judge({ nowMs, config, approvedBy, rejectedAtMs }) {
    if (approvedBy !== null) return null;
    return tooSoon(nowMs, rejectedAtMs, config.guard.proposalExpiry, 'rejected');
  },
};

function tooSoon(nowMs: number, lastMs: number | null, intervalMs: number, what: string) {
  if (lastMs === null || nowMs - lastMs >= intervalMs) return null;
  return deny(`${what} ${formatAge(nowMs - lastMs)} ago, within ${formatAge(intervalMs)}`);
}

function tooMany(done: number, allowed: number, what: string) {
  return done < allowed ? null : deny(`${done} ${what} in the last minute, ${allowed} allowed`);
}
