import type { HpaRules } from './hpaSpec';

/** One entry of `status.conditions`, without its time. */
export interface HpaCondition {
  type: 'AbleToScale' | 'ScalingActive' | 'ScalingLimited';
  status: 'True' | 'False';
  reason: string;
  message: string;
}

/** An Event about the HPA. */
export interface HpaEvent {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
}

/*
 * Reasons and messages are the names by which people and tools know the states of an HPA:
 * https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale-walkthrough/#appendix-horizontal-pod-autoscaler-status-conditions
 */

const able = (isAble: boolean, reason: string, message: string): HpaCondition => ({
  type: 'AbleToScale',
  status: isAble ? 'True' : 'False',
  reason,
  message,
});

const active = (isActive: boolean, reason: string, message: string): HpaCondition => ({
  type: 'ScalingActive',
  status: isActive ? 'True' : 'False',
  reason,
  message,
});

export const warning = (reason: string, message: string): HpaEvent => ({ type: 'Warning', reason, message });

/** The scale of the target cannot be read. */
export function scaleUnknown(error: string): { condition: HpaCondition; event: HpaEvent } {
  const message = `the HPA controller was unable to get the target's current scale: ${error}`;
  return { condition: able(false, 'FailedGetScale', message), event: warning('FailedGetScale', error) };
}

export const scaleKnown: HpaCondition = able(
  true,
  'SucceededGetScale',
  "the HPA controller was able to get the target's current scale",
);

/** @param hpas all that select the pods, as `namespace/name` */
export function ambiguousSelector(
  selector: string,
  hpas: readonly string[],
): { condition: HpaCondition; events: HpaEvent[] } {
  const message = `pods by selector ${selector} are controlled by multiple HPAs: [${hpas.join(' ')}]`;
  return {
    condition: active(false, 'AmbiguousSelector', message),
    events: [warning('AmbiguousSelector', message), warning('FailedComputeMetricsReplicas', message)],
  };
}

export const scalingDisabled: HpaCondition = active(
  false,
  'ScalingDisabled',
  'scaling is disabled since the replica count of the target is zero',
);

export const metricFound = (metric: string): HpaCondition =>
  active(
    true,
    'ValidMetricFound',
    `the HPA was able to successfully calculate a replica count from ${metric}`,
  );

export const metricUnusable = (reason: string, error: string): HpaCondition =>
  active(false, reason, `the HPA was unable to compute the replica count: ${error}`);

/** What the windows made of a recommendation. */
export function stabilised(current: number, recommended: number, stable: number): HpaCondition {
  if (stable === recommended) return able(true, 'ReadyForNewScale', 'recommended size matches current size');
  return recommended >= current
    ? able(
        true,
        'ScaleUpStabilized',
        'recent recommendations were lower than current one, applying the lowest recent recommendation',
      )
    : able(
        true,
        'ScaleDownStabilized',
        'recent recommendations were higher than current one, applying the highest recent recommendation',
      );
}

/** What policies and bounds made of what the windows let through. */
export function limited(rules: HpaRules, current: number, stable: number, desired: number): HpaCondition {
  const [reason, message] = limitOf(rules, current, stable, desired);
  return { type: 'ScalingLimited', status: stable === desired ? 'False' : 'True', reason, message };
}

function limitOf(
  { minReplicas, maxReplicas }: HpaRules,
  current: number,
  stable: number,
  desired: number,
): readonly [reason: string, message: string] {
  if (stable === desired) return ['DesiredWithinRange', 'the desired count is within the acceptable range'];
  if (stable > current) {
    return desired === maxReplicas
      ? ['TooManyReplicas', 'the desired replica count is more than the maximum replica count']
      : ['ScaleUpLimit', 'the desired replica count is increasing faster than the maximum scale rate'];
  }
  return desired === minReplicas
    ? ['TooFewReplicas', 'the desired replica count is less than the minimum replica count']
    : ['ScaleDownLimit', 'the desired replica count is decreasing faster than the maximum scale rate'];
}

export function rescaled(desired: number, why: string): { condition: HpaCondition; event: HpaEvent } {
  const message = `New size: ${desired}; reason: ${why}`;
  return {
    condition: able(
      true,
      'SucceededRescale',
      `the HPA controller was able to update the target scale to ${desired}`,
    ),
    event: { type: 'Normal', reason: 'SuccessfulRescale', message },
  };
}

export function rescaleFailed(
  desired: number,
  why: string,
  error: string,
): { condition: HpaCondition; event: HpaEvent } {
  return {
    condition: able(
      false,
      'FailedUpdateScale',
      `the HPA controller was unable to update the target scale: ${error}`,
    ),
    event: warning('FailedRescale', `New size: ${desired}; reason: ${why}; error: ${error}`),
  };
}
