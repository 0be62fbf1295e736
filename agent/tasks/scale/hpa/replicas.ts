import type { PodAggregate } from './podAggregate';

/*
 * How many pods one metric asks for. Sums and counts only: nothing here allocates.
 * https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#algorithm-details
 */

/** The part of `HpaRules` that is needed here. */
export interface Tolerances {
  scaleUp: { readonly tolerance: number };
  scaleDown: { readonly tolerance: number };
}

/** What a share of a request that ought to be whole may be short of it for a rounding error. */
const ROUNDING = 1e-9;

/**
 * For a target in percent of the requests. Pods without a metric are taken to use all of their request (or the target,
 * where that is more) before scaling down and nothing before scaling up; pods that are not ready yet use nothing before
 * scaling up. Where that turns the direction, or no pod has a metric, nothing changes.
 */
export function replicasForUtilisation(
  pods: PodAggregate,
  targetPercent: number,
  current: number,
  tolerances: Tolerances,
): number {
  const ratio = utilisationPercent(pods.usageMilli, pods.requestMilli) / targetPercent;
  if (pods.ready === 0 || !isUsable(ratio)) return current;
  const isUpWithUnready = pods.unready > 0 && ratio > 1;
  if (!isUpWithUnready && pods.missing === 0) return scaled(ratio, pods.ready, current, tolerances);

  let { usageMilli, requestMilli, ready: count } = pods;
  if (ratio !== 1) {
    if (ratio < 1) usageMilli += (pods.missingRequestMilli * Math.max(100, targetPercent)) / 100;
    requestMilli += pods.missingRequestMilli;
    count += pods.missing;
  }
  if (isUpWithUnready) {
    requestMilli += pods.unreadyRequestMilli;
    count += pods.unready;
  }
  const cautious = utilisationPercent(usageMilli, requestMilli) / targetPercent;
  return cautiouslyScaled(ratio, cautious, count, current, tolerances);
}

/** As `replicasForUtilisation`, for a target that is an amount per pod: a missing one uses the target or nothing. */
export function replicasForAverage(
  pods: PodAggregate,
  targetMilli: number,
  current: number,
  tolerances: Tolerances,
): number {
  const ratio = averageMilli(pods.usageMilli, pods.ready) / targetMilli;
  if (pods.ready === 0 || !isUsable(ratio)) return current;
  const isUpWithUnready = pods.unready > 0 && ratio > 1;
  if (!isUpWithUnready && pods.missing === 0) return scaled(ratio, pods.ready, current, tolerances);

  const assumedMilli = ratio < 1 ? pods.missing * targetMilli : 0;
  const count = pods.ready + pods.missing + (isUpWithUnready ? pods.unready : 0);
  const cautious = averageMilli(pods.usageMilli + assumedMilli, count) / targetMilli;
  return cautiouslyScaled(ratio, cautious, count, current, tolerances);
}

/** For an Object or External metric whose target is a value: by the pods that are ready, or from 0 by the ratio alone. */
export function replicasForValue(
  valueMilli: number,
  targetMilli: number,
  readyPods: number,
  current: number,
  tolerances: Tolerances,
): number {
  const ratio = valueMilli / targetMilli;
  if (!isUsable(ratio)) return current;
  return current === 0 ? ceil(ratio) : scaled(ratio, readyPods, current, tolerances);
}

/** For an Object or External metric whose target is an amount per pod. */
export function replicasForShare(
  valueMilli: number,
  targetMilli: number,
  statusReplicas: number,
  tolerances: Tolerances,
): number {
  if (!isUsable(valueMilli)) return statusReplicas;
  const ratio = valueMilli / (targetMilli * statusReplicas);
  return isWithin(ratio, tolerances) ? statusReplicas : ceil(valueMilli / targetMilli);
}

/** Whole percent, rounded down, as Kubernetes reckons and shows it. */
export function utilisationPercent(usageMilli: number, requestMilli: number): number {
  return Math.floor((usageMilli * 100) / requestMilli + ROUNDING);
}

/** Whole thousandths, rounded down. */
export function averageMilli(sumMilli: number, count: number): number {
  return Math.floor(sumMilli / count + ROUNDING);
}

/** Upwards, but not for a rounding error. Of what is not negative. */
export function ceil(pods: number): number {
  return Math.max(0, Math.ceil(pods - ROUNDING));
}

function scaled(ratio: number, count: number, current: number, tolerances: Tolerances): number {
  return isWithin(ratio, tolerances) ? current : ceil(ratio * count);
}

function cautiouslyScaled(
  ratio: number,
  cautious: number,
  count: number,
  current: number,
  tolerances: Tolerances,
): number {
  const turns = (ratio < 1 && cautious > 1) || (ratio > 1 && cautious < 1);
  if (turns || isWithin(cautious, tolerances)) return current;
  const wanted = ceil(cautious * count);
  const goesTheOtherWay = (cautious < 1 && wanted > current) || (cautious > 1 && wanted < current);
  return goesTheOtherWay ? current : wanted;
}

function isWithin(ratio: number, { scaleUp, scaleDown }: Tolerances): boolean {
  return ratio >= 1 - scaleDown.tolerance - ROUNDING && ratio <= 1 + scaleUp.tolerance + ROUNDING;
}

/** Neither of a division by nothing nor of a metric that is none. */
function isUsable(ratio: number): boolean {
  return Number.isFinite(ratio) && ratio >= 0;
}
