import { describe, expect, it } from 'vitest';
import { hasRealDefinitions, realDefinitions } from '../../../../test/support/realDefinitions';
import type { RouterKind } from '../../../protocol';
import { SCENARIO_NAMES } from '../../../sim/canary/scenario';
import { namespace } from '../../demo/cluster';
import { installRouters } from '../../demo/install';
import { RELEASE_HOST, RELEASE_NAMESPACE, releaseObjects } from '../../demo/releaseApp';
import type { NewObject } from '../../objectStore';
import {
  DEPLOYMENTS,
  GATEWAY_CLASSES,
  GATEWAYS,
  HTTP_ROUTES,
  INGRESSES,
  NAMESPACES,
  PODS,
  SERVICES,
} from '../../store/resourceTypes';
import { TestCluster } from '../testing/testCluster';
import { SCENARIO_ANNOTATION } from './scenarios';

const NAME = 'storefront';
const CANARY = 'pod=~"storefront-canary-.*"';
const STABLE = 'pod!~"storefront-canary-.*"';
const REQUESTS = `sum(increase(http_requests_total{${CANARY}}[1m]))`;
const ALL_REQUESTS = 'sum(increase(http_requests_total[1m]))';

/** The demo's app on a router, under load, with a second version beside it. */
function released(router: RouterKind, canaryTag = '2.0.0'): TestCluster {
  const cluster = new TestCluster();
  cluster.store.create(NAMESPACES, namespace(RELEASE_NAMESPACE));
  installRouters(cluster.store);
  for (const { type, object } of releaseObjects(router)) {
    cluster.store.create(type, object);
    if (type === DEPLOYMENTS || type === SERVICES) cluster.store.create(type, asCanary(object, canaryTag));
  }
  cluster.run(60);
  return cluster;
}

function asCanary(object: NewObject, tag: string): NewObject {
  const text = JSON.stringify(object)
    .replaceAll('"app":"storefront"', '"app":"storefront-canary"')
    .replaceAll('"name":"storefront"', '"name":"storefront-canary"')
    .replaceAll('storefront:1.0.0', `storefront:${tag}`);
  return JSON.parse(text);
}

function split(cluster: TestCluster, canaryWeight: number): void {
  cluster.store.update(HTTP_ROUTES, RELEASE_NAMESPACE, NAME, ({ spec }) => {
    if (!spec) return;
    const backends = [
      { name: NAME, port: 80, weight: 100 - canaryWeight },
      { name: `${NAME}-canary`, port: 80, weight: canaryWeight },
    ];
    spec.rules = [{ backendRefs: backends }];
  });
}

const value = (cluster: TestCluster, promql: string) => cluster.query(promql).get('') ?? Number.NaN;
/** Of the pods and routes that the labels select, in the last five minutes. */
const errorShare = (cluster: TestCluster, labels = CANARY) =>
  value(
    cluster,
    `sum(increase(http_requests_total{${labels},status!="200"}[5m])) / sum(increase(http_requests_total{${labels}}[5m]))`,
  );
const latency = (cluster: TestCluster, labels: string) =>
  value(
    cluster,
    `histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{${labels}}[5m])))`,
  );
const podsOf = (cluster: TestCluster, app: string) =>
  cluster.store
    .list(PODS, RELEASE_NAMESPACE)
    .filter(({ metadata }) => metadata.labels?.app === app)
    .flatMap(({ metadata }) => cluster.runtime.runningPod(RELEASE_NAMESPACE, metadata.name) ?? []);

describe('the load on a host', () => {
  it.each<RouterKind>(['nginx', 'gateway-api', 'istio'])('comes over %s', (router) => {
    const cluster = released(router);
    cluster.run(60);
    expect(value(cluster, ALL_REQUESTS) / 3600).toBeCloseTo(1, 0);
    expect(value(cluster, REQUESTS)).toBe(0);
    expect(cluster.errors).toEqual([]);
  });

  it('moves with the weights at the next tick', () => {
    const cluster = released('gateway-api');
    split(cluster, 25);
    cluster.run(70);
    expect(value(cluster, REQUESTS) / value(cluster, ALL_REQUESTS)).toBeCloseTo(0.25, 1);
    split(cluster, 0);
    cluster.run(70);
    expect(value(cluster, REQUESTS)).toBe(0);
  });

  it('is copied to a mirror besides, which answers no client', () => {
    const cluster = released('gateway-api');
    const unrouted = () => cluster.runtime.traffic.unrouted('HTTPRoute', RELEASE_NAMESPACE, NAME);
    cluster.store.update(HTTP_ROUTES, RELEASE_NAMESPACE, NAME, ({ spec }) => {
      const requestMirror = { backendRef: { name: `${NAME}-canary`, port: 80 }, percent: 20 };
      const backends = { backendRefs: [{ name: NAME, port: 80 }] };
      if (spec) spec.rules = [{ ...backends, filters: [{ type: 'RequestMirror', requestMirror }] }];
    });
    cluster.run(70);
    const stable = value(cluster, `sum(increase(http_requests_total{${STABLE}}[1m]))`);
    expect(stable / 3600).toBeCloseTo(1, 0);
    expect(value(cluster, REQUESTS) / stable).toBeCloseTo(0.2, 1);
    cluster.store.update(DEPLOYMENTS, RELEASE_NAMESPACE, `${NAME}-canary`, ({ spec }) => {
      if (spec) spec.replicas = 0;
    });
    cluster.run(70);
    expect(unrouted()).toBe(0);
  });

  it('asks for the paths that it names, and is told apart by route', () => {
    const cluster = released('gateway-api');
    cluster.run(240);
    const share = (route: string) =>
      value(cluster, `sum(increase(http_requests_total{route="${route}"}[5m]))`) /
      value(cluster, 'sum(increase(http_requests_total[5m]))');
    expect(share('/')).toBeCloseTo(0.6, 1);
    expect(share('/checkout')).toBeCloseTo(0.1, 1);
  });

  it('counts what finds no pod', () => {
    const cluster = released('gateway-api');
    const unrouted = () => cluster.runtime.traffic.unrouted('HTTPRoute', RELEASE_NAMESPACE, NAME);
    expect(unrouted()).toBe(0);
    cluster.store.delete(SERVICES, RELEASE_NAMESPACE, NAME);
    cluster.run(10);
    expect(unrouted()).toBeGreaterThan(400);
  });

  it('says what is wrong with it', () => {
    const cluster = released('gateway-api');
    cluster.store.update(HTTP_ROUTES, RELEASE_NAMESPACE, NAME, ({ metadata }) => {
      metadata.annotations = { 'sim.coxswain.dev/load': '{"kind":"constant"}' };
    });
    cluster.run(1);
    const events = cluster.store.list({ group: '', version: 'v1', plural: 'events' }, RELEASE_NAMESPACE);
    const messages = events.filter(({ reason }) => reason === 'InvalidLoad').map(({ message }) => message);
    expect(messages.join()).toContain('requestsPerSecond');
  });
});

describe('the scenario of a version', () => {
  it('is its image’s, and errors scatter as those of requests do', () => {
    const cluster = released('gateway-api', '2.0.0-buggy');
    split(cluster, 50);
    cluster.run(300);
    expect(errorShare(cluster)).toBeGreaterThan(0.08);
    expect(errorShare(cluster)).toBeLessThan(0.125);
    expect(errorShare(cluster, STABLE)).toBeLessThan(0.006);
  });

  it('makes latencies longer', () => {
    const cluster = released('gateway-api', '2.0.0-latency-only');
    split(cluster, 50);
    cluster.run(300);
    const ratio = latency(cluster, CANARY) / latency(cluster, STABLE);
    expect(ratio).toBeGreaterThan(1.45);
    expect(ratio).toBeLessThan(1.75);
  });

  it('breaks one endpoint alone', () => {
    const cluster = released('gateway-api', '2.0.0-one-endpoint-broken');
    split(cluster, 50);
    cluster.run(300);
    expect(errorShare(cluster, `${CANARY},route="/checkout"`)).toBeGreaterThan(0.7);
    expect(errorShare(cluster, `${CANARY},route="/cart"`)).toBeLessThan(0.01);
  });

  it('fills the memory, to be killed within twenty minutes', () => {
    const cluster = released('gateway-api', '2.0.0-slow-leak');
    const leaked = () => podsOf(cluster, 'storefront-canary').map(({ sim }) => sim.memoryBytes);
    const [before = 0] = leaked();
    cluster.run(120);
    const [after = 0] = leaked();
    const room = (256 - 96) * 2 ** 20;
    expect((after - before) / room).toBeCloseTo(0.1, 2);
  });

  it('can be changed while its pods run', () => {
    const cluster = released('gateway-api');
    split(cluster, 50);
    const annotate = (scenario: string) => {
      for (const { metadata } of cluster.store.list(PODS, RELEASE_NAMESPACE)) {
        if (!metadata.name.startsWith('storefront-canary')) continue;
        cluster.store.update(PODS, RELEASE_NAMESPACE, metadata.name, (draft) => {
          draft.metadata.annotations = { ...draft.metadata.annotations, [SCENARIO_ANNOTATION]: scenario };
        });
      }
    };
    annotate('buggy');
    cluster.run(310);
    expect(errorShare(cluster)).toBeGreaterThan(0.08);
    annotate('healthy');
    cluster.run(310);
    expect(errorShare(cluster)).toBeLessThan(0.006);
  });

  it.each([
    ['low-traffic', 0.5],
    ['no-traffic', 0],
  ])('limits the load of its host: %s', (scenario, requestsPerSecond) => {
    const cluster = released('gateway-api', `2.0.0-${scenario}`);
    expect(value(cluster, ALL_REQUESTS)).toBeGreaterThan(1000);
    split(cluster, 50);
    cluster.run(310);
    const rate = value(cluster, 'sum(increase(http_requests_total[5m]))') / 300;
    expect(Math.abs(rate - requestsPerSecond)).toBeLessThan(0.2);
  });

  it('noisy-stable is of all versions behind the host', () => {
    const cluster = released('gateway-api', '2.0.0-noisy-stable');
    const shares = () =>
      ['storefront', 'storefront-canary'].map((app) => podsOf(cluster, app)[0]?.sim.faults.errorShare ?? 0);
    expect(shares()[0]).toBeCloseTo(0.002, 6);
    split(cluster, 50);
    cluster.run(1);
    const [stable = 0, canary = 0] = shares();
    expect(stable).not.toBeCloseTo(0.002, 6);
    expect(stable).not.toBe(canary);
    cluster.run(31);
    expect(shares()).not.toEqual([stable, canary]);
  });

  it('that is none is not heeded, with an event', () => {
    const cluster = released('gateway-api');
    cluster.store.update(DEPLOYMENTS, RELEASE_NAMESPACE, NAME, ({ metadata }) => {
      metadata.annotations = { ...metadata.annotations, [SCENARIO_ANNOTATION]: 'bugy' };
    });
    cluster.run(1);
    const events = cluster.store.list({ group: '', version: 'v1', plural: 'events' }, RELEASE_NAMESPACE);
    const [event] = events.filter(({ reason }) => reason === 'InvalidScenario');
    expect(event?.message).toContain(`bugy is none of ${SCENARIO_NAMES.join(', ')}`);
  });
});

describe('a request to a host', () => {
  it('is counted at the pod that answers it', () => {
    const cluster = released('gateway-api');
    cluster.store.update(HTTP_ROUTES, RELEASE_NAMESPACE, NAME, ({ metadata }) => {
      metadata.annotations = {};
    });
    cluster.run(70);
    const before = value(cluster, 'sum(http_requests_total)');
    const paths = ['/', '/cart/7', '/healthz', '/version', '/nowhere'];
    const statuses = paths.map((path) => {
      const { outcome } = cluster.runtime.traffic.request({ host: RELEASE_HOST, path, headers: {} });
      return outcome?.kind === 'answered' ? outcome.status : outcome?.kind;
    });
    cluster.run(10);
    expect(statuses).toEqual([200, 200, 200, 200, 404]);
    expect(value(cluster, 'sum(http_requests_total)') - before).toBe(2);
  });
});

describe('the status of routes', () => {
  const status = (cluster: TestCluster, type = HTTP_ROUTES) =>
    JSON.stringify(cluster.store.get(type, RELEASE_NAMESPACE, NAME)?.status);

  it('says that they are served, and where', () => {
    const cluster = released('gateway-api');
    cluster.runtime.traffic.announce({ host: '127.0.0.1', port: 8080 });
    cluster.run(1);
    expect(status(cluster)).toContain('"type":"Accepted","status":"True"');
    expect(status(cluster)).toContain('"type":"ResolvedRefs","status":"True"');
    expect(status(cluster, GATEWAYS)).toContain('"type":"Programmed","status":"True"');
    expect(status(cluster, GATEWAYS)).toContain('{"type":"coxswain.dev/endpoint","value":"127.0.0.1:8080"}');
    const nginx = released('nginx');
    nginx.runtime.traffic.announce({ host: '127.0.0.1', port: 8080 });
    nginx.run(1);
    expect(status(nginx, INGRESSES)).toBe(
      '{"loadBalancer":{"ingress":[{"ip":"127.0.0.1","ports":[{"port":8080,"protocol":"TCP"}]}]}}',
    );
  });

  it.skipIf(!hasRealDefinitions)('is what the real definitions take', () => {
    const check = realDefinitions('gateway-api');
    const cluster = released('gateway-api');
    cluster.runtime.traffic.announce({ host: '127.0.0.1', port: 8080 });
    cluster.run(1);
    const stored = [
      cluster.store.get(HTTP_ROUTES, RELEASE_NAMESPACE, NAME),
      cluster.store.get(GATEWAYS, RELEASE_NAMESPACE, NAME),
      cluster.store.get(GATEWAY_CLASSES, undefined, 'coxswain'),
    ];
    for (const object of stored) expect(check(object)).toEqual([]);
  });

  it('says what is missing', () => {
    const cluster = released('gateway-api');
    cluster.store.delete(SERVICES, RELEASE_NAMESPACE, NAME);
    cluster.run(1);
    expect(status(cluster)).toContain('"status":"False","reason":"BackendNotFound"');
    expect(status(cluster)).toContain('Service release/storefront not found');
    cluster.store.delete(GATEWAY_CLASSES, undefined, 'coxswain');
    cluster.run(1);
    expect(status(cluster, GATEWAYS)).toContain('"status":"Unknown","reason":"Pending"');
  });
});
