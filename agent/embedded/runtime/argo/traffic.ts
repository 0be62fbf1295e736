import { hasWantedCounts, wantedWeight } from './replicaCounts';
import { type Canary, maxWeight } from './rolloutSpec';
import { isFullyPromoted, type Weights } from './rolloutStatus';
import { GATEWAY_API_PLUGIN, GatewayApiRouter, GatewayApiSettings } from './routers/gatewayApi';
import { IstioRouter } from './routers/istio';
import { NginxRouter } from './routers/nginx';
import type { Router } from './routers/router';
import { pointService } from './services';
import { currentStep, lastSetWeight, stepWeight } from './steps';
import type { Sync } from './sync';

/** The routers that a Rollout names. Throws Error for settings that nobody can read. */
export function routersOf(sync: Sync, canary: Canary): Router[] {
  const { istio, nginx, plugins = {} } = canary.trafficRouting ?? {};
  const gateway = plugins[GATEWAY_API_PLUGIN];
  return [
    ...(istio ? [new IstioRouter(sync, canary, istio)] : []),
    ...(nginx ? [new NginxRouter(sync, canary, nginx)] : []),
    ...(gateway === undefined ? [] : [new GatewayApiRouter(sync, canary, GatewayApiSettings.parse(gateway))]),
  ];
}

/**
 * Brings the routers to the weight that is wanted now, and notes it.
 * Source: `reconcileTrafficRouting` in https://github.com/argoproj/argo-rollouts/blob/master/rollout/trafficrouting.go
 */
export function routeTraffic(sync: Sync, canary: Canary): void {
  const routers = routersOf(sync, canary);
  if (routers.length === 0) {
    sync.next = { ...sync.next, canary: { ...sync.next.canary, weights: undefined } };
    return;
  }
  for (const router of routers) route(sync, canary, router);
}

/** What is to be done to a router. */
interface Goal {
  weight: number;
  canaryHash: string;
  /** Whether the routes that the steps have added are to go. */
  removesRoutes: boolean;
}

function route(sync: Sync, canary: Canary, router: Router): void {
  const goal = goalOf(sync, canary);
  const { weight, canaryHash } = goal;
  const stableHash = sync.stable?.hash ?? '';
  if (goal.removesRoutes) router.removeManagedRoutes();
  if (!canServe(sync, maxWeight(sync.spec) - weight)) return;
  // An aborted Rollout is at its first step again, which may be one that adds a route.
  if (!goal.removesRoutes) addStepRoutes(sync, router);
  const hadTraffic = (sync.status.canary.weights?.canary.weight ?? 0) > 0;
  try {
    // The weight first where the new version has no pods: its hash would take the old weight along.
    if (hadTraffic && !sync.latest?.available) router.setWeight(weight);
    router.setHashes(canaryHash, stableHash);
    router.setWeight(weight);
  } catch (error) {
    if (error instanceof Error) sync.record('TrafficRoutingError', error.message, 'Warning');
    throw error;
  }
  noteWeights(sync, canary, { weight, canaryHash, stableHash });
}

function goalOf(sync: Sync, canary: Canary): Goal {
  const { status, spec, latest, hash } = sync;
  const goal = { weight: 0, canaryHash: latest?.hash ?? hash, removesRoutes: false };
  const previous = previousHash(sync, canary);
  if (previous !== null) return { ...goal, weight: fallingWeight(sync, canary), canaryHash: previous };
  if (isFullyPromoted(status)) return { ...goal, removesRoutes: true };
  if (sync.pauses.isAborted) {
    const weight = fallingWeight(sync, canary);
    if (!canary.dynamicStableScale || weight === 0)
      pointService(sync, canary.canaryService, sync.stable, false);
    return { ...goal, weight, removesRoutes: true };
  }
  if (!latest || latest.available === 0) return { ...goal, removesRoutes: true };
  if (status.promoteFull) {
    const reached = canary.dynamicStableScale
      ? Math.floor((maxWeight(spec) * latest.available) / Math.max(1, spec.replicas))
      : (status.canary.weights?.canary.weight ?? 0);
    return { ...goal, weight: Math.min(maxWeight(spec), reached), removesRoutes: true };
  }
  return { ...goal, weight: steppedWeight(sync, canary) };
}

/** By the steps: the weight before until the pods for the next one are there. */
function steppedWeight({ spec, status, fleet }: Sync, { steps }: Canary): number {
  const { index } = currentStep(spec, status);
  if (index === null) return 0;
  if (!hasWantedCounts(fleet, null)) return lastSetWeight(spec, index - 1) ?? 0;
  return index === steps.length ? maxWeight(spec) : stepWeight(spec, status);
}

/** The hash of the canary that a Rollout leaves, when it goes back to stable and stable has not all its pods yet. */
export function previousHash({ status, latest, spec }: Sync, canary: Canary): string | null {
  const before = status.canary.weights?.canary.podTemplateHash;
  if (!isFullyPromoted(status) || !canary.trafficRouting || !canary.dynamicStableScale) return null;
  if (!before || !latest || before === latest.hash || latest.available >= spec.replicas) return null;
  return before;
}

/** On the way back all at once; with dynamicStableScale no faster than stable pods come up. */
function fallingWeight(sync: Sync, canary: Canary): number {
  const { spec, status, latest, stable } = sync;
  if (!canary.dynamicStableScale || !stable || !latest || spec.replicas === 0) return 0;
  const most = maxWeight(spec);
  const aborted = { ...status, abort: status.abort || sync.pauses.isAborted };
  const wanted = wantedWeight({ spec, status: aborted, latest, stable });
  const served = Math.floor((most * stable.available) / spec.replicas);
  const unserved = Math.max(0, most - served);
  const now = status.canary.weights?.canary.weight;
  if (now === undefined) return Math.max(unserved, wanted);
  if (wanted <= 0) return Math.min(unserved, now);
  return served < most - wanted ? now : Math.min(wanted, now);
}

/** Whether the stable version has the pods for a weight. */
function canServe({ stable, spec }: Sync, weight: number): boolean {
  const needed = Math.floor((weight * spec.replicas) / maxWeight(spec));
  return stable !== undefined && stable.available >= needed;
}

function addStepRoutes(sync: Sync, router: Router): void {
  const { step } = currentStep(sync.spec, sync.status);
  // The first revision has nothing to compare with.
  if (!step || (sync.latest?.revision ?? 0) <= 1) return;
  if (step.setHeaderRoute) router.setHeaderRoute(step.setHeaderRoute);
  if (step.setMirrorRoute) router.setMirrorRoute(step.setMirrorRoute);
}

function noteWeights(
  sync: Sync,
  { canaryService, stableService }: Canary,
  { weight, canaryHash, stableHash }: { weight: number; canaryHash: string; stableHash: string },
): void {
  const before = sync.status.canary.weights;
  const rest = maxWeight(sync.spec) - weight;
  const weights: Weights = {
    canary: { weight, podTemplateHash: canaryHash, serviceName: canaryService },
    stable: { weight: rest, podTemplateHash: stableHash, serviceName: stableService },
  };
  if (before?.canary.weight !== weight) {
    const change = before ? `from ${before.canary.weight} to ${weight}` : `to ${weight}`;
    sync.record('TrafficWeightUpdated', `Traffic weight updated ${change}`);
  }
  sync.next = { ...sync.next, canary: { ...sync.next.canary, weights } };
}
