import { abortDelay, maxWeight, type RolloutSpec, surgeLimits } from './rolloutSpec';
import type { RolloutStatus, Weights } from './rolloutStatus';
import { canaryScale, stepWeight } from './steps';
import { total, type Version } from './version';

/** What the counts are worked out from. `latest` is what is wanted, `stable` what serves. */
export interface Fleet {
  spec: RolloutSpec;
  status: RolloutStatus;
  latest: Version | undefined;
  stable: Version | undefined;
  others: readonly Version[];
}

export interface Counts {
  latest: number;
  stable: number;
}

/**
 * The pods that both versions are to have now.
 * Source: https://github.com/argoproj/argo-rollouts/blob/master/utils/replicaset/canary.go
 */
export function wantedCounts(fleet: Fleet, weights: Weights | null | undefined): Counts {
  return fleet.spec.strategy.canary?.trafficRouting ? routedCounts(fleet, weights) : basicCounts(fleet);
}

/** Whether both have the pods that they are to have: what a step of weight or scale waits for. */
export function hasWantedCounts(fleet: Fleet, weights: Weights | null | undefined): boolean {
  const { latest, stable, others, spec } = fleet;
  const wanted = wantedCounts(fleet, weights);
  if (!latest || latest.wanted !== wanted.latest || latest.available !== wanted.latest) return false;
  const routed = spec.strategy.canary?.trafficRouting !== undefined;
  const stableIsDone =
    stable !== undefined && stable.wanted === wanted.stable && stable.created === wanted.stable;
  if (!(routed && spec.strategy.canary?.dynamicStableScale) && !stableIsDone) return false;
  // Without a router any pod that is left serves.
  return routed || total(others, 'available') === 0;
}

/** The scale of the canary by its steps: pods, or percent of all. */
function wantedScale({ spec, status, latest, stable }: Fleet): { replicas: number } | { weight: number } {
  const { promoteFull, stableRS, currentPodHash } = status;
  if (promoteFull || stableRS === '' || currentPodHash === stableRS) return { weight: maxWeight(spec) };
  const scale = canaryScale(spec, status);
  if (scale?.replicas !== undefined) return { replicas: scale.replicas };
  if (scale?.weight !== undefined) return { weight: scale.weight };
  return { weight: wantedWeight({ spec, status, latest, stable }) };
}

/**
 * The weight that is wanted of the canary. With dynamicStableScale an aborted canary goes down by its own steps, as
 * fast as stable pods come up.
 */
export function wantedWeight({ spec, status, latest, stable }: Omit<Fleet, 'others'>): number {
  const { canary } = spec.strategy;
  if (!status.abort || !canary?.dynamicStableScale || !latest || !stable) return stepWeight(spec, status);
  const missing = spec.replicas - stable.available;
  const { ms, isExplicit } = abortDelay(spec);
  // A canary that is kept up until its deadline must not hold the weight up.
  const serving = isExplicit && ms !== null ? missing : Math.max(missing, latest.available);
  const lower = canary.steps.findLast(
    ({ setWeight }) =>
      setWeight !== undefined && replicasAt(spec.replicas, setWeight, maxWeight(spec)) < serving,
  );
  return lower?.setWeight ?? 0;
}

function replicasAt(replicas: number, weight: number, most: number): number {
  return Math.ceil((weight * replicas) / most);
}

function routedCounts(fleet: Fleet, weights: Weights | null | undefined): Counts {
  const { spec, status } = fleet;
  const { replicas, strategy } = spec;
  const most = maxWeight(spec);
  const scale = wantedScale(fleet);
  const weight = 'weight' in scale ? scale.weight : 0;
  const canary = 'replicas' in scale ? scale.replicas : atLeast(spec, replicasAt(replicas, weight, most));
  if (!strategy.canary?.dynamicStableScale) return { latest: canary, stable: replicas };
  // The stable version keeps pods for what it serves, and gets them for what it will serve.
  const wantedStable = replicasAt(replicas, most - weight, most);
  if (!weights) return { latest: atLeast(spec, canary), stable: atLeast(spec, wantedStable) };
  const stable = Math.max(wantedStable, replicasAt(replicas, weights.stable.weight, most));
  const serving = status.abort ? Math.max(canary, replicasAt(replicas, weights.canary.weight, most)) : canary;
  return { latest: atLeast(spec, serving), stable: atLeast(spec, stable) };
}

function atLeast({ replicas, strategy }: RolloutSpec, count: number): number {
  const least = strategy.canary?.minPodsPerReplicaSet;
  return count === 0 || least === undefined ? count : Math.max(count, Math.min(least, replicas));
}

/** Without a router the pods are the weight: as near to it as whole pods come, within surge and unavailability. */
function basicCounts(fleet: Fleet): Counts {
  const { spec, latest, stable, others } = fleet;
  const { maxSurge, maxUnavailable } = surgeLimits(spec);
  const scale = wantedScale(fleet);
  const isUpdate = stable !== undefined && stable.name !== latest?.name;
  const goal = isUpdate
    ? approximateCounts(spec.replicas, 'weight' in scale ? scale.weight : 0, maxWeight(spec), maxSurge)
    : { latest: spec.replicas, stable: 0 };
  const now = { latest: latest?.wanted ?? 0, stable: isUpdate ? stable.wanted : 0 };
  const most = spec.replicas + maxSurge;
  const raised = raisedCounts(now, goal, most - now.latest - now.stable - total(others, 'wanted'), isUpdate);
  if (total(others, 'wanted') > 0) return raised;
  return loweredCounts(fleet, { raised, goal, now, most, least: spec.replicas - maxUnavailable, isUpdate });
}

/** The stable version first. */
function raisedCounts(now: Counts, goal: Counts, room: number, isUpdate: boolean): Counts {
  const stable = isUpdate ? now.stable + between(0, goal.stable - now.stable, room) : now.stable;
  const latest = now.latest + between(0, goal.latest - now.latest, room - (stable - now.stable));
  return { latest, stable };
}

function between(low: number, value: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}

interface Lowering {
  raised: Counts;
  goal: Counts;
  now: Counts;
  /** Pods in all, at most; and available ones, at least. */
  most: number;
  least: number;
  isUpdate: boolean;
}

function loweredCounts(
  { latest, stable }: Fleet,
  { raised, goal, now, most, least, isUpdate }: Lowering,
): Counts {
  const isIncreasing = goal.latest >= now.latest;
  // Of the version that is to shrink also pods that serve nobody count: they may go.
  const spare =
    countable(latest, !isIncreasing) + countable(isUpdate ? stable : undefined, isIncreasing) - least;
  if (spare <= 0) return raised;
  if (!isIncreasing) {
    const lowered = Math.max(goal.latest, now.latest - spare);
    const other = isUpdate ? (stable?.available ?? 0) : 0;
    const within = withinLimits(lowered, raised.stable, latest?.available ?? 0, other, most, least);
    return { latest: within.shrinking, stable: within.other };
  }
  if (!isUpdate) return raised;
  const lowered = now.stable > goal.stable ? Math.max(goal.stable, now.stable - spare) : raised.stable;
  const within = withinLimits(
    lowered,
    raised.latest,
    stable?.available ?? 0,
    latest?.available ?? 0,
    most,
    least,
  );
  return { latest: within.other, stable: within.shrinking };
}

function countable(version: Version | undefined, evenUnavailable: boolean): number {
  if (!version) return 0;
  return evenUnavailable ? version.wanted : Math.min(version.wanted, version.available);
}

/** Takes back what would be too many, but leaves as many available as there have to be. */
function withinLimits(
  shrinking: number,
  other: number,
  shrinkingAvailable: number,
  otherAvailable: number,
  most: number,
  least: number,
): { shrinking: number; other: number } {
  const reduced = other - Math.max(0, shrinking + other - most);
  const available = Math.min(shrinkingAvailable, shrinking) + Math.min(otherAvailable, reduced);
  const lost = Math.max(0, otherAvailable - reduced);
  const kept = reduced + Math.min(lost, Math.max(0, least - available));
  return { shrinking: shrinking - Math.max(0, kept + shrinking - most), other: kept };
}

/**
 * The whole numbers of pods nearest to a weight, of `replicas` pods or, where a surge is allowed, one more. Between 1
 * and 99 % each version has at least one pod where there is room for two.
 */
export function approximateCounts(replicas: number, weight: number, most: number, maxSurge: number): Counts {
  if (replicas === 0) return { latest: 0, stable: 0 };
  const exact = (replicas * weight) / most;
  const up = Math.ceil(exact);
  const down = Math.floor(exact);
  const zeroAllowed = weight === most || weight === 0 || (replicas === 1 && maxSurge === 0);
  const downAllowed = down !== 0 || zeroAllowed;
  const isTied = (pods: number) => ((pods * weight) / most) % 1 === 0.5;
  const options = [
    ...(up < replicas || zeroAllowed ? [{ latest: up, all: replicas }] : []),
    ...(!isTied(replicas) && downAllowed ? [{ latest: down, all: replicas }] : []),
    ...(maxSurge > 0 ? [{ latest: up, all: replicas + 1 }] : []),
    ...(maxSurge > 0 && !isTied(replicas + 1) && downAllowed ? [{ latest: down, all: replicas + 1 }] : []),
  ];
  const error = ({ latest, all }: { latest: number; all: number }) =>
    Math.abs((latest * most) / all - weight);
  // The first of equals.
  const best = options.reduce((nearest, option) => (error(option) < error(nearest) ? option : nearest), {
    latest: options[0]?.latest ?? 0,
    all: options[0]?.all ?? replicas,
  });
  return { latest: best.latest, stable: best.all - best.latest };
}
