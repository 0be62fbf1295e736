import { autoscalerText } from '../../protocol';
import type { GuardInput } from '../guardInput';
import { scaleBounds } from '../handover/bounds';
import { podsOf } from '../ledger';
import { deny, type Rule } from './rule';

/** The scaler stays within what its settings and the autoscaler both allow. */
export const scaleLimits: Rule<GuardInput> = {
  name: 'scale-bounds',
  judge({ action, config, ref, task, workload }) {
    const [only] = workload?.autoscalers ?? [];
    if (task !== 'scale' || !only) return null;
    const { min, max } = scaleBounds(config, ref, only);
    if (min > max) {
      return deny(
        `no number of replicas is within the settings and ${autoscalerText(only)}: at least ${min}, at most ${max}`,
      );
    }
    const wanted =
      action.kind === 'scale' ? action.to : action.kind === 'advise' ? action.minReplicas.to : null;
    if (wanted === null || (wanted >= min && wanted <= max)) return null;
    return deny(
      `${wanted} replicas are not within ${min}…${max}, which the settings and ${autoscalerText(only)} allow`,
    );
  },
};

/** So many pods may come and go in a minute, whatever the number of steps. */
export const podsPerMinute: Rule<GuardInput> = {
  name: 'pods-per-minute',
  judge({ action, config, task, podsLastMinute }) {
    if (task !== 'scale') return null;
    const pods = podsOf(action);
    return pods > 0
      ? tooMany(podsLastMinute.added + pods, config.scale.podsUpPerMinute, 'added')
      : tooMany(podsLastMinute.removed - pods, config.scale.podsDownPerMinute, 'taken away');
  },
};

function tooMany(pods: number, allowed: number, what: string) {
  return pods <= allowed ? null : deny(`${pods} pods would be ${what} within a minute, ${allowed} allowed`);
}
