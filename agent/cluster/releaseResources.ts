import type { ApiGroups } from './capabilities';
import { reduceAnalysisRun, reduceReleaseObject } from './model/releaseRollout';
import { reduceIngressClass, reduceRoute } from './model/releaseRoute';
import type { ReleaseTables } from './releaseTables';
import type { WatchedResource } from './resources';

/** Routers of which several versions are in use, those that Coxswain knows, the newest first. */
const VERSIONS: Readonly<Record<string, readonly string[]>> = {
  'gateway.networking.k8s.io': ['v1', 'v1beta1'],
  'networking.istio.io': ['v1', 'v1beta1', 'v1alpha3'],
};

/** The version in which a router's objects are watched and written: what the server prefers, where we know it. */
export function routerVersion(group: string, groups: ApiGroups): string {
  const [newest = 'v1', ...older] = VERSIONS[group] ?? [];
  const preferred = groups.get(group);
  return preferred !== undefined && older.includes(preferred) ? preferred : newest;
}

/** All that only releases go by. It may be absent or forbidden. */
export function forEachReleaseResource(
  tables: ReleaseTables,
  groups: ApiGroups,
  visit: <T>(resource: WatchedResource<T>) => void,
): void {
  const optional = { scope: 'namespace', essential: false } as const;
  const route = (
    group: string,
    kind: Parameters<typeof reduceRoute>[1],
    plural: string,
    sink: ReleaseTables['ingresses'],
  ) => {
    const apiVersion = `${group}/${routerVersion(group, groups)}`;
    visit({ ...optional, base: `/apis/${apiVersion}`, plural, reduce: reduceRoute(apiVersion, kind), sink });
  };
  route('networking.k8s.io', 'Ingress', 'ingresses', tables.ingresses);
  route('gateway.networking.k8s.io', 'HTTPRoute', 'httproutes', tables.httpRoutes);
  route('networking.istio.io', 'VirtualService', 'virtualservices', tables.virtualServices);
  route('networking.istio.io', 'DestinationRule', 'destinationrules', tables.destinationRules);
  visit({
    ...optional,
    scope: 'cluster',
    base: '/apis/networking.k8s.io/v1',
    plural: 'ingressclasses',
    reduce: reduceIngressClass,
    sink: tables.ingressClasses,
  });
  const argo = { ...optional, base: '/apis/argoproj.io/v1alpha1' };
  visit({ ...argo, plural: 'rollouts', reduce: reduceReleaseObject, sink: tables.rollouts });
  visit({ ...argo, plural: 'analysisruns', reduce: reduceAnalysisRun, sink: tables.analysisRuns });
  visit({
    ...optional,
    base: '/apis/flagger.app/v1beta1',
    plural: 'canaries',
    reduce: reduceReleaseObject,
    sink: tables.flaggerCanaries,
  });
}
