import type { GuardInput } from '../guardInput';
import { podsOf } from '../ledger';
import { deny, type Rule } from './rule';

/**
 * A canary belongs to its release: what heals or scales it on the way would change what its evidence is gathered of. To
 * give a pod back is always right.
 *
 * While a workload is in trouble or being changed, its load says nothing about how many pods it needs: the scaler takes
 * none away, and does not take over. To add some is always right.
 */
export const arbiter: Rule<GuardInput> = {
  name: 'arbiter',
  judge({ action, task, canaryOf, incidentOpen, faultRunning, workload }) {
    if (canaryOf !== null && action.kind !== 'undrain-pod')
      return deny(`it is the canary of the release of ${canaryOf}, which decides about it`);
    if (task !== 'scale' || !(action.kind === 'take-over' || podsOf(action) < 0)) return null;
    if (incidentOpen) return deny('an incident is open');
    if (faultRunning !== null) return deny(`fault ${faultRunning} runs on it`);
    return workload?.rollingOut ? deny('a rollout is in progress') : null;
  },
};
