import * as z from 'zod';
import { RELEASE_WORKLOAD, type ReleaseObject, releaseObjects } from '../../agent/embedded/demo/releaseApp';
import type { NewObject, ResourceType } from '../../agent/embedded/objectStore';
import { ROLLOUTS } from '../../agent/embedded/runtime/argo/definitions';
import { CANARIES } from '../../agent/embedded/runtime/flagger/definitions';
import { LOAD_ANNOTATION } from '../../agent/embedded/runtime/podSettings';
import {
  DEPLOYMENTS,
  DESTINATION_RULES,
  GATEWAYS,
  HTTP_ROUTES,
  INGRESSES,
  SERVICES,
  VIRTUAL_SERVICES,
} from '../../agent/embedded/store/resourceTypes';
import type { CanaryKind } from '../../agent/protocol';
import type { LoadShape } from '../../agent/sim/load';

/** An app of the embedded cluster that is released over some router. */
export interface RoutedApp {
  kind: CanaryKind;
  namespace: string;
  name: string;
  /** Its Deployment, Rollout or Canary. */
  releaseId: string;
  host: string;
  /** Before its first release, in the order in which they are made. */
  objects: readonly ReleaseObject[];
  /** What splits its traffic. */
  routes: readonly { type: ResourceType; name: string }[];
  /** Whether requests with `x-canary: true` go to the canary. */
  hasHeader: boolean;
}

export interface RoutedAppOptions {
  kind: CanaryKind;
  namespace: string;
  name: string;
  requestsPerSecond: number;
  /** Percent of the traffic at each step, where the release has steps of its own. */
  weights: readonly number[];
  /** Of Coxswain's gate for Flagger's webhooks. */
  gateUrl: string;
}

export function routedApp(options: RoutedAppOptions): RoutedApp {
  const { kind, namespace, name } = options;
  return {
    ...{ kind, namespace, name, host: hostOf(name) },
    ...{ objects: OBJECTS[kind](options), routes: routesOf(kind, name) },
    releaseId: `${namespace}/${RELEASE_KINDS[kind]}/${name}`,
    // Flagger chooses by header only where it does not go by weights.
    hasHeader: kind !== 'flagger',
  };
}

/**
 * Percent of the traffic that goes to the canary.
 *
 * @param routes the objects of `RoutedApp.routes` in that order, null for one that is not there
 */
export function routedWeight(kind: CanaryKind, routes: readonly unknown[]): number {
  return WEIGHTS[kind](routes);
}

const RELEASE_KINDS: Readonly<Record<CanaryKind, string>> = {
  nginx: 'Deployment',
  'gateway-api': 'Deployment',
  istio: 'Deployment',
  'argo-rollouts': 'Rollout',
  flagger: 'Canary',
};

const OBJECTS: Readonly<Record<CanaryKind, (options: RoutedAppOptions) => ReleaseObject[]>> = {
  nginx: (options) => base('nginx', options),
  'gateway-api': (options) => base('gateway-api', options),
  istio: (options) => base('istio', options),
  'argo-rollouts': argoObjects,
  flagger: flaggerObjects,
};

function base(
  router: 'nginx' | 'gateway-api' | 'istio',
  { namespace, name, requestsPerSecond }: RoutedAppOptions,
): ReleaseObject[] {
  // Small, so that there is room for many, and so quick that latencies hardly depend on their load.
  const model = { ...RELEASE_WORKLOAD.model, cpuSecondsPerRequest: 0.0005, routes: { '/': 1 } };
  const load = { kind: 'constant', requestsPerSecond, noise: 0.05, startAfterSeconds: 10 } as const;
  const workload = {
    ...{ ...RELEASE_WORKLOAD, name, model, load },
    ...{ replicas: 2, minAvailable: 1, cpuLimit: '100m', memoryLimit: '128Mi' },
  };
  return releaseObjects(router, { namespace, host: hostOf(name), workload }).map(({ type, object }) => ({
    type,
    object: object.metadata.annotations?.[LOAD_ANNOTATION] ? withLoad(object, load) : object,
  }));
}

/** One that asks for nothing but `/`, the only route that the app tells of. */
function withLoad({ metadata, ...object }: NewObject, load: LoadShape): NewObject {
  const annotations = { ...metadata.annotations, [LOAD_ANNOTATION]: JSON.stringify(load) };
  return { ...object, metadata: { ...metadata, annotations } };
}

/** By Istio's weights, with a route by header, and a pause after each weight. */
function argoObjects(options: RoutedAppOptions): ReleaseObject[] {
  const { namespace, name, weights } = options;
  const canary = `${name}-canary`;
  const byHeader = {
    setHeaderRoute: {
      name: 'canary-header',
      match: [{ headerName: 'x-canary', headerValue: { exact: 'true' } }],
    },
  };
  const [first, ...others] = weights.map((setWeight) => [{ setWeight }, { pause: {} }]);
  const [weight, pause] = first ?? [];
  const steps = [weight, byHeader, pause, ...others.flat()];
  const trafficRouting = {
    managedRoutes: [{ name: 'canary-header' }],
    istio: { virtualService: { name, routes: ['primary'] } },
  };
  return base('istio', options).flatMap(({ type, object }): ReleaseObject[] => {
    if (type === SERVICES)
      return [
        { type, object },
        { type, object: renamed(object, canary) },
      ];
    if (type === DEPLOYMENTS) {
      const { replicas, selector, template } = object.spec ?? {};
      const strategy = {
        canary: { stableService: name, canaryService: canary, trafficRouting, steps },
      };
      const metadata = { name, namespace };
      const spec = { replicas, selector, template, strategy };
      return [
        {
          type: ROLLOUTS,
          object: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata, spec },
        },
      ];
    }
    if (type !== VIRTUAL_SERVICES) return [{ type, object }];
    const destination = (host: string, weight: number) => ({
      destination: { host, port: { number: 80 } },
      weight,
    });
    const http = [{ name: 'primary', route: [destination(name, 100), destination(canary, 0)] }];
    return [{ type, object: { ...object, spec: { ...object.spec, http } } }];
  });
}

/** Over the Gateway API: Flagger makes the route. Whatever it decides it asks Coxswain's gate. */
function flaggerObjects(options: RoutedAppOptions): ReleaseObject[] {
  const { namespace, name, weights, gateUrl } = options;
  const objects = base('gateway-api', options);
  const route = objects.find(({ type }) => type === HTTP_ROUTES);
  const { [LOAD_ANNOTATION]: load = '' } = route?.object.metadata.annotations ?? {};
  const kinds = ['confirm-rollout', 'confirm-traffic-increase', 'confirm-promotion', 'rollback'];
  const gatewayRef = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name };
  const canary: NewObject = {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name, namespace },
    spec: {
      provider: 'gatewayapi:v1',
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      service: {
        ...{ port: 80, targetPort: 8080, hosts: [hostOf(name)], gatewayRefs: [gatewayRef] },
        apex: { annotations: { [LOAD_ANNOTATION]: load } },
      },
      analysis: {
        ...{ interval: '10s', threshold: 10, stepWeights: weights },
        webhooks: kinds.map((type) => ({ name: type, type, url: `${gateUrl}/gate/${type}` })),
      },
    },
  };
  const own = objects.filter(({ type }) => type === DEPLOYMENTS || type === GATEWAYS);
  return [
    ...own.map(({ type, object }) => ({ type, object: plain(object) })),
    { type: CANARIES, object: canary },
  ];
}

function plain({ metadata, ...object }: NewObject): NewObject {
  const { annotations: _, ...rest } = metadata;
  return { ...object, metadata: rest };
}

function renamed({ metadata, ...object }: NewObject, name: string): NewObject {
  return { ...object, metadata: { ...metadata, name } };
}

function hostOf(name: string): string {
  return `${name}.example`;
}

function routesOf(kind: CanaryKind, name: string): RoutedApp['routes'] {
  switch (kind) {
    case 'nginx':
      return [
        { type: INGRESSES, name },
        { type: INGRESSES, name: `${name}-canary` },
      ];
    case 'gateway-api':
    case 'flagger':
      return [{ type: HTTP_ROUTES, name }];
    case 'istio':
    case 'argo-rollouts':
      return [
        { type: VIRTUAL_SERVICES, name },
        { type: DESTINATION_RULES, name },
      ];
  }
}

const Ingress = z.object({ metadata: z.object({ annotations: z.record(z.string(), z.string()) }) });
const HttpRoute = z.object({
  spec: z.object({
    rules: z.array(
      z.object({
        matches: z.array(z.object({ headers: z.unknown().optional() })).default([]),
        backendRefs: z.array(z.object({ name: z.string(), weight: z.number().default(1) })),
      }),
    ),
  }),
});
const VirtualService = z.object({
  spec: z.object({
    http: z.array(
      z.object({
        match: z.array(z.object({ headers: z.unknown().optional() })).default([]),
        route: z.array(
          z.object({ destination: z.object({ host: z.string() }), weight: z.number().default(100) }),
        ),
      }),
    ),
  }),
});

const WEIGHTS: Readonly<Record<CanaryKind, (routes: readonly unknown[]) => number>> = {
  nginx: ([, canary]) => {
    if (canary === null) return 0;
    const { annotations } = Ingress.parse(canary).metadata;
    return Number(annotations['nginx.ingress.kubernetes.io/canary-weight']);
  },
  'gateway-api': httpRouteWeight,
  flagger: httpRouteWeight,
  istio: virtualServiceWeight,
  'argo-rollouts': virtualServiceWeight,
};

function httpRouteWeight([route]: readonly unknown[]): number {
  const { rules } = HttpRoute.parse(route).spec;
  const rule = rules.find(({ matches }) => matches.every(({ headers }) => headers === undefined));
  return canaryShare(rule?.backendRefs ?? []);
}

function virtualServiceWeight([service]: readonly unknown[]): number {
  const { http } = VirtualService.parse(service).spec;
  const rule = http.find(({ match }) => match.every(({ headers }) => headers === undefined));
  const destinations = (rule?.route ?? []).map(({ destination, weight }) => ({
    name: destination.host,
    weight,
  }));
  return canaryShare(destinations);
}

function canaryShare(destinations: readonly { name: string; weight: number }[]): number {
  const all = destinations.reduce((sum, { weight }) => sum + weight, 0);
  const canary = destinations.find(({ name }) => name.endsWith('-canary'))?.weight ?? 0;
  return (100 * canary) / all;
}
