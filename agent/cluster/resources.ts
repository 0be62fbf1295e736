import type { ApiGroups } from './capabilities';
import { reduceHpa, reduceScaledObject } from './model/autoscaler';
import { reduceDeployment } from './model/deployment';
import { CHAOS_PLURALS, reduceChaos } from './model/fault';
import { reduceSchedule, reduceWorkflow } from './model/faultFlow';
import { reduceChaosEngine, reduceChaosResult } from './model/faultLitmus';
import { reducePod } from './model/pod';
import { reduceBudget, reduceEvent, reduceNode, reduceReplicaSet, reduceService } from './model/relations';
import { forEachReleaseResource } from './releaseResources';
import type { SnapshotStore } from './snapshotStore';
import type { Sink } from './table';

/** A kind of object that is watched, from the API's path to where its records go. */
export interface WatchedResource<T> {
  plural: string;
  /** Group and version: `/api/v1`, `/apis/apps/v1`. */
  base: string;
  /** `wide` is watched in all namespaces where that is allowed: faults may be declared anywhere. */
  scope: 'namespace' | 'cluster' | 'wide';
  /** Without it there is nothing to show, and its age is the age of what is shown. */
  essential: boolean;
  reduce(object: unknown): T;
  sink: Sink<T>;
}

/**
 * Calls `visit` for each kind with its own type of record. Events come last: they speak of the others.
 *
 * @param groups by which the version of a router's API is chosen
 */
export function forEachResource(
  store: SnapshotStore,
  groups: ApiGroups,
  visit: <T>(resource: WatchedResource<T>) => void,
): void {
  const optional = { scope: 'namespace', essential: false } as const;
  const essential = { scope: 'namespace', essential: true } as const;
  const apps = '/apis/apps/v1';
  const chaos = { base: '/apis/chaos-mesh.org/v1alpha1', scope: 'wide', essential: false } as const;
  visit({
    ...essential,
    base: apps,
    plural: 'deployments',
    reduce: reduceDeployment,
    sink: store.deployments,
  });
  visit({ ...essential, base: '/api/v1', plural: 'pods', reduce: reducePod, sink: store.pods });
  visit({
    ...optional,
    base: apps,
    plural: 'replicasets',
    reduce: reduceReplicaSet,
    sink: store.replicaSets,
  });
  visit({ ...optional, base: '/api/v1', plural: 'services', reduce: reduceService, sink: store.services });
  visit({
    ...optional,
    base: '/apis/policy/v1',
    plural: 'poddisruptionbudgets',
    reduce: reduceBudget,
    sink: store.budgets,
  });
  visit({
    ...optional,
    base: '/apis/autoscaling/v2',
    plural: 'horizontalpodautoscalers',
    reduce: reduceHpa,
    sink: store.hpas,
  });
  visit({
    ...optional,
    base: '/apis/keda.sh/v1alpha1',
    plural: 'scaledobjects',
    reduce: reduceScaledObject,
    sink: store.scaledObjects,
  });
  visit({
    ...optional,
    scope: 'cluster',
    base: '/api/v1',
    plural: 'nodes',
    reduce: reduceNode,
    sink: store.nodes,
  });
  for (const plural of CHAOS_PLURALS) {
    visit({ ...chaos, plural, reduce: reduceChaos(plural), sink: store.faults[plural] });
  }
  visit({ ...chaos, plural: 'schedules', reduce: reduceSchedule, sink: store.faults.schedules });
  visit({ ...chaos, plural: 'workflows', reduce: reduceWorkflow, sink: store.faults.workflows });
  const litmus = { ...chaos, base: '/apis/litmuschaos.io/v1alpha1' };
  visit({
    ...litmus,
    plural: 'chaosengines',
    reduce: reduceChaosEngine,
    sink: store.faults.chaosengines,
  });
  visit({ ...litmus, plural: 'chaosresults', reduce: reduceChaosResult, sink: store.chaosResults });
  forEachReleaseResource(store.releases, groups, visit);
  const sink = both(store.events, store.faultEvents);
  visit({ ...optional, base: '/api/v1', plural: 'events', reduce: reduceEvent, sink });
}

function both<T>(first: Sink<T>, second: Sink<T>): Sink<T> {
  return {
    replace(namespace, items) {
      first.replace(namespace, items);
      second.replace(namespace, items);
    },
    apply(event) {
      first.apply(event);
      second.apply(event);
    },
  };
}
