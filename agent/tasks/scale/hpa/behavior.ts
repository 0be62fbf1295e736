import type { HpaRules, ScalingRules } from './hpaSpec';
import type { HpaState } from './hpaState';

/*
 * How much of what the metrics ask for is done now: stabilisation windows, then policies and bounds.
 * https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#configurable-scaling-behavior
 * Nothing here allocates.
 */

/** Both: records what is recommended, and returns what is to be done of it. `noteRescale` is the caller's. */
export function heedBehavior(
  rules: HpaRules,
  state: HpaState,
  nowSeconds: number,
  current: number,
  recommended: number,
): number {
  const stable = stabilise(rules, state, nowSeconds, current, recommended);
  return limit(rules, state, nowSeconds, current, stable);
}

/**
 * Up only to the lowest, down only to the highest recommendation of the window of that direction, this one included.
 * Records this one.
 */
export function stabilise(
  { scaleUp, scaleDown }: HpaRules,
  { recommendations }: HpaState,
  nowSeconds: number,
  current: number,
  recommended: number,
): number {
  const lowest = recommendations.least(nowSeconds - scaleUp.stabilizationWindowSeconds, recommended);
  const highest = recommendations.greatest(nowSeconds - scaleDown.stabilizationWindowSeconds, recommended);
  recommendations.add(nowSeconds, recommended);
  return Math.min(Math.max(current, lowest), highest);
}

/** `wanted` within what policies and bounds allow from `current` on. */
export function limit(
  rules: HpaRules,
  state: HpaState,
  nowSeconds: number,
  current: number,
  wanted: number,
): number {
  if (wanted > current) {
    return Math.min(wanted, rules.maxReplicas, mostByPolicies(rules.scaleUp, state, nowSeconds, current));
  }
  if (wanted < current) {
    return Math.max(wanted, rules.minReplicas, leastByPolicies(rules.scaleDown, state, nowSeconds, current));
  }
  return wanted;
}

/** How far the policies let it go up; never below `current`. */
export function mostByPolicies(
  { selectPolicy, policies }: ScalingRules,
  state: HpaState,
  nowSeconds: number,
  current: number,
): number {
  if (selectPolicy === 'Disabled') return current;
  let most = selectPolicy === 'Min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  for (let index = 0; index < policies.length; index++) {
    const { type, value, periodSeconds } = policies[index] as ScalingRules['policies'][number];
    const before = replicasBefore(state, nowSeconds - periodSeconds, current);
    const allowed = type === 'Pods' ? before + value : Math.ceil((before * (100 + value)) / 100);
    most = selectPolicy === 'Min' ? Math.min(most, allowed) : Math.max(most, allowed);
  }
  return Math.max(most, current);
}

/** How far the policies let it go down; never above `current`. */
export function leastByPolicies(
  { selectPolicy, policies }: ScalingRules,
  state: HpaState,
  nowSeconds: number,
  current: number,
): number {
  if (selectPolicy === 'Disabled') return current;
  let least = selectPolicy === 'Min' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  for (let index = 0; index < policies.length; index++) {
    const { type, value, periodSeconds } = policies[index] as ScalingRules['policies'][number];
    const before = replicasBefore(state, nowSeconds - periodSeconds, current);
    const allowed = type === 'Pods' ? before - value : Math.floor((before * (100 - value)) / 100);
    least = selectPolicy === 'Min' ? Math.max(least, allowed) : Math.min(least, allowed);
  }
  return Math.min(least, current);
}

/** As many as there were at the beginning of a period, as far as the HPA itself has changed them since. */
function replicasBefore({ scaleUps, scaleDowns }: HpaState, sinceSeconds: number, current: number): number {
  return current - scaleUps.sum(sinceSeconds) + scaleDowns.sum(sinceSeconds);
}
