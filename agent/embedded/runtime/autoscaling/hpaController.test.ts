import { describe, expect, it } from 'vitest';
import type { KubeObject, NewObject } from '../../objectStore';
import { DEPLOYMENTS, HORIZONTAL_POD_AUTOSCALERS, SERVICES } from '../../store/resourceTypes';
import { condition, podPhase } from '../kinds';
import { LOAD_ANNOTATION } from '../podSettings';
import { type TestApp, TestCluster, testDeployment, testService } from '../testing/testCluster';

interface TestHpa {
  name?: string;
  spec?: Record<string, unknown>;
}

function testHpa({ name = 'web', spec = {} }: TestHpa = {}): NewObject {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name, namespace: 'shop' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 1,
      maxReplicas: 10,
      metrics: [utilisation(50)],
      ...spec,
    },
  };
}

const utilisation = (averageUtilization: number) => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});

/** Each pod has half a core, and a request costs 4 ms of it: 125 a second are its full utilisation. */
function clusterOf(requestsPerSecond: number, { hpa = {}, ...app }: TestApp & { hpa?: TestHpa } = {}) {
  const cluster = new TestCluster();
  cluster.store.create(DEPLOYMENTS, testDeployment({ replicas: 2, ...app }));
  cluster.store.create(SERVICES, testService('web', requestsPerSecond));
  cluster.store.create(HORIZONTAL_POD_AUTOSCALERS, testHpa(hpa));
  return cluster;
}

function setLoad(cluster: TestCluster, requestsPerSecond: number): void {
  cluster.update(SERVICES, 'web', ({ metadata }) => {
    metadata.annotations = { [LOAD_ANNOTATION]: JSON.stringify({ kind: 'constant', requestsPerSecond }) };
  });
}

function hpaOf(cluster: TestCluster, name = 'web'): KubeObject {
  const hpa = cluster.store.get(HORIZONTAL_POD_AUTOSCALERS, 'shop', name);
  if (!hpa) throw new Error(`there is no HPA ${name}`);
  return hpa;
}

const replicas = (cluster: TestCluster) => cluster.deployment('web').spec?.replicas;
const told = (cluster: TestCluster, type: string) => {
  const found = condition(hpaOf(cluster), type);
  return `${found?.status} ${found?.reason}`;
};

describe('the HPA controller', () => {
  it('scales up under load, and says what it has seen and done', () => {
    const cluster = clusterOf(150);
    cluster.run(150);
    // 150 ÷ 125 pods at full utilisation, at half of it: 2.4.
    expect(replicas(cluster)).toBe(3);
    const { status } = hpaOf(cluster);
    expect(status).toMatchObject({ currentReplicas: 3, desiredReplicas: 3, observedGeneration: 1 });
    expect(status?.lastScaleTime).toMatch(/^2026-01-01T00:0\d:\d\dZ$/);
    expect(status?.currentMetrics).toEqual([
      {
        type: 'Resource',
        resource: {
          name: 'cpu',
          current: {
            averageUtilization: expect.closeTo(40, -1),
            averageValue: expect.stringMatching(/^2\d\dm$/),
          },
        },
      },
    ]);
    expect(told(cluster, 'AbleToScale')).toBe('True ReadyForNewScale');
    expect(told(cluster, 'ScalingActive')).toBe('True ValidMetricFound');
    expect(told(cluster, 'ScalingLimited')).toBe('False DesiredWithinRange');
    expect(cluster.eventsOf('web')).toContain(
      'SuccessfulRescale: New size: 3; reason: cpu resource utilization (percentage of request) above target',
    );
    expect(cluster.errors).toEqual([]);
  });

  it('scales down only when the need has been less for five minutes', () => {
    const cluster = clusterOf(290, { replicas: 5 });
    cluster.run(150);
    expect(replicas(cluster)).toBe(5);
    setLoad(cluster, 20);
    cluster.run(45);
    expect(told(cluster, 'AbleToScale')).toBe('True ScaleDownStabilized');
    const seconds = 45 + cluster.runUntil(() => replicas(cluster) !== 5);
    expect(seconds).toBeGreaterThan(290);
    expect(seconds).toBeLessThan(340);
    expect(replicas(cluster)).toBe(1);
  });

  it('takes pods that start to be idle, so that it does not add more for them', () => {
    const cluster = clusterOf(150, { replicas: 1, model: { startupSeconds: 120 } });
    cluster.runUntil(() => replicas(cluster) !== 1);
    const wanted = replicas(cluster);
    cluster.run(60);
    expect(cluster.readyPods('web')).toHaveLength(1);
    expect(replicas(cluster)).toBe(wanted);
  });

  it('does nothing on pods without a request, and says so', () => {
    const cluster = clusterOf(150, { limits: {} });
    cluster.run(60);
    expect(replicas(cluster)).toBe(2);
    expect(told(cluster, 'ScalingActive')).toBe('False FailedGetResourceMetric');
    expect(condition(hpaOf(cluster), 'ScalingActive')?.message).toMatch(
      /^the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for cpu in container app of Pod web-/,
    );
    const events = cluster.eventsOf('web').join('\n');
    expect(events).toContain('FailedGetResourceMetric: failed to get cpu utilization: missing request');
    expect(events).toContain('FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1)');
  });

  it('goes by the request where it is less than the limit', () => {
    const resources = { limits: { cpu: '500m' }, requests: { cpu: '100m' } };
    const template = {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'app', image: 'web:1', resources }] },
    };
    const cluster = clusterOf(60, { spec: { template } });
    cluster.run(200);
    // 0.24 cores of work at 50 m each.
    expect(replicas(cluster)).toBeGreaterThanOrEqual(5);
  });

  it('is suspended in a direction that is disabled', () => {
    const behavior = { scaleDown: { selectPolicy: 'Disabled' } };
    const cluster = clusterOf(1, { replicas: 4, hpa: { spec: { behavior } } });
    cluster.run(400);
    expect(replicas(cluster)).toBe(4);
    expect(told(cluster, 'ScalingLimited')).toBe('True ScaleDownLimit');
  });

  it('is limited by the most replicas', () => {
    const cluster = clusterOf(400, { hpa: { spec: { maxReplicas: 3 } } });
    cluster.run(120);
    expect(replicas(cluster)).toBe(3);
    expect(told(cluster, 'ScalingLimited')).toBe('True TooManyReplicas');
  });

  it('brings a count that somebody has set out of bounds back into them at the next sync', () => {
    const cluster = clusterOf(1, { hpa: { spec: { maxReplicas: 4 } } });
    cluster.run(30);
    cluster.update(DEPLOYMENTS, 'web', (draft) => {
      draft.spec = { ...draft.spec, replicas: 9 };
    });
    expect(cluster.runUntil(() => replicas(cluster) === 4)).toBeLessThanOrEqual(15);
    expect(cluster.eventsOf('web')).toContain(
      'SuccessfulRescale: New size: 4; reason: Current number of replicas above Spec.MaxReplicas',
    );
  });

  it('leaves a target at zero replicas alone', () => {
    const cluster = clusterOf(150, { replicas: 0 });
    cluster.run(60);
    expect(replicas(cluster)).toBe(0);
    expect(told(cluster, 'ScalingActive')).toBe('False ScalingDisabled');
  });

  it('does nothing where another HPA selects the same pods, and goes on when it is gone', () => {
    const cluster = clusterOf(290);
    cluster.store.create(HORIZONTAL_POD_AUTOSCALERS, testHpa({ name: 'second' }));
    cluster.run(120);
    expect(replicas(cluster)).toBe(2);
    expect(told(cluster, 'ScalingActive')).toBe('False AmbiguousSelector');
    expect(told(cluster, 'AbleToScale')).toBe('True SucceededGetScale');
    expect(cluster.eventsOf('web')).toContain(
      'AmbiguousSelector: pods by selector app=web are controlled by multiple HPAs: [shop/second shop/web]',
    );
    cluster.store.delete(HORIZONTAL_POD_AUTOSCALERS, 'shop', 'second');
    cluster.run(60);
    expect(replicas(cluster)).toBeGreaterThan(2);
    expect(told(cluster, 'ScalingActive')).toBe('True ValidMetricFound');
  });

  it('says that it has no target, and finds it when it is made again', () => {
    const cluster = clusterOf(150);
    cluster.run(60);
    cluster.store.delete(DEPLOYMENTS, 'shop', 'web');
    cluster.run(16);
    expect(told(cluster, 'AbleToScale')).toBe('False FailedGetScale');
    expect(cluster.eventsOf('web')).toContain('FailedGetScale: deployments.apps "web" not found');
    cluster.store.create(DEPLOYMENTS, testDeployment({ replicas: 2 }));
    cluster.run(120);
    expect(told(cluster, 'AbleToScale')).toContain('True');
    expect(replicas(cluster)).toBe(3);
  });

  it('asks for pods that no node has room for, which stay pending', () => {
    const cluster = clusterOf(290, {
      limits: { cpu: '3000m', memory: '256Mi' },
      model: { cpuSecondsPerRequest: 0.03 },
    });
    cluster.run(240);
    const pending = cluster.pods('web').filter((pod) => podPhase(pod) === 'Pending');
    expect(cluster.readyPods('web')).toHaveLength(3);
    expect(pending.length).toBeGreaterThan(0);
    const events = pending.flatMap(({ metadata }) => cluster.eventsOf(metadata.name)).join('\n');
    expect(events).toContain('FailedScheduling: 0/3 nodes are available: 3 Insufficient cpu.');
    // Those that are pending count as idle, so that it does not ask for more and more.
    expect(replicas(cluster)).toBeLessThan(10);
  });

  it('holds a rate of requests per pod, and says which metrics it does not have', () => {
    const metric = (name: string) => ({
      type: 'Pods',
      pods: { metric: { name }, target: { type: 'AverageValue', averageValue: '25' } },
    });
    const cluster = clusterOf(100, { hpa: { spec: { metrics: [metric('http_requests_per_second')] } } });
    cluster.run(90);
    expect(replicas(cluster)).toBe(4);
    cluster.update(HORIZONTAL_POD_AUTOSCALERS, 'web', (draft) => {
      draft.spec = { ...draft.spec, metrics: [metric('queue_depth')] };
    });
    cluster.run(30);
    expect(replicas(cluster)).toBe(4);
    expect(told(cluster, 'ScalingActive')).toBe('False FailedGetPodsMetric');
    expect(condition(hpaOf(cluster), 'ScalingActive')?.message).toContain(
      'the server could not find the metric queue_depth for pods',
    );
  });

  it('counts memory, too', () => {
    const memory = {
      type: 'Resource',
      resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '64Mi' } },
    };
    const cluster = clusterOf(10, { replicas: 1, hpa: { spec: { metrics: [memory], maxReplicas: 4 } } });
    cluster.run(120);
    expect(replicas(cluster)).toBe(4);
  });

  it('is scraped, with the requests of the pods and how much they are throttled', () => {
    const cluster = clusterOf(150, { hpa: { spec: { minReplicas: 2, maxReplicas: 2 } } });
    cluster.run(90);
    const metric = 'kube_horizontalpodautoscaler';
    const ofHpa = '{namespace="shop",horizontalpodautoscaler="web"}';
    for (const name of ['spec_min', 'spec_max', 'status_desired', 'status_current']) {
      expect([...cluster.query(`${metric}_${name}_replicas${ofHpa}`).values()]).toEqual([2]);
    }
    const requests = 'kube_pod_container_resource_requests{namespace="shop",resource="cpu"}';
    expect([...cluster.query(requests).values()]).toEqual([0.5, 0.5]);
    const throttled = 'sum(rate(container_cpu_cfs_throttled_seconds_total[30s]))';
    expect([...cluster.query(throttled).values()][0]).toBeLessThan(0.05);
    setLoad(cluster, 400);
    cluster.run(60);
    expect([...cluster.query(throttled).values()][0]).toBeGreaterThan(0.5);
  });
});
