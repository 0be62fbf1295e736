import { describe, expect, it } from 'vitest';
import { ReleaseCluster } from '../safety/testing/releaseCluster';
import { type ApiObject, aDeployment, aService, objectsOf } from '../safety/testing/releaseObjects';
import { reduceHpa } from './model/autoscaler';
import { reducePod } from './model/pod';
import { reduceReplicaSet } from './model/relations';
import { CANARY } from './model/releaseNote';
import { reduceAnalysisRun, reduceReleaseObject } from './model/releaseRollout';
import { routerVersion } from './releaseResources';
import type { ArgoRelease, FlaggerRelease } from './releases';
import { SnapshotStore } from './snapshotStore';

function problemsOf(objects: readonly ApiObject[]): readonly string[] {
  return new ReleaseCluster(objects).release().problems;
}

function withRoute(kind: string, change: (object: ApiObject) => void): ApiObject[] {
  const objects = objectsOf('gateway-api');
  for (const object of objects) if (object.kind === kind) change(object);
  return objects;
}

describe('a Deployment that Coxswain releases', () => {
  it('is shown with its route, its Services and both versions', () => {
    const cluster = ReleaseCluster.over('gateway-api');
    expect(cluster.release()).toMatchObject({
      operator: 'coxswain',
      ref: { kind: 'Deployment', namespace: 'shop', name: 'checkout' },
      settings: { router: 'gateway-api', route: 'checkout', service: 'checkout' },
      router: 'Gateway API HTTPRoute checkout',
      problems: [],
      weight: null,
      canary: null,
      stable: {
        revision: 'checkout',
        wantedPods: 3,
        containers: [{ name: 'app', image: 'shop/checkout:1.4' }],
      },
      services: { stable: { name: 'checkout' }, canary: null },
    });
    expect(cluster.release().stable?.pods).toHaveLength(3);
  });

  it('is the same object until something of it changes, and is named in the change', () => {
    const cluster = ReleaseCluster.over('istio', [aService('other', { app: 'other' })]);
    const before = cluster.release();
    cluster.changes.splice(0);
    cluster.edit('services', 'other', ({ spec }) => {
      spec.selector = { app: 'else' };
    });
    expect(cluster.release()).toBe(before);
    expect(cluster.changes.flatMap(({ workloadIds }) => workloadIds)).not.toContain(
      'shop/Deployment/checkout',
    );
    cluster.edit('virtualservices', 'checkout', ({ spec }) => {
      spec.gateways = ['other'];
    });
    expect(cluster.release()).not.toBe(before);
    expect(cluster.changes.flatMap(({ workloadIds }) => workloadIds)).toContain('shop/Deployment/checkout');
  });

  it('is gone with its annotation, and with the Deployment', () => {
    const cluster = ReleaseCluster.over('nginx');
    cluster.edit('deployments', 'checkout', ({ metadata }) => {
      metadata.annotations = {};
    });
    expect([...cluster.snapshot().releases.keys()]).toEqual([]);
  });

  const problems: [what: string, objects: readonly ApiObject[], problem: RegExp][] = [
    [
      'a route that is not there',
      objectsOf('gateway-api').slice(0, 2),
      /There is no Gateway API HTTPRoute checkout/,
    ],
    [
      'a Service that is not there',
      objectsOf('gateway-api').filter(({ kind }) => kind !== 'Service'),
      /There is no Service checkout/,
    ],
    [
      'a Service of other pods',
      withRoute('Service', ({ spec }) => {
        spec.selector = { app: 'else' };
      }),
      /does not select the pods of Deployment checkout/,
    ],
    [
      'a route that goes elsewhere',
      withRoute('HTTPRoute', ({ spec }) => {
        spec.rules = [{ backendRefs: [{ name: 'assets', port: 80 }] }];
      }),
      /No rule of HTTPRoute checkout goes to Service checkout/,
    ],
    [
      'an annotation that lacks something',
      withRoute('Deployment', ({ metadata }) => {
        metadata.annotations = { [CANARY]: '{"router":"gateway-api","route":"checkout"}' };
      }),
      /cannot be read: service/,
    ],
    [
      'an annotation that is no JSON',
      withRoute('Deployment', ({ metadata }) => {
        metadata.annotations = { [CANARY]: 'yes' };
      }),
      /cannot be read: it is no JSON/,
    ],
    [
      'a canary’s Service that selects the stable pods',
      [...objectsOf('istio'), aService('checkout-canary', { app: 'checkout' })],
      /checkout-canary selects pods of the stable version/,
    ],
    [
      'a canary that the stable Service selects as well',
      [
        ...objectsOf('gateway-api', { deployment: 'checkout-next' }),
        aDeployment('checkout-next', 'shop/checkout:1.5', { app: 'checkout' }),
      ],
      /The stable Service checkout selects the pods of the canary checkout-next as well/,
    ],
    [
      'a canary that is named and not there',
      objectsOf('gateway-api', { deployment: 'checkout-next' }),
      /There is no Deployment checkout-next/,
    ],
    [
      'two routers for one host',
      [...objectsOf('gateway-api'), ...objectsOf('istio').slice(2)],
      /Host checkout.shop.test is claimed by HTTPRoute checkout and by VirtualService shop\/checkout/,
    ],
    [
      'two routes of a kind to one Service',
      [
        ...objectsOf('gateway-api'),
        ...objectsOf('gateway-api')
          .slice(2)
          .map((object) => ({ ...object, metadata: { name: 'second' } })),
      ],
      /and by HTTPRoute shop\/second/,
    ],
    [
      'two Deployments that are released over one route',
      [
        ...objectsOf('gateway-api'),
        aDeployment(
          'twin',
          'shop/checkout:1.4',
          { app: 'twin' },
          { [CANARY]: '{"router":"gateway-api","route":"checkout","service":"checkout"}' },
        ),
      ],
      /Deployment twin is released over the same/,
    ],
    [
      'an Ingress of another controller',
      [
        ...objectsOf('nginx'),
        {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'IngressClass',
          metadata: { name: 'traefik' },
          spec: { controller: 'traefik.io/ingress-controller' },
        },
      ],
      /NGINX Ingress is not installed/,
    ],
  ];
  it.each(problems)('tells of %s', (_what, objects, problem) => {
    const found = problemsOf(objects).filter((text) => problem.test(text));
    // Classes are only told apart where they have been listed.
    if (objects.some(({ kind }) => kind === 'IngressClass')) {
      const cluster = new ReleaseCluster(objects);
      cluster.store.releases.ingressClasses.replace(null, [
        { namespace: '', name: 'traefik', uid: 'u', controller: 'traefik.io/ingress-controller' },
      ]);
      expect(cluster.release().problems.join()).toMatch(problem);
      return;
    }
    expect(found).toHaveLength(1);
  });

  it('says that a router is not installed while its routes were never listed', () => {
    const store = new SnapshotStore({ onChange: () => undefined, defer: () => undefined });
    const cluster = ReleaseCluster.over('gateway-api');
    for (const record of cluster.store.deployments.all())
      store.deployments.apply({ type: 'ADDED', item: record });
    const release = store.snapshot(1, 1).releases.get('shop/Deployment/checkout');
    expect(release?.problems).toContainEqual(expect.stringMatching(/The Gateway API is not installed/));
  });

  it('lists the autoscalers of both versions', () => {
    const cluster = ReleaseCluster.over('gateway-api');
    const hpa = reduceHpa({
      metadata: { name: 'checkout', namespace: 'shop', uid: 'u' },
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'checkout' }, maxReplicas: 5 },
      status: { desiredReplicas: 5, currentReplicas: 3 },
    });
    cluster.store.hpas.apply({ type: 'ADDED', item: hpa });
    expect(cluster.release().autoscalers).toEqual([
      { name: 'checkout', desiredReplicas: 5, currentReplicas: 3 },
    ]);
  });
});

function aRollout(more: { spec?: object; status?: object } = {}) {
  return reduceReleaseObject({
    metadata: { name: 'web', namespace: 'shop', uid: 'uid-web', resourceVersion: '7' },
    spec: {
      replicas: 2,
      strategy: { canary: { steps: [{ setWeight: 50 }, { pause: {} }] } },
      ...more.spec,
    },
    status: { currentPodHash: 'new', stableRS: 'old', ...more.status },
  });
}

function revision(hash: string, number: number, image: string) {
  return reduceReplicaSet({
    metadata: {
      name: `web-${hash}`,
      namespace: 'shop',
      uid: `uid-${hash}`,
      labels: { 'rollouts-pod-template-hash': hash },
      annotations: { 'rollout.argoproj.io/revision': String(number) },
      ownerReferences: [{ kind: 'Rollout', name: 'web', uid: 'uid-web', controller: true }],
    },
    spec: { replicas: 1, template: { spec: { containers: [{ name: 'app', image }] } } },
  });
}

function rolloutPod(hash: string) {
  return reducePod({
    metadata: {
      name: `web-${hash}-1`,
      namespace: 'shop',
      uid: `uid-web-${hash}-1`,
      labels: { 'rollouts-pod-template-hash': hash },
      ownerReferences: [{ kind: 'ReplicaSet', name: `web-${hash}`, uid: `uid-${hash}`, controller: true }],
    },
    spec: {},
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  });
}

function argo(rollout: ReturnType<typeof aRollout>) {
  const store = new SnapshotStore({ onChange: () => undefined, defer: () => undefined });
  store.replicaSets.replace(null, [revision('old', 1, 'web:1'), revision('new', 2, 'web:2')]);
  store.pods.replace(null, [rolloutPod('old'), rolloutPod('new')]);
  store.releases.rollouts.replace(null, [rollout]);
  const release = () => store.snapshot(1, 1).releases.get('shop/Rollout/web') as ArgoRelease;
  return { store, release };
}

describe('a Rollout of Argo Rollouts', () => {
  it('is shown with the pods of its revisions, which are no workload', () => {
    const { store, release } = argo(aRollout());
    expect(release()).toMatchObject({
      operator: 'argo-rollouts',
      strategy: 'canary',
      router: 'replicas',
      weight: 50,
      stable: { revision: 'old', containers: [{ image: 'web:1' }], pods: [{ name: 'web-old-1' }] },
      canary: { revision: 'new', containers: [{ image: 'web:2' }], pods: [{ name: 'web-new-1' }] },
      revisions: [
        { revision: 2, images: ['web:2'] },
        { revision: 1, images: ['web:1'] },
      ],
      problems: [],
    });
    expect(store.snapshot(1, 1).workloads.size).toBe(0);
  });

  it('goes by the weight that its router has, and has no canary once it is promoted', () => {
    const routed = argo(aRollout({ status: { canary: { weights: { canary: { weight: 20 } } } } }));
    expect(routed.release().weight).toBe(20);
    expect(argo(aRollout({ status: { currentPodHash: 'old' } })).release().canary).toBeNull();
  });

  it('tells of Services and routes that it names and are not there', () => {
    const canary = {
      stableService: 'web',
      canaryService: 'web-canary',
      trafficRouting: { plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'web' } } },
    };
    const { release } = argo(aRollout({ spec: { strategy: { canary } } }));
    expect(release().router).toBe('Gateway API HTTPRoute web');
    expect(release().problems).toEqual([
      'There is no Service web, which the Rollout names.',
      'There is no Service web-canary, which the Rollout names.',
      expect.stringContaining('HTTPRoute web'),
    ]);
  });

  it('has the analyses of the revision under way, the newest first', () => {
    const { store, release } = argo(aRollout());
    const run = (name: string, hash: string, at: string) =>
      reduceAnalysisRun({
        metadata: {
          name,
          namespace: 'shop',
          uid: name,
          creationTimestamp: at,
          labels: { 'rollouts-pod-template-hash': hash },
          ownerReferences: [{ kind: 'Rollout', name: 'web', uid: 'uid-web', controller: true }],
        },
        spec: {},
        status: { phase: 'Running' },
      });
    store.releases.analysisRuns.replace(null, [
      run('a', 'new', '2026-01-01T00:00:00Z'),
      run('b', 'new', '2026-01-01T00:01:00Z'),
      run('c', 'old', '2026-01-01T00:02:00Z'),
    ]);
    expect(release().analysisRuns.map(({ name }) => name)).toEqual(['b', 'a']);
  });
});

describe('a Canary of Flagger', () => {
  it('is shown with its primary as the stable version and its target as the canary', () => {
    const cluster = new ReleaseCluster([
      aDeployment('api', 'api:2', { app: 'api' }),
      aDeployment('api-primary', 'api:1', { app: 'api-primary' }),
    ]);
    const canary = (status: object) =>
      reduceReleaseObject({
        metadata: { name: 'api', namespace: 'shop', uid: 'uid-canary' },
        spec: { provider: 'istio', targetRef: { kind: 'Deployment', name: 'api' } },
        status,
      });
    const release = () => cluster.snapshot().releases.get('shop/Canary/api') as FlaggerRelease;
    cluster.store.releases.flaggerCanaries.replace(null, [
      canary({ phase: 'Progressing', canaryWeight: 10 }),
    ]);
    expect(release()).toMatchObject({
      router: 'Flagger over istio',
      weight: 10,
      stable: { revision: 'api-primary' },
      canary: { revision: 'api' },
      problems: [],
    });
    cluster.store.releases.flaggerCanaries.replace(null, [canary({ phase: 'Succeeded', canaryWeight: 0 })]);
    expect(release()).toMatchObject({ weight: 0, canary: null });
  });
});

describe('the version of a router’s API', () => {
  it.each([
    ['networking.istio.io', 'v1beta1', 'v1beta1'],
    ['networking.istio.io', 'v1', 'v1'],
    ['networking.istio.io', 'v2', 'v1'],
    ['gateway.networking.k8s.io', undefined, 'v1'],
    ['networking.k8s.io', 'v1', 'v1'],
  ])('of %s, which prefers %s, is %s', (group, preferred, version) => {
    expect(routerVersion(group, new Map(preferred ? [[group, preferred]] : []))).toBe(version);
  });
});
