import type { KubeObject } from '../../../objectStore';
import { HTTP_ROUTES } from '../../../store/resourceTypes';
import { sameJson } from '../../../store/sameJson';
import { controlledBy } from '../../kinds';
import type { CanaryView } from '../canaryView';
import { filtersOf, matchesOf, mergedMatches } from './gatewayMatches';
import type { Route, Weights } from './route';

interface BackendRef {
  group: string;
  kind: string;
  name: string;
  port: number;
  weight?: number;
}
type Rule = Record<string, unknown> & { backendRefs?: BackendRef[]; filters?: Filter[] };
interface Filter {
  type: string;
  requestMirror?: { backendRef: { name: string } };
}

const TO_PRIMARY: Weights = { primary: 100, canary: 0, mirrored: false };

/** An HTTPRoute with the two Services as weighted backends. */
export function gatewayApiRoute(view: CanaryView): Route {
  const { cluster, namespace, names } = view;
  const find = () => cluster.store.get(HTTP_ROUTES, namespace, names.apex);
  const existing = (): KubeObject => {
    const found = find();
    if (found) return found;
    throw new Error(
      `HTTPRoute ${names.apex}.${namespace} get error: httproutes.gateway.networking.k8s.io "${names.apex}" not found`,
    );
  };
  return {
    reconcile: () => keepRoute(view, find()),
    weights: () => weightsOf(view, existing()),
    set(weights) {
      existing();
      cluster.store.update(HTTP_ROUTES, namespace, names.apex, (draft) => {
        draft.spec = routeSpec(view, weights);
      });
    },
    finalize() {},
  };
}

function keepRoute(view: CanaryView, found: KubeObject | undefined): void {
  const { cluster, namespace, names, canary, spec, status } = view;
  if (spec.service.gatewayRefs.length === 0) {
    throw new Error('GatewayRefs must be specified when using Gateway API as a provider.');
  }
  const { labels, annotations } = spec.service.apex;
  if (!found) {
    cluster.store.create(HTTP_ROUTES, {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: {
        name: names.apex,
        namespace,
        labels: { ...labels },
        annotations: { ...annotations },
        ownerReferences: [controlledBy(canary)],
      },
      spec: routeSpec(view, TO_PRIMARY),
    });
    return;
  }
  const isMirroring =
    spec.analysis.mirror && ['Waiting', 'Progressing', 'WaitingPromotion'].includes(status.phase);
  const comparable = (route: Record<string, unknown> | undefined) => withoutWeights(route, isMirroring);
  if (sameJson(comparable(found.spec), comparable(routeSpec(view, TO_PRIMARY)))) return;
  cluster.store.update(HTTP_ROUTES, namespace, names.apex, (draft) => {
    draft.spec = routeSpec(view, TO_PRIMARY);
    draft.metadata.labels = { ...labels };
    draft.metadata.annotations = { ...draft.metadata.annotations, ...annotations };
  });
}

function routeSpec(view: CanaryView, weights: Weights): Record<string, unknown> {
  const { gatewayRefs, hosts } = view.spec.service;
  return {
    parentRefs: gatewayRefs,
    ...(hosts.length > 0 && { hostnames: hosts }),
    rules: rulesOf(view, weights),
  };
}

function rulesOf(view: CanaryView, { primary, canary, mirrored }: Weights): Rule[] {
  const { names, spec } = view;
  const { port, timeout } = spec.service;
  const backend = (name: string, weight?: number): BackendRef => ({
    group: '',
    kind: 'Service',
    name,
    port,
    ...(weight !== undefined && { weight }),
  });
  const mirror =
    mirrored && spec.analysis.iterations > 0
      ? [{ type: 'RequestMirror', requestMirror: { backendRef: backend(names.canaryService) } }]
      : [];
  const filters = filtersOf(spec.service);
  const rule = (matches: readonly unknown[], backendRefs: BackendRef[], extra: readonly unknown[]): Rule => ({
    matches,
    ...(filters.length + extra.length > 0 && { filters: [...filters, ...extra] as Filter[] }),
    backendRefs,
    ...(timeout !== undefined && { timeouts: { request: timeout } }),
  });
  const split = [backend(names.primaryService, primary), backend(names.canaryService, canary)];
  const served = matchesOf(spec.service.match);
  const matches = served.length > 0 ? served : [{ path: { type: 'PathPrefix', value: '/' } }];
  if (spec.analysis.match.length === 0) return [rule(matches, split, mirror)];
  return [
    rule(mergedMatches(matchesOf(spec.analysis.match), matches), split, mirror),
    rule(matches, [backend(names.primaryService, 100)], []),
  ];
}

function weightsOf(view: CanaryView, route: KubeObject): Weights {
  requireAccepted(view, route);
  const rules = (route.spec?.rules ?? []) as Rule[];
  const { primaryService, canaryService } = view.names;
  const split = rules.find(({ backendRefs = [] }) => backendRefs.length === 2)?.backendRefs ?? [];
  const weightOf = (service: string) => split.find(({ name }) => name === service)?.weight ?? 0;
  const mirrors = rules.flatMap(({ filters = [] }) => filters);
  return {
    primary: weightOf(primaryService),
    canary: weightOf(canaryService),
    mirrored: mirrors.some(({ requestMirror }) => requestMirror?.backendRef.name === canaryService),
  };
}

interface Parent {
  parentRef?: { name?: string };
  conditions?: { type: string; status: string; observedGeneration?: number }[];
}

/** A gateway that has turned the route down, or has not seen its latest version, does not do what it says. */
function requireAccepted({ names, namespace }: CanaryView, { metadata, status }: KubeObject): void {
  const generation = metadata.generation ?? 0;
  for (const { parentRef, conditions = [] } of (status?.parents ?? []) as Parent[]) {
    const accepted = conditions.find(({ type }) => type === 'Accepted');
    if (!accepted) continue;
    const observed = accepted.observedGeneration ?? generation;
    if (accepted.status === 'True' && observed >= generation) continue;
    throw new Error(
      `HTTPRoute ${names.apex}.${namespace} parent ${parentRef?.name} is not ready (status: ${accepted.status}, observed generation: ${observed}, current generation: ${generation})`,
    );
  }
}

function withoutWeights(spec: Record<string, unknown> | undefined, isMirroring: boolean): unknown {
  const rules = (spec?.rules ?? []) as Rule[];
  return {
    ...spec,
    rules: rules.map(({ filters, ...rule }) => ({
      ...rule,
      ...(!isMirroring && { filters: filters ?? [] }),
      backendRefs: rule.backendRefs?.map(({ weight: _weight, ...backend }) => backend),
    })),
  };
}
