import { rfc3339 } from '../../store/timestamp';
import type { RolloutCondition } from './rolloutStatus';

export interface Finding {
  type: string;
  status: RolloutCondition['status'];
  reason: string;
  message: string;
}

/** The list with a condition; one that says the same by status and reason is left as it is, whatever its message. */
export function withCondition(
  conditions: readonly RolloutCondition[],
  finding: Finding,
  nowMs: number,
): readonly RolloutCondition[] {
  const before = conditions.find(({ type }) => type === finding.type);
  if (before?.status === finding.status && before.reason === finding.reason) return conditions;
  const now = rfc3339(nowMs);
  const lastTransitionTime = before?.status === finding.status ? before.lastTransitionTime : now;
  return [...without(conditions, finding.type), { ...finding, lastUpdateTime: now, lastTransitionTime }];
}

export function without(conditions: readonly RolloutCondition[], type: string): readonly RolloutCondition[] {
  return conditions.filter((condition) => condition.type !== type);
}

/** What the conditions of a Rollout say; the texts are Argo's, which tools compare. */
export const FINDINGS = {
  available: (yes: boolean): Finding => ({
    type: 'Available',
    status: yes ? 'True' : 'False',
    reason: 'AvailableReason',
    message: yes ? 'Rollout has minimum availability' : 'Rollout does not have minimum availability',
  }),
  healthy: (yes: boolean): Finding => ({
    type: 'Healthy',
    status: yes ? 'True' : 'False',
    reason: 'RolloutHealthy',
    message: yes ? 'Rollout is healthy' : 'Rollout is not healthy',
  }),
  completed: (yes: boolean): Finding => ({
    type: 'Completed',
    status: yes ? 'True' : 'False',
    reason: 'RolloutCompleted',
    message: 'RolloutCompleted',
  }),
  paused: (yes: boolean): Finding => ({
    type: 'Paused',
    status: yes ? 'True' : 'False',
    reason: 'RolloutPaused',
    message: 'Rollout is paused',
  }),
  invalid: (message: string): Finding => ({
    type: 'InvalidSpec',
    status: 'True',
    reason: 'InvalidSpec',
    message,
  }),
  progressing: (status: RolloutCondition['status'], reason: string, message: string): Finding => ({
    type: 'Progressing',
    status,
    reason,
    message,
  }),
} as const;
