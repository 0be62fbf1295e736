import { describe, expect, it } from 'vitest';
import { DEPLOYMENTS, HORIZONTAL_POD_AUTOSCALERS, SERVICES } from '../../store/resourceTypes';
import { condition, deploymentSpec, serviceSelector } from '../kinds';
import type { TestCluster } from '../testing/testCluster';
import { CANARIES, METRIC_TEMPLATES } from './definitions';
import { canaryCluster, canaryOf, phaseOf, reach, release, told } from './testing/canaries';

const replicas = (cluster: TestCluster, name: string) => deploymentSpec(cluster.deployment(name)).replicas;
const imageOf = (cluster: TestCluster, name: string) =>
  (deploymentSpec(cluster.deployment(name)).template.spec.containers as { image: string }[])[0]?.image;

function initialised(...options: Parameters<typeof canaryCluster>): TestCluster {
  const cluster = canaryCluster(...options);
  reach(cluster, 'Initialized');
  return cluster;
}

describe('a Canary of Flagger', () => {
  it('is initialised: a primary with all pods, three Services, no pods of the target', () => {
    const cluster = canaryCluster();
    cluster.run(0.25);
    expect(phaseOf(cluster)).toBe('Initializing');
    expect(condition(canaryOf(cluster), 'Promoted')).toMatchObject({
      status: 'Unknown',
      reason: 'Initializing',
      message: 'New Deployment detected, starting initialization.',
    });
    reach(cluster, 'Initialized');
    cluster.run(5);
    expect([replicas(cluster, 'web'), replicas(cluster, 'web-primary')]).toEqual([0, 2]);
    const selector = (name: string) => {
      const service = cluster.store.get(SERVICES, 'shop', name);
      return service && serviceSelector(service);
    };
    expect(selector('web')).toEqual({ app: 'web-primary' });
    expect(selector('web-primary')).toEqual({ app: 'web-primary' });
    expect(selector('web-canary')).toEqual({ app: 'web' });
    expect(told(cluster).at(-1)).toBe('Initialization done! web.shop');
    expect(cluster.errors).toEqual([]);
  });

  it('promotes a new revision that does well, and serves without a gap', () => {
    const cluster = initialised();
    cluster.run(30);
    const unrouted = cluster.runtime.unroutedRequests('shop', 'web');
    release(cluster, 'web:2');
    const seen: string[] = [];
    cluster.runUntil(() => {
      if (seen.at(-1) !== phaseOf(cluster)) seen.push(phaseOf(cluster));
      return phaseOf(cluster) === 'Succeeded';
    });
    expect(seen).toEqual(['Initialized', 'Progressing', 'Promoting', 'Finalising', 'Succeeded']);
    cluster.run(10);
    expect(imageOf(cluster, 'web-primary')).toBe('web:2');
    expect([replicas(cluster, 'web'), replicas(cluster, 'web-primary')]).toEqual([0, 2]);
    expect(cluster.runtime.unroutedRequests('shop', 'web')).toBe(unrouted);
    const { status } = canaryOf(cluster);
    expect(status).toMatchObject({ canaryWeight: 0, failedChecks: 0, iterations: 0 });
    expect(status?.lastPromotedSpec).toBe(status?.lastAppliedSpec);
    expect(told(cluster)).toEqual(
      expect.arrayContaining([
        'New revision detected! Scaling up web.shop',
        'Starting canary analysis for web.shop',
        'Advance web.shop canary iteration 1/3',
        'Advance web.shop canary iteration 3/3',
        'Copying web.shop template spec to web-primary.shop',
        'Promotion completed! Scaling down web.shop',
      ]),
    );
    expect(condition(canaryOf(cluster), 'Promoted')).toMatchObject({ status: 'True', reason: 'Succeeded' });
    cluster.run(60);
    expect(phaseOf(cluster)).toBe('Succeeded');
  });

  it('rolls a slow revision back after the checks that may fail', () => {
    const cluster = initialised();
    release(cluster, 'web:slow', { baseLatencySeconds: 2 });
    reach(cluster, 'Failed');
    expect(imageOf(cluster, 'web-primary')).toBe('web:1');
    expect(replicas(cluster, 'web')).toBe(0);
    const events = told(cluster);
    expect(events.find((event) => event.startsWith('Halt'))).toMatch(
      /^Halt web\.shop advancement request duration \d.*s > 500ms$/,
    );
    expect(events).toContain('Rolling back web.shop failed checks threshold reached 3');
    expect(events).toContain('Canary failed! Scaling down web.shop');
    expect(condition(canaryOf(cluster), 'Promoted')).toMatchObject({
      status: 'False',
      message: 'Canary analysis failed, Deployment scaled to zero.',
    });
  });

  it('tells a success rate as Flagger does', () => {
    const cluster = initialised();
    release(cluster, 'web:bad', { timeoutSeconds: 0.005 });
    reach(cluster, 'Failed');
    expect(told(cluster).find((event) => event.startsWith('Halt'))).toMatch(
      /^Halt web\.shop advancement success rate \d+\.\d\d% < 99%$/,
    );
  });

  it('halts without traffic, and gives up at the threshold', () => {
    const cluster = initialised({ service: { port: 80 } });
    release(cluster, 'web:2');
    reach(cluster, 'Failed');
    expect(told(cluster)).toContain(
      'Halt advancement no values found for kubernetes metric request-success-rate probably web.shop is not receiving traffic: running query failed: no values found',
    );
  });

  it('begins anew with another revision in the middle', () => {
    const cluster = initialised();
    release(cluster, 'web:2');
    cluster.runUntil(() => Number(canaryOf(cluster).status?.iterations) === 2);
    release(cluster, 'web:3');
    cluster.runUntil(() => told(cluster).includes('New revision detected! Restarting analysis for web.shop'));
    expect(canaryOf(cluster).status).toMatchObject({ phase: 'Progressing', iterations: 0 });
    reach(cluster, 'Succeeded');
    expect(imageOf(cluster, 'web-primary')).toBe('web:3');
  });

  it('tries again after a failure only with another template, and not with the one that was promoted', () => {
    const cluster = initialised();
    release(cluster, 'web:slow', { baseLatencySeconds: 2 });
    reach(cluster, 'Failed');
    cluster.run(60);
    expect(phaseOf(cluster)).toBe('Failed');
    release(cluster, 'web:1');
    cluster.run(60);
    expect(phaseOf(cluster)).toBe('Failed');
    release(cluster, 'web:2');
    reach(cluster, 'Succeeded');
  });

  it('gives up on an image that never starts, at the deadline', () => {
    const cluster = initialised();
    release(cluster, 'registry.invalid/web:none', { startupSeconds: 3600 });
    reach(cluster, 'Failed');
    expect(told(cluster).some((event) => event.startsWith('canary deployment web.shop not ready: '))).toBe(
      true,
    );
    expect(imageOf(cluster, 'web-primary')).toBe('web:1');
  });

  it('promotes at once where the analysis is skipped', () => {
    const cluster = initialised({ skipAnalysis: true });
    release(cluster, 'web:slow', { baseLatencySeconds: 2 });
    reach(cluster, 'Succeeded', 100);
    expect(imageOf(cluster, 'web-primary')).toBe('web:slow');
    expect(told(cluster)).toContain('Promotion completed! Canary analysis was skipped for web.shop');
  });

  it('stands still while it is suspended', () => {
    const cluster = initialised();
    cluster.update(CANARIES, 'web', (draft) => {
      draft.spec = { ...draft.spec, suspend: true };
    });
    release(cluster, 'web:2');
    cluster.run(60);
    expect(phaseOf(cluster)).toBe('Initialized');
    expect(told(cluster)).toContain('skipping canary run as object is suspended');
  });

  it('gives everything back when it is deleted and was told to', () => {
    const cluster = initialised({ revertOnDeletion: true });
    cluster.store.delete(CANARIES, 'shop', 'web');
    cluster.runUntil(() => cluster.store.get(CANARIES, 'shop', 'web') === undefined);
    expect(replicas(cluster, 'web')).toBe(2);
    const service = cluster.store.get(SERVICES, 'shop', 'web');
    expect(service && serviceSelector(service)).toEqual({ app: 'web' });
    cluster.runUntil(() => cluster.store.get(DEPLOYMENTS, 'shop', 'web-primary') === undefined);
    expect(told(cluster)).toEqual(
      expect.arrayContaining(['Terminating canary web.shop', 'Terminated canary web.shop']),
    );
  });

  it('keeps an HPA of the primary beside that of the target', () => {
    const hpa = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'web', namespace: 'shop' },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
        minReplicas: 2,
        maxReplicas: 4,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
          },
        ],
      },
    };
    const autoscalerRef = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      name: 'web',
      primaryScalerReplicas: { maxReplicas: 6 },
    };
    const cluster = initialised({ autoscalerRef }, {}, ({ store }) => {
      store.create(HORIZONTAL_POD_AUTOSCALERS, hpa);
    });
    expect(cluster.store.get(HORIZONTAL_POD_AUTOSCALERS, 'shop', 'web-primary')?.spec).toMatchObject({
      minReplicas: 2,
      maxReplicas: 6,
      scaleTargetRef: { name: 'web-primary' },
    });
    release(cluster, 'web:2');
    reach(cluster, 'Succeeded');
  });

  it.each([
    [
      { targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'gone' } },
      'deployments.apps "gone" not found',
    ],
    [{ provider: 'linkerd' }, 'provider linkerd is none of those that the embedded cluster has'],
    [{ provider: 'gatewayapi:v1' }, 'GatewayRefs must be specified'],
    [{ provider: 'nginx' }, 'ingress selector is empty'],
    [{ analysis: { interval: '10s', iterations: 'many' } }, 'invalid canary spec'],
    [
      { autoscalerRef: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name: 'gone' } },
      'HorizontalPodAutoscaler gone.shop get query error',
    ],
  ])('says what it cannot work with: %j', (spec, problem) => {
    const cluster = canaryCluster(spec);
    cluster.run(45);
    expect(told(cluster).join('\n')).toContain(problem);
    expect(phaseOf(cluster)).not.toBe('Initialized');
    expect(cluster.errors).toEqual([]);
  });

  it('asks by a template, with its variables', () => {
    const metrics = [
      {
        name: 'pods of the canary',
        templateRef: { name: 'pods' },
        thresholdRange: { min: 2 },
        templateVariables: { phase: 'Running' },
      },
    ];
    const query =
      'sum(kube_pod_status_phase{namespace="{{ namespace }}", pod=~"{{ target }}-[^-]+-[^-]+", phase="{{ variables.phase }}"})';
    const cluster = initialised({}, { metrics });
    release(cluster, 'web:2');
    cluster.runUntil(() => told(cluster).some((event) => event.startsWith('Metric template')));
    expect(told(cluster)).toContain(
      'Metric template pods.shop error: metrictemplate.flagger.app "pods" not found',
    );
    cluster.store.create(METRIC_TEMPLATES, {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'MetricTemplate',
      metadata: { name: 'pods', namespace: 'shop' },
      spec: { provider: { type: 'prometheus', address: 'http://prometheus.monitoring:9090' }, query },
    });
    reach(cluster, 'Succeeded');
  });

  it('is measured as the real one is', () => {
    const cluster = initialised();
    release(cluster, 'web:2');
    cluster.runUntil(() => Number(canaryOf(cluster).status?.iterations) === 2);
    cluster.run(6);
    const value = (query: string) => [...cluster.query(query).values()][0];
    expect(value('flagger_canary_status{name="web",namespace="shop"}')).toBe(0);
    expect(value('flagger_canary_weight{workload="web"}')).toBe(100);
    expect(value('flagger_canary_metric_analysis{metric="request-success-rate"}')).toBe(100);
    expect(value('flagger_canary_duration_seconds_count{name="web"}')).toBeGreaterThan(0);
    reach(cluster, 'Succeeded');
    cluster.run(6);
    expect(value('flagger_canary_status{name="web"}')).toBe(1);
    expect(value('flagger_canary_successes_total{analysis_status="completed"}')).toBe(1);
  });
});
