import { describe, expect, it } from 'vitest';
import type { NewObject, ResourceType } from '../../objectStore';
import { DEPLOYMENTS, NAMESPACES, SERVICES } from '../../store/resourceTypes';
import { type TestApp, TestCluster, testDeployment, testService } from '../testing/testCluster';
import { STUCK_ANNOTATION } from './chaosController';
import {
  type ContainerRecord,
  DNS_CHAOS,
  HTTP_CHAOS,
  IO_CHAOS,
  NETWORK_CHAOS,
  POD_CHAOS,
  TIME_CHAOS,
} from './experiments';
import { CLEAN_ANNOTATION } from './lifecycle';

const KINDS = new Map([
  [POD_CHAOS, 'PodChaos'],
  [NETWORK_CHAOS, 'NetworkChaos'],
  [HTTP_CHAOS, 'HTTPChaos'],
  [DNS_CHAOS, 'DNSChaos'],
  [IO_CHAOS, 'IOChaos'],
  [TIME_CHAOS, 'TimeChaos'],
]);
const WEB = { mode: 'one', selector: { labelSelectors: { app: 'web' } } };
const MEDIAN = 'histogram_quantile(0.5, sum by (pod, le) (rate(http_request_duration_seconds_bucket[20s])))';
const PROBE = { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 2, timeoutSeconds: 5 };

/** Three pods `web` under load and two pods `cart`, whose probes ask for `/healthz` on 8080. */
function shop(): TestCluster {
  const cluster = new TestCluster();
  const app = (options: TestApp): NewObject => {
    const deployment = testDeployment(options);
    const { template } = deployment.spec as { template: { spec: { containers: object[] } } };
    Object.assign(template.spec.containers[0] ?? {}, {
      ports: [{ containerPort: 8080 }],
      readinessProbe: PROBE,
    });
    return deployment;
  };
  cluster.store.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  cluster.store.create(DEPLOYMENTS, app({ replicas: 3 }));
  cluster.store.create(DEPLOYMENTS, app({ name: 'cart', replicas: 2 }));
  cluster.store.create(SERVICES, testService('web', 150));
  cluster.store.create(SERVICES, testService('cart', 20));
  cluster.run(40);
  expect(cluster.readyPods('web')).toHaveLength(3);
  return cluster;
}

/** Creates an experiment named `trouble`, lets it begin, and returns the pod that it hits. */
function inject(
  cluster: TestCluster,
  resource: ResourceType,
  spec: Record<string, unknown>,
  annotations: Record<string, string> = {},
): string {
  cluster.store.create(resource, {
    apiVersion: 'chaos-mesh.org/v1alpha1',
    kind: KINDS.get(resource) ?? '',
    metadata: { name: 'trouble', namespace: 'shop', annotations },
    spec: { ...WEB, ...spec },
  });
  cluster.run(0.5);
  return records(cluster, resource)[0]?.id.split('/')[1] ?? '';
}

function records(cluster: TestCluster, resource: ResourceType): ContainerRecord[] {
  const { experiment } = (cluster.store.get(resource, 'shop', 'trouble')?.status ?? {}) as {
    experiment?: { containerRecords?: ContainerRecord[] };
  };
  return experiment?.containerRecords ?? [];
}

function end(cluster: TestCluster, resource: ResourceType): void {
  cluster.store.delete(resource, 'shop', 'trouble');
  cluster.run(0.5);
  expect(cluster.store.get(resource, 'shop', 'trouble')).toBeUndefined();
}

/** Per second and pod: requests with that status. */
const rate = (cluster: TestCluster, status: string, pod: string) =>
  cluster.query(`rate(http_requests_total{status="${status}"}[20s])`).get(pod) ?? Number.NaN;
const isReady = (cluster: TestCluster, name: string) =>
  cluster.readyPods('web').some(({ metadata }) => metadata.name === name);
const container = (cluster: TestCluster, name: string) =>
  (
    cluster.pod(name)?.status?.containerStatuses as
      | { restartCount: number; image: string; lastState: { terminated?: { exitCode: number } } }[]
      | undefined
  )?.[0];

describe('PodChaos', () => {
  it('has a pod run the pause image, which serves nothing, and gives it its own back', () => {
    const cluster = shop();
    const sick = inject(cluster, POD_CHAOS, { action: 'pod-failure', duration: '1m' });
    expect(container(cluster, sick)?.image).toBe('gcr.io/google-containers/pause:latest');
    expect(Object.values(cluster.pod(sick)?.metadata.annotations ?? {})).toContain('web:1');
    cluster.run(30);
    expect(isReady(cluster, sick)).toBe(false);
    expect(container(cluster, sick)).toMatchObject({ restartCount: 1 });
    expect(cluster.eventsOf(sick)).toContain('Killing: Container app definition changed, will be restarted');
    cluster.run(60);
    expect(container(cluster, sick)).toMatchObject({ restartCount: 2, image: 'web:1' });
    expect(isReady(cluster, sick)).toBe(true);
    expect(Object.values(cluster.pod(sick)?.metadata.annotations ?? {})).not.toContain('web:1');
  });

  it('kills a container, which is restarted in its pod', () => {
    const cluster = shop();
    const sick = inject(cluster, POD_CHAOS, { action: 'container-kill', containerNames: ['app'] });
    expect(records(cluster, POD_CHAOS)[0]?.id).toBe(`shop/${sick}/app`);
    expect(isReady(cluster, sick)).toBe(false);
    cluster.run(20);
    expect(isReady(cluster, sick)).toBe(true);
    expect(container(cluster, sick)).toMatchObject({
      restartCount: 1,
      lastState: { terminated: { reason: 'Error', exitCode: 137 } },
    });
    end(cluster, POD_CHAOS);
  });

  it('needs the name of the container to kill', () => {
    const cluster = shop();
    inject(cluster, POD_CHAOS, { action: 'container-kill' });
    expect(cluster.eventsOf('trouble').join()).toContain('the name of container is required');
  });
});

describe('NetworkChaos', () => {
  it('cuts a pod off from everything, also from its probes', () => {
    const cluster = shop();
    const sick = inject(cluster, NETWORK_CHAOS, { action: 'partition', direction: 'both' });
    cluster.run(5);
    expect(rate(cluster, '504', sick)).toBeGreaterThan(5);
    cluster.run(30);
    expect(isReady(cluster, sick)).toBe(false);
    expect(container(cluster, sick)?.restartCount).toBe(0);
    end(cluster, NETWORK_CHAOS);
    cluster.run(5);
    expect(isReady(cluster, sick)).toBe(true);
  });

  it('cuts a pod off from another Service: what needs that times out', () => {
    const cluster = shop();
    const target = { mode: 'all', selector: { labelSelectors: { app: 'cart' } } };
    const sick = inject(cluster, NETWORK_CHAOS, { action: 'partition', direction: 'both', target });
    const keys = records(cluster, NETWORK_CHAOS).map(({ selectorKey, phase }) => `${selectorKey} ${phase}`);
    expect(keys).toEqual(['. Injected', '.Target Injected', '.Target Injected']);
    cluster.run(40);
    // Half of the 50 requests a second.
    expect(rate(cluster, '504', sick)).toBeCloseTo(25, -1);
    expect(rate(cluster, '200', sick)).toBeCloseTo(25, -1);
    expect(isReady(cluster, sick)).toBe(true);
    end(cluster, NETWORK_CHAOS);
    cluster.run(40);
    expect(rate(cluster, '504', sick)).toBe(0);
  });

  it('selects nothing when there is nobody at the other end', () => {
    const cluster = shop();
    const target = { mode: 'all', selector: { labelSelectors: { app: 'none' } } };
    inject(cluster, NETWORK_CHAOS, { action: 'partition', target });
    expect(records(cluster, NETWORK_CHAOS)).toEqual([]);
    expect(cluster.eventsOf('trouble')).toContain(
      'Failed: Failed to select targets: no target has been selected',
    );
  });

  it('narrows the link of a pod', () => {
    const cluster = shop();
    // 40 responses of 16 KiB a second, where 50 are wanted, and room for 20 of them.
    const bandwidth = { rate: '655360bps', limit: 20 * 16_384, buffer: 16_384 };
    const sick = inject(cluster, NETWORK_CHAOS, { action: 'bandwidth', bandwidth });
    cluster.run(40);
    expect(rate(cluster, '200', sick)).toBeCloseTo(40, -1);
    expect(rate(cluster, '504', sick)).toBeGreaterThan(3);
    expect(cluster.query(MEDIAN).get(sick)).toBeGreaterThan(0.4);
  });
});

describe('HTTPChaos', () => {
  const HTTP = { target: 'Request', port: 8080 };

  it('cuts connections, also those of the probe when it matches them', () => {
    const cluster = shop();
    const sick = inject(cluster, HTTP_CHAOS, { ...HTTP, path: '*', abort: true });
    cluster.run(5);
    expect(rate(cluster, '503', sick)).toBeGreaterThan(5);
    cluster.run(10);
    expect(isReady(cluster, sick)).toBe(false);
    expect(cluster.eventsOf(sick).at(-1)).toMatch(/Readiness probe failed: Get .*: EOF$/);
    end(cluster, HTTP_CHAOS);
    cluster.run(5);
    expect(isReady(cluster, sick)).toBe(true);
  });

  it('leaves the probe alone where it matches the load only', () => {
    const cluster = shop();
    const sick = inject(cluster, HTTP_CHAOS, { ...HTTP, path: '/', abort: true });
    cluster.run(30);
    expect(isReady(cluster, sick)).toBe(true);
    expect(rate(cluster, '503', sick)).toBeGreaterThan(40);
  });

  it('delays answers', () => {
    const cluster = shop();
    const sick = inject(cluster, HTTP_CHAOS, { ...HTTP, target: 'Response', delay: '800ms' });
    cluster.run(30);
    expect(cluster.query(MEDIAN).get(sick)).toBeGreaterThan(0.75);
    expect(isReady(cluster, sick)).toBe(true);
  });

  it('replaces the status of answers', () => {
    const cluster = shop();
    const sick = inject(cluster, HTTP_CHAOS, {
      ...HTTP,
      target: 'Response',
      path: '/',
      replace: { code: 500 },
    });
    cluster.run(30);
    expect(rate(cluster, '500', sick)).toBeGreaterThan(40);
  });

  it.each([
    ['another port', { port: 9090 }],
    ['another path', { path: '/api/*' }],
    ['another method', { method: 'POST' }],
    ['a header', { request_headers: { 'x-user': 'me' } }],
  ])('has no effect on %s', (_, rest) => {
    const cluster = shop();
    const sick = inject(cluster, HTTP_CHAOS, { ...HTTP, abort: true, ...rest });
    cluster.run(30);
    expect(records(cluster, HTTP_CHAOS)[0]?.phase).toBe('Injected');
    expect(rate(cluster, '503', sick)).toBe(0);
  });

  it('says that it has nothing to do', () => {
    const cluster = shop();
    inject(cluster, HTTP_CHAOS, HTTP);
    expect(records(cluster, HTTP_CHAOS)[0]?.events[0]?.message).toContain('give one of them');
  });
});

describe('DNSChaos', () => {
  it('fails what needs a name', () => {
    const cluster = shop();
    const sick = inject(cluster, DNS_CHAOS, { action: 'error' });
    expect(records(cluster, DNS_CHAOS)[0]?.id).toBe(`shop/${sick}/app`);
    cluster.run(40);
    expect(rate(cluster, '500', sick)).toBeCloseTo(25, -1);
    expect(isReady(cluster, sick)).toBe(true);
    end(cluster, DNS_CHAOS);
    cluster.run(40);
    expect(rate(cluster, '500', sick)).toBe(0);
  });

  it('lets what gets a wrong address time out', () => {
    const cluster = shop();
    const sick = inject(cluster, DNS_CHAOS, { action: 'random', patterns: ['cart.shop.*'] });
    cluster.run(40);
    expect(rate(cluster, '504', sick)).toBeCloseTo(25, -1);
  });

  it('has no effect on names that nobody looks up', () => {
    const cluster = shop();
    const sick = inject(cluster, DNS_CHAOS, { action: 'error', patterns: ['example.com'] });
    cluster.run(30);
    expect(rate(cluster, '500', sick)).toBe(0);
  });
});

describe('IOChaos', () => {
  it('slows down what needs a file', () => {
    const cluster = shop();
    const before = cluster.query('rate(http_request_duration_seconds_sum[20s])');
    const sick = inject(cluster, IO_CHAOS, {
      action: 'latency',
      delay: '400ms',
      percent: 50,
      volumePath: '/data',
    });
    cluster.run(40);
    // A quarter of 50 requests a second, 0.4 s each.
    const after = cluster.query('rate(http_request_duration_seconds_sum[20s])');
    expect((after.get(sick) ?? 0) - (before.get(sick) ?? 0)).toBeCloseTo(5, 0);
  });

  it('fails what needs a file', () => {
    const cluster = shop();
    const sick = inject(cluster, IO_CHAOS, { action: 'fault', errno: 5, percent: 40, volumePath: '/data' });
    cluster.run(40);
    expect(rate(cluster, '500', sick)).toBeCloseTo(10, -1);
  });

  it('says what it does not have', () => {
    const cluster = shop();
    inject(cluster, IO_CHAOS, { action: 'mistake', volumePath: '/data' });
    expect(records(cluster, IO_CHAOS)[0]?.events[0]?.message).toContain('no IO action mistake');
  });
});

describe('TimeChaos', () => {
  it('shows in the log, and nowhere else', () => {
    const cluster = shop();
    const sick = inject(cluster, TIME_CHAOS, { timeOffset: '-10m' });
    cluster.run(30);
    expect(cluster.runtime.podLogs('shop', sick).at(-1)).toMatch(/^2025-12-31T23:51:/);
    expect(cluster.query(MEDIAN).get(sick)).toBeLessThan(0.1);
    end(cluster, TIME_CHAOS);
    cluster.run(5);
    expect(cluster.runtime.podLogs('shop', sick).at(-1)).toMatch(/^2026-01-01T00:01:/);
  });
});

describe('a chaos object that is stuck', () => {
  const PARTITION = { action: 'partition' };

  it('keeps its finalizer and its fault, until it is cleaned by force', () => {
    const cluster = shop();
    const sick = inject(cluster, NETWORK_CHAOS, PARTITION, { [STUCK_ANNOTATION]: 'recover' });
    cluster.store.delete(NETWORK_CHAOS, 'shop', 'trouble');
    cluster.run(30);
    expect(records(cluster, NETWORK_CHAOS)[0]).toMatchObject({ phase: 'Injected', recoveredCount: 0 });
    expect(cluster.eventsOf('trouble').join()).toContain('Failed to recover chaos: rpc error');
    cluster.update(NETWORK_CHAOS, 'trouble', ({ metadata }) => {
      metadata.annotations = { ...metadata.annotations, [CLEAN_ANNOTATION]: 'forced' };
    });
    cluster.run(0.5);
    expect(cluster.store.get(NETWORK_CHAOS, 'shop', 'trouble')).toBeUndefined();
    expect(cluster.runtime.runningPod('shop', sick)?.sim.faults.lossShare).toBe(1);
  });

  it('never begins, if that is what it is stuck in', () => {
    const cluster = shop();
    const sick = inject(cluster, NETWORK_CHAOS, PARTITION, { [STUCK_ANNOTATION]: 'apply' });
    cluster.run(10);
    expect(records(cluster, NETWORK_CHAOS)[0]).toMatchObject({ phase: 'Not Injected', injectedCount: 0 });
    expect(cluster.runtime.runningPod('shop', sick)?.sim.faults.lossShare).toBe(0);
    end(cluster, NETWORK_CHAOS);
  });
});
