import { describe, expect, it } from 'vitest';
import type { NewObject } from '../../objectStore';
import {
  DESTINATION_RULES,
  HTTP_ROUTES,
  INGRESSES,
  SERVICES,
  VIRTUAL_SERVICES,
} from '../../store/resourceTypes';
import { serviceSelector } from '../kinds';
import { ROLLOUTS } from './definitions';
import { addServices, RolloutCluster } from './testing';
import { HASH_LABEL } from './version';

const STEPS = [{ setWeight: 25 }, { pause: {} }, { setWeight: 50 }, { pause: {} }];
const SERVED = { canaryService: 'canary', stableService: 'stable' };

const object = (
  apiVersion: string,
  kind: string,
  name: string,
  spec: Record<string, unknown>,
): NewObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'shop' },
  spec,
});
const ingress = object('networking.k8s.io/v1', 'Ingress', 'web', {
  ingressClassName: 'nginx',
  tls: [{ hosts: ['web.example'] }],
  rules: [
    {
      host: 'web.example',
      http: {
        paths: [
          { path: '/', pathType: 'Prefix', backend: { service: { name: 'stable', port: { number: 80 } } } },
        ],
      },
    },
    {
      host: 'other.example',
      http: {
        paths: [
          { path: '/', pathType: 'Prefix', backend: { service: { name: 'other', port: { number: 80 } } } },
        ],
      },
    },
  ],
});
const httpRoute = object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'web', {
  parentRefs: [{ name: 'gateway' }],
  rules: [
    {
      matches: [{ path: { type: 'PathPrefix', value: '/' } }],
      backendRefs: [
        { name: 'stable', port: 80 },
        { name: 'canary', port: 80, weight: 0 },
      ],
    },
  ],
});
const byHost = object('networking.istio.io/v1', 'VirtualService', 'web', {
  hosts: ['web.example'],
  http: [
    {
      name: 'primary',
      route: [
        { destination: { host: 'stable', port: { number: 80 } }, weight: 100 },
        { destination: { host: 'canary.shop.svc.cluster.local' }, weight: 0 },
      ],
    },
    { name: 'admin', match: [{ uri: { prefix: '/admin' } }], route: [{ destination: { host: 'admin' } }] },
  ],
});
const bySubset = object('networking.istio.io/v1', 'VirtualService', 'web', {
  hosts: ['web'],
  http: [
    {
      route: [
        { destination: { host: 'web', subset: 'stable' }, weight: 100 },
        { destination: { host: 'web', subset: 'canary' }, weight: 0 },
      ],
    },
  ],
});
const rule = object('networking.istio.io/v1', 'DestinationRule', 'web', {
  host: 'web',
  subsets: [
    { name: 'stable', labels: { app: 'web' } },
    { name: 'canary', labels: { app: 'web' } },
  ],
});

const NGINX = {
  ...SERVED,
  steps: STEPS,
  trafficRouting: {
    nginx: { stableIngress: 'web', additionalIngressAnnotations: { 'canary-by-header': 'x-canary' } },
  },
};
const PLUGIN = (more: Record<string, unknown> = {}) => ({
  ...more,
  plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'web' } },
});
const GATEWAY = { ...SERVED, steps: STEPS, trafficRouting: PLUGIN() };
const ISTIO = {
  ...SERVED,
  steps: STEPS,
  trafficRouting: { istio: { virtualService: { name: 'web', routes: ['primary'] } } },
};

function updating(canary: Record<string, unknown>, spec: Record<string, unknown> = {}): RolloutCluster {
  const cluster = new RolloutCluster();
  addServices(cluster, 'canary', 'stable', 'web');
  cluster.store.create(INGRESSES, ingress);
  cluster.store.create(HTTP_ROUTES, httpRoute);
  cluster.store.create(VIRTUAL_SERVICES, canary.canaryService ? byHost : bySubset);
  cluster.store.create(DESTINATION_RULES, rule);
  cluster.deploy({ canary }, spec);
  cluster.setImage('web:2');
  return cluster;
}

function specOf(cluster: RolloutCluster, type: typeof INGRESSES): Record<string, unknown> {
  const { spec } = cluster.store.get(type, 'shop', 'web') ?? {};
  if (!spec) throw new Error(`there are no ${type.plural} of that name`);
  return spec;
}
const selectorOf = (cluster: RolloutCluster, name: string) => {
  const service = cluster.store.get(SERVICES, 'shop', name);
  return service && serviceSelector(service)[HASH_LABEL];
};
const weights = ({ status }: RolloutCluster) => [
  status.canary.weights?.canary.weight,
  status.canary.weights?.stable.weight,
];

/** The weight of the canary as the router's object has it. */
const ROUTED: [string, Record<string, unknown>, (cluster: RolloutCluster) => unknown][] = [
  [
    'nginx',
    NGINX,
    (cluster) =>
      Number(
        cluster.store.get(INGRESSES, 'shop', 'web-web-canary')?.metadata.annotations?.[
          'nginx.ingress.kubernetes.io/canary-weight'
        ],
      ),
  ],
  [
    'Gateway API',
    GATEWAY,
    (cluster) =>
      (specOf(cluster, HTTP_ROUTES).rules as { backendRefs: { weight: number }[] }[])[0]?.backendRefs[1]
        ?.weight,
  ],
  [
    'Istio',
    ISTIO,
    (cluster) =>
      (specOf(cluster, VIRTUAL_SERVICES).http as { route: { weight: number }[] }[])[0]?.route[1]?.weight,
  ],
];

describe.each(ROUTED)('a Rollout with %s', (_, canary, weightOf) => {
  it('moves the weight by its steps, and everything back when it is promoted', () => {
    const cluster = updating(canary);
    cluster.until('Paused');
    expect([weightOf(cluster), weights(cluster)]).toEqual([25, [25, 75]]);
    expect(cluster.replicas).toEqual([4, 1]);
    const { stableRS, currentPodHash } = cluster.status;
    expect([selectorOf(cluster, 'stable'), selectorOf(cluster, 'canary')]).toEqual([
      stableRS,
      currentPodHash,
    ]);
    expect(cluster.eventsOf('web')).toContain('TrafficWeightUpdated: Traffic weight updated from 0 to 25');
    cluster.patchStatus({ pauseConditions: null, currentStepIndex: 4 });
    cluster.until('Healthy');
    cluster.run(2);
    expect([weightOf(cluster), weights(cluster)]).toEqual([0, [0, 100]]);
    expect(selectorOf(cluster, 'stable')).toBe(currentPodHash);
    cluster.run(40);
    expect(cluster.replicas).toEqual([0, 4]);
    expect(cluster.errors).toEqual([]);
  });

  it('has no traffic on the canary once it is aborted, and keeps its pods for a while', () => {
    const cluster = updating(canary);
    cluster.until('Paused');
    cluster.patchStatus({ abort: true });
    cluster.run(1);
    expect(cluster.phase).toMatch(/^Degraded: RolloutAborted/);
    expect([weightOf(cluster), weights(cluster)]).toEqual([0, [0, 100]]);
    expect(selectorOf(cluster, 'canary')).toBe(cluster.status.stableRS);
    expect(cluster.replicas).toEqual([4, 1]);
    cluster.run(35);
    expect(cluster.replicas).toEqual([4, 0]);
  });
});

describe('the canary Ingress', () => {
  it('is made for the rules of the stable Service, and goes with the Rollout', () => {
    const cluster = updating(NGINX);
    cluster.until('Paused');
    const made = cluster.store.get(INGRESSES, 'shop', 'web-web-canary');
    expect(made?.metadata.annotations).toEqual({
      'nginx.ingress.kubernetes.io/canary': 'true',
      'nginx.ingress.kubernetes.io/canary-weight': '25',
      'nginx.ingress.kubernetes.io/canary-by-header': 'x-canary',
    });
    expect(made?.spec).toMatchObject({
      ingressClassName: 'nginx',
      tls: [{ hosts: ['web.example'] }],
      rules: [{ host: 'web.example' }],
    });
    expect(made?.spec?.rules).toHaveLength(1);
    cluster.store.delete(ROLLOUTS, 'shop', 'web');
    cluster.run(60);
    expect(cluster.store.list(INGRESSES, 'shop').map(({ metadata }) => metadata.name)).toEqual(['web']);
    expect(cluster.pods()).toEqual([]);
    expect(cluster.replicaSets()).toEqual([]);
    for (const name of ['stable', 'canary']) {
      const service = cluster.store.get(SERVICES, 'shop', name);
      expect(service?.spec?.selector).toEqual({ app: 'web' });
      expect(service?.metadata.annotations).toBeUndefined();
    }
  });
});

describe('routes by header', () => {
  const steps = [
    { setCanaryScale: { replicas: 2 } },
    {
      setHeaderRoute: {
        name: 'by-header',
        match: [{ headerName: 'x-canary', headerValue: { exact: 'true' } }],
      },
    },
    { pause: {} },
    { setMirrorRoute: { name: 'mirrored', percentage: 10, match: [{ path: { prefix: '/' } }] } },
    { pause: {} },
  ];
  const managedRoutes = [{ name: 'by-header' }, { name: 'mirrored' }];

  it('stand first in a VirtualService, and are gone after an abort', () => {
    const trafficRouting = { ...ISTIO.trafficRouting, managedRoutes };
    const cluster = updating({ ...SERVED, steps, trafficRouting });
    cluster.until('Paused');
    const routes = () =>
      specOf(cluster, VIRTUAL_SERVICES).http as { name: string; route: unknown; mirror?: unknown }[];
    expect(routes().map(({ name }) => name)).toEqual(['by-header', 'primary', 'admin']);
    expect(routes()[0]).toEqual({
      name: 'by-header',
      match: [{ headers: { 'x-canary': { exact: 'true' } } }],
      route: [{ destination: { host: 'canary', port: { number: 80 } }, weight: 100 }],
    });
    expect(cluster.replicas).toEqual([4, 2]);
    cluster.patchStatus({ pauseConditions: null });
    cluster.runUntil(() => cluster.status.currentStepIndex === 4);
    expect(routes().map(({ name }) => name)).toEqual(['by-header', 'mirrored', 'primary', 'admin']);
    expect(routes()[1]).toMatchObject({ mirror: { host: 'canary' }, mirrorPercentage: { value: 10 } });
    cluster.patchStatus({ abort: true });
    cluster.run(1);
    expect(specOf(cluster, VIRTUAL_SERVICES)).toEqual(byHost.spec);
  });

  it('are rules of their own in a HTTPRoute', () => {
    const cluster = updating({
      ...SERVED,
      steps: steps.slice(0, 3),
      trafficRouting: PLUGIN({ managedRoutes }),
    });
    cluster.until('Paused');
    const rules = () => specOf(cluster, HTTP_ROUTES).rules as Record<string, unknown>[];
    expect(rules()[1]).toEqual({
      name: 'by-header',
      matches: [
        {
          path: { type: 'PathPrefix', value: '/' },
          headers: [{ name: 'x-canary', type: 'Exact', value: 'true' }],
        },
      ],
      backendRefs: [{ group: '', kind: 'Service', name: 'canary', port: 80 }],
    });
    cluster.patchStatus({ pauseConditions: null });
    cluster.until('Healthy');
    cluster.run(2);
    expect(rules()).toHaveLength(1);
  });
});

describe('subsets of a DestinationRule', () => {
  const istio = {
    virtualService: { name: 'web' },
    destinationRule: { name: 'web', canarySubsetName: 'canary', stableSubsetName: 'stable' },
  };

  it('pick the pods by the hash, which goes with the Rollout', () => {
    const cluster = updating({ steps: STEPS, trafficRouting: { istio } });
    cluster.until('Paused');
    const hashes = () =>
      (specOf(cluster, DESTINATION_RULES).subsets as { labels: Record<string, string> }[]).map(
        ({ labels }) => labels[HASH_LABEL],
      );
    expect(hashes()).toEqual([cluster.status.stableRS, cluster.status.currentPodHash]);
    expect(weights(cluster)).toEqual([25, 75]);
    cluster.store.delete(ROLLOUTS, 'shop', 'web');
    cluster.run(1);
    expect(specOf(cluster, DESTINATION_RULES)).toEqual(rule.spec);
  });
});

describe('dynamicStableScale', () => {
  it('takes pods from the stable version as the weight goes up, and gives them back before it goes down', () => {
    const cluster = updating({ ...GATEWAY, dynamicStableScale: true });
    cluster.until('Paused');
    cluster.patchStatus({ pauseConditions: null });
    cluster.runUntil(() => cluster.status.currentStepIndex === 3 && cluster.replicas.join() === '2,2');
    expect(weights(cluster)).toEqual([50, 50]);
    cluster.patchStatus({ abort: true });
    const served: boolean[] = [];
    cluster.run(60, () => {
      const [canary = 0] = weights(cluster);
      const [stable = 0] = cluster.replicas;
      served.push(stable >= Math.floor(((100 - canary) * 4) / 100));
    });
    expect(served.every(Boolean)).toBe(true);
    expect(weights(cluster)).toEqual([0, 100]);
    expect(cluster.replicas).toEqual([4, 0]);
  });
});
