import type { Pod, Workload } from '../../cluster/snapshot';
import type { GuardInput } from '../guardInput';
import { deny, type Rule } from './rule';

/**
 * A new template is being rolled out: its Deployment already replaces pods. To give a pod back is always right. What
 * the scaler may do meanwhile the rule `arbiter` says.
 */
export const rollout: Rule<GuardInput> = {
  name: 'rollout',
  judge({ action, workload, task }) {
    if (!workload?.rollingOut || action.kind === 'undrain-pod' || task === 'scale') return null;
    return deny('a rollout is in progress');
  },
};

/** The last pod that serves is neither restarted nor drained, however bad it looks. A pod that does not serve may be. */
export const lastReadyPod: Rule<GuardInput> = {
  name: 'last-ready-pod',
  judge(input) {
    const pod = disruptedPod(input);
    if (!pod || !input.workload || !serves(pod, input.workload)) return null;
    const serving = input.workload.pods.filter(
      (candidate) => input.workload && serves(candidate, input.workload),
    );
    return serving.length > 1 ? null : deny(`${pod.name} is the only pod that serves`);
  },
};

/**
 * A pod that counts towards a disruption budget is left alone while the budget is used up. For one that is not
 * ready the eviction API decides, by the budget's own policy for unhealthy pods.
 */
export const disruptionBudget: Rule<GuardInput> = {
  name: 'disruption-budget',
  judge(input) {
    if (!disruptedPod(input)?.ready) return null;
    const usedUp = input.workload?.disruptionBudgets.find((budget) => budget.disruptionsAllowed < 1);
    return usedUp ? deny(`disruption budget ${usedUp.name} allows no disruption now`) : null;
  },
};

function disruptedPod({ action, workload }: GuardInput): Pod | undefined {
  if (action.kind !== 'restart-pod' && action.kind !== 'drain-pod') return undefined;
  return workload?.pods.find((pod) => pod.uid === action.podUid);
}

/** Ready, staying, and in a Service where the workload has one. */
function serves(pod: Pod, workload: Workload): boolean {
  if (!pod.ready || pod.drained || pod.deletingSinceMs !== null) return false;
  const { services } = workload;
  return services.length === 0 || services.some((service) => selects(service.selector, pod.labels));
}

function selects(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}
