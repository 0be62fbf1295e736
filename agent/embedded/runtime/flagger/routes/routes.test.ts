import { describe, expect, it } from 'vitest';
import { hasRealDefinitions, realDefinitions } from '../../../../../test/support/realDefinitions';
import { installRouters } from '../../../demo/install';
import { GATEWAY_CLASS } from '../../../demo/releaseApp';
import type { KubeObject, ResourceType } from '../../../objectStore';
import {
  DESTINATION_RULES,
  GATEWAYS,
  HTTP_ROUTES,
  INGRESSES,
  VIRTUAL_SERVICES,
} from '../../../store/resourceTypes';
import type { TestCluster } from '../../testing/testCluster';
import { CANARIES } from '../definitions';
import { BY_WEIGHT, canaryCluster, canaryOf, LOAD, phaseOf, reach, release, told } from '../testing/canaries';

const GATEWAY = { port: 80, gatewayRefs: [{ name: 'web', namespace: 'infra' }], hosts: ['web.example.com'] };
const ISTIO = { provider: 'istio', service: { port: 80 } };
const GATEWAY_API = { provider: 'gatewayapi:v1', service: GATEWAY };
const NGINX = {
  provider: 'nginx',
  ingressRef: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'web' },
  service: { port: 80 },
};

/** What serves the routes: classes, a Gateway, and the Ingress that is there before the Canary. */
function addRouters({ store }: TestCluster): void {
  installRouters(store);
  store.create(GATEWAYS, {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'web', namespace: 'infra' },
    spec: {
      gatewayClassName: GATEWAY_CLASS,
      listeners: [
        { name: 'http', protocol: 'HTTP', port: 80, allowedRoutes: { namespaces: { from: 'All' } } },
      ],
    },
  });
  store.create(INGRESSES, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name: 'web',
      namespace: 'shop',
      annotations: { ...LOAD, 'nginx.ingress.kubernetes.io/rewrite-target': '/' },
    },
    spec: {
      ingressClassName: 'nginx',
      rules: [
        {
          host: 'nginx.example.com',
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } },
            ],
          },
        },
      ],
    },
  });
}

function object(cluster: TestCluster, resource: ResourceType, name: string): KubeObject {
  const found = cluster.store.get(resource, 'shop', name);
  if (!found) throw new Error(`there is no ${resource.plural} ${name}`);
  return found;
}

/** Percent on the canary, read from the object of each router. */
const WEIGHTS: Readonly<Record<string, (cluster: TestCluster) => number>> = {
  istio(cluster) {
    const http = object(cluster, VIRTUAL_SERVICES, 'web').spec?.http as { route: { weight: number }[] }[];
    return http[0]?.route[1]?.weight ?? -1;
  },
  'gatewayapi:v1'(cluster) {
    const rules = object(cluster, HTTP_ROUTES, 'web').spec?.rules as { backendRefs: { weight: number }[] }[];
    return rules[0]?.backendRefs[1]?.weight ?? -1;
  },
  nginx(cluster) {
    const { annotations } = object(cluster, INGRESSES, 'web-canary').metadata;
    return Number(annotations?.['nginx.ingress.kubernetes.io/canary-weight']);
  },
};

/** Every weight that is set until it succeeds, each once. */
function weightsUntilSucceeded(cluster: TestCluster, provider: string): number[] {
  const seen: number[] = [];
  cluster.runUntil(() => {
    const weight = WEIGHTS[provider]?.(cluster) ?? -1;
    if (seen.at(-1) !== weight) seen.push(weight);
    return phaseOf(cluster) === 'Succeeded';
  });
  return seen;
}

function prepared(spec: Record<string, unknown>, analysis: Record<string, unknown> = BY_WEIGHT): TestCluster {
  const cluster = canaryCluster(spec, analysis, addRouters);
  reach(cluster, 'Initialized');
  release(cluster, 'web:2');
  return cluster;
}

describe('what splits the traffic of a Canary', () => {
  it.each([
    ['istio', ISTIO],
    ['gatewayapi:v1', GATEWAY_API],
    ['nginx', NGINX],
  ])('%s: step by step to the maximum, and back at once', (provider, spec) => {
    const cluster = prepared(spec);
    expect(weightsUntilSucceeded(cluster, provider)).toEqual([0, 20, 40, 0]);
    expect(told(cluster)).toEqual(
      expect.arrayContaining([
        'Advance web.shop canary weight 20',
        'Advance web.shop canary weight 40',
        'Routing all traffic to primary',
      ]),
    );
    expect(cluster.errors).toEqual([]);
  });

  it.each([
    ['istio', { ...ISTIO, service: { port: 80, apex: { annotations: LOAD } } }],
    ['gatewayapi:v1', { ...GATEWAY_API, service: { ...GATEWAY, apex: { annotations: LOAD } } }],
    ['nginx', NGINX],
  ])('%s: the canary is judged by the traffic that it gets, and none is left on a bad one', (_, spec) => {
    const metrics = [{ name: 'request-success-rate', thresholdRange: { min: 99 }, interval: '30s' }];
    const analysis = { ...BY_WEIGHT, metrics, interval: '15s' };
    const good = canaryCluster(spec, analysis, addRouters);
    reach(good, 'Initialized');
    release(good, 'web:2');
    good.runUntil(() => Number(canaryOf(good).status?.canaryWeight) === 40);
    good.run(14);
    const rate = (pods: string) => {
      const query = `sum(rate(http_requests_total{namespace="shop", pod=~"${pods}"}[10s]))`;
      return good.query(query).get('') ?? 0;
    };
    // 40 % of the 20 requests per second of the route.
    expect(rate('web-[^-]+-[^-]+')).toBeGreaterThan(5);
    expect(rate('web-[^-]+-[^-]+')).toBeLessThan(11);
    reach(good, 'Succeeded');

    const bad = canaryCluster(spec, analysis, addRouters);
    reach(bad, 'Initialized');
    release(bad, 'web:buggy', { errorShare: 0.3 });
    reach(bad, 'Failed');
    expect(WEIGHTS[String(spec.provider)]?.(bad)).toBe(0);
    expect(canaryOf(bad).status).toMatchObject({ canaryWeight: 0, phase: 'Failed' });
    expect(told(bad).find((event) => event.startsWith('Halt'))).toMatch(
      /^Halt web\.shop advancement success rate \d\d\.\d\d% < 99%$/,
    );
  });

  it('takes listed weights, and goes back by steps', () => {
    const analysis = { ...BY_WEIGHT, stepWeight: undefined, stepWeights: [5, 50], stepWeightPromotion: 20 };
    const cluster = prepared(ISTIO, analysis);
    expect(weightsUntilSucceeded(cluster, 'istio')).toEqual([0, 5, 50, 30, 10, 0]);
    expect(told(cluster)).toContain('Advance web.shop primary weight 90');
  });

  it('mirrors once before the canary answers for itself', () => {
    const cluster = prepared(ISTIO, { ...BY_WEIGHT, mirror: true, mirrorWeight: 50 });
    const mirrorOf = () => {
      const { http } = object(cluster, VIRTUAL_SERVICES, 'web').spec as { http: Record<string, unknown>[] };
      return { mirror: http[0]?.mirror, mirrorPercentage: http[0]?.mirrorPercentage };
    };
    cluster.runUntil(() => mirrorOf().mirror !== undefined);
    expect(mirrorOf()).toEqual({ mirror: { host: 'web-canary' }, mirrorPercentage: { value: 50 } });
    expect(WEIGHTS.istio?.(cluster)).toBe(0);
    cluster.runUntil(() => WEIGHTS.istio?.(cluster) === 20);
    expect(mirrorOf().mirror).toBeUndefined();
  });

  it.each([
    ['istio', ISTIO],
    ['gatewayapi:v1', GATEWAY_API],
    ['nginx', NGINX],
  ])('%s: sends who asks for the canary to it, for as many checks as it says', (_, spec) => {
    const match = [{ headers: { 'x-canary': { exact: 'true' } } }];
    const cluster = prepared(spec, { iterations: 2, metrics: [], match });
    cluster.runUntil(() => Number(canaryOf(cluster).status?.iterations) === 1);
    const shown = JSON.stringify([
      cluster.store.get(VIRTUAL_SERVICES, 'shop', 'web')?.spec,
      cluster.store.get(HTTP_ROUTES, 'shop', 'web')?.spec,
      cluster.store.get(INGRESSES, 'shop', 'web-canary')?.metadata.annotations,
    ]);
    expect(shown).toContain('x-canary');
    reach(cluster, 'Succeeded');
    expect(told(cluster)).toContain('Advance web.shop canary iteration 2/2');
  });

  it('is made again what it should be, but for its weights', () => {
    const cluster = prepared(ISTIO);
    cluster.runUntil(() => WEIGHTS.istio?.(cluster) === 20);
    cluster.update(VIRTUAL_SERVICES, 'web', (draft) => {
      draft.spec = { ...draft.spec, hosts: ['elsewhere'] };
    });
    cluster.run(11);
    expect(object(cluster, VIRTUAL_SERVICES, 'web').spec?.hosts).toEqual(['web']);
    reach(cluster, 'Succeeded');
  });

  it('is what it was before, after a Canary that was told to', () => {
    const before = {
      hosts: ['web'],
      http: [{ route: [{ destination: { host: 'web' } }] }],
    };
    const cluster = canaryCluster({ ...ISTIO, revertOnDeletion: true }, BY_WEIGHT, ({ store }) => {
      store.create(VIRTUAL_SERVICES, {
        apiVersion: 'networking.istio.io/v1',
        kind: 'VirtualService',
        metadata: { name: 'web', namespace: 'shop' },
        spec: before,
      });
    });
    reach(cluster, 'Initialized');
    expect(object(cluster, VIRTUAL_SERVICES, 'web').spec).not.toEqual(before);
    cluster.store.delete(CANARIES, 'shop', 'web');
    cluster.runUntil(() => cluster.store.get(CANARIES, 'shop', 'web') === undefined);
    expect(object(cluster, VIRTUAL_SERVICES, 'web').spec).toEqual(before);
  });

  it('says what it cannot do with the objects that are there', () => {
    const cluster = canaryCluster(NGINX, BY_WEIGHT);
    cluster.run(40);
    expect(told(cluster).join()).toContain('ingress web.shop get query error');
    expect(phaseOf(cluster)).toBe('Initializing');
  });

  it.skipIf(!hasRealDefinitions)('makes objects that the real definitions take', () => {
    const check = realDefinitions('istio', 'gateway-api');
    const analyses = [
      BY_WEIGHT,
      { iterations: 2, metrics: [], match: [{ headers: { 'x-canary': { exact: 'true' } } }] },
    ];
    const rewrite = { uri: '/new', authority: 'other' };
    const headers = { request: { add: { 'x-a': 'b' } }, response: { remove: ['x-c'] } };
    const service = { ...GATEWAY, rewrite, headers, match: [{ uri: { prefix: '/' } }] };
    for (const analysis of analyses) {
      const istio = prepared(
        { ...ISTIO, service: { port: 80, match: [{ uri: { prefix: '/' } }] } },
        analysis,
      );
      istio.run(45);
      expect(check(object(istio, VIRTUAL_SERVICES, 'web'))).toEqual([]);
      expect(check(object(istio, DESTINATION_RULES, 'web-canary'))).toEqual([]);
      const gateway = prepared({ ...GATEWAY_API, service }, analysis);
      gateway.run(45);
      expect(check(object(gateway, HTTP_ROUTES, 'web'))).toEqual([]);
    }
  });
});
