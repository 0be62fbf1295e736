import { describe, expect, it } from 'vitest';
import type { ResourceType } from '../../objectStore';
import { DEPLOYMENTS, SERVICES } from '../../store/resourceTypes';
import { TestCluster, testDeployment, testService } from '../testing/testCluster';
import { type ContainerRecord, NETWORK_CHAOS, POD_CHAOS, STRESS_CHAOS } from './experiments';
import { PAUSE_ANNOTATION } from './lifecycle';

const KINDS = new Map([
  [POD_CHAOS, 'PodChaos'],
  [STRESS_CHAOS, 'StressChaos'],
  [NETWORK_CHAOS, 'NetworkChaos'],
]);
const DELAY = { action: 'delay', delay: { latency: '300ms' } };
const LATENCY = 'histogram_quantile(0.5, sum by (pod, le) (rate(http_request_duration_seconds_bucket[20s])))';

function loadedCluster(): TestCluster {
  const cluster = new TestCluster();
  cluster.store.create(DEPLOYMENTS, testDeployment({ replicas: 3 }));
  cluster.store.create(SERVICES, testService('web', 150));
  cluster.run(40);
  expect(cluster.readyPods('web')).toHaveLength(3);
  return cluster;
}

/** Creates an experiment named `trouble` and lets it begin. */
function inject(cluster: TestCluster, resource: ResourceType, spec: Record<string, unknown>): void {
  cluster.store.create(resource, {
    apiVersion: 'chaos-mesh.org/v1alpha1',
    kind: KINDS.get(resource) ?? '',
    metadata: { name: 'trouble', namespace: 'shop' },
    spec: { mode: 'one', selector: { labelSelectors: { app: 'web' } }, ...spec },
  });
  cluster.run(0.5);
}

interface Status {
  experiment?: { desiredPhase: string; containerRecords?: ContainerRecord[] };
  conditions?: { type: string; status: string }[];
}

function statusOf(cluster: TestCluster, resource: ResourceType) {
  const { experiment, conditions = [] } = (cluster.store.get(resource, 'shop', 'trouble')?.status ??
    {}) as Status;
  return {
    desiredPhase: experiment?.desiredPhase,
    records: experiment?.containerRecords,
    holding: conditions.filter(({ status }) => status === 'True').map(({ type }) => type),
  };
}

const podOf = (record: ContainerRecord | undefined) => record?.id.split('/')[1] ?? '';

describe('an experiment', () => {
  it('gets its finalizer, records, conditions and events when it is injected', () => {
    const cluster = loadedCluster();
    inject(cluster, NETWORK_CHAOS, { ...DELAY, duration: '1m' });
    const experiment = cluster.store.get(NETWORK_CHAOS, 'shop', 'trouble');
    expect(experiment?.metadata.finalizers).toEqual(['chaos-mesh/records']);
    const { desiredPhase, records, holding } = statusOf(cluster, NETWORK_CHAOS);
    expect(desiredPhase).toBe('Run');
    expect(holding).toEqual(['Selected', 'AllInjected']);
    expect(records).toEqual([
      {
        id: expect.stringMatching(/^shop\/web-/),
        selectorKey: '.',
        phase: 'Injected',
        injectedCount: 1,
        recoveredCount: 0,
        events: [{ type: 'Succeeded', operation: 'Apply', timestamp: '2026-01-01T00:00:40Z' }],
      },
    ]);
    expect(cluster.eventsOf('trouble')).toEqual([
      'FinalizerInited: Finalizer has been inited',
      'Started: Experiment has started',
      `Applied: Successfully apply chaos for ${records?.[0]?.id}`,
    ]);
    expect(cluster.errors).toEqual([]);
  });

  it('ends with its duration, and stays as a record until it is deleted', () => {
    const cluster = loadedCluster();
    inject(cluster, NETWORK_CHAOS, { ...DELAY, duration: '30s' });
    cluster.run(29);
    expect(statusOf(cluster, NETWORK_CHAOS).desiredPhase).toBe('Run');
    cluster.run(1);
    const { desiredPhase, records, holding } = statusOf(cluster, NETWORK_CHAOS);
    expect(desiredPhase).toBe('Stop');
    expect(holding).toEqual(['Selected', 'AllRecovered']);
    expect(records?.[0]).toMatchObject({ phase: 'Not Injected', injectedCount: 1, recoveredCount: 1 });
    cluster.run(60);
    cluster.store.delete(NETWORK_CHAOS, 'shop', 'trouble');
    cluster.run(0.25);
    expect(cluster.store.get(NETWORK_CHAOS, 'shop', 'trouble')).toBeUndefined();
  });

  it('recovers when it is deleted, and only then goes away', () => {
    const cluster = loadedCluster();
    inject(cluster, NETWORK_CHAOS, DELAY);
    cluster.run(30);
    const sick = podOf(statusOf(cluster, NETWORK_CHAOS).records?.[0]);
    expect(cluster.query(LATENCY).get(sick)).toBeGreaterThan(0.3);
    cluster.store.delete(NETWORK_CHAOS, 'shop', 'trouble');
    expect(cluster.store.get(NETWORK_CHAOS, 'shop', 'trouble')?.metadata.deletionTimestamp).toBeDefined();
    cluster.run(0.25);
    expect(cluster.store.get(NETWORK_CHAOS, 'shop', 'trouble')).toBeUndefined();
    expect(
      cluster
        .eventsOf('trouble')
        .slice(-3)
        .map((text) => text.split(':')[0]),
    ).toEqual(['Deleted', 'Recovered', 'FinalizerRemoved']);
    cluster.run(30);
    expect(cluster.query(LATENCY).get(sick)).toBeLessThan(0.1);
  });

  it('pauses and resumes by its annotation', () => {
    const cluster = loadedCluster();
    inject(cluster, NETWORK_CHAOS, DELAY);
    const setPaused = (value: string) =>
      cluster.update(NETWORK_CHAOS, 'trouble', ({ metadata }) => {
        metadata.annotations = { [PAUSE_ANNOTATION]: value };
      });
    setPaused('true');
    cluster.run(0.5);
    expect(statusOf(cluster, NETWORK_CHAOS)).toMatchObject({
      desiredPhase: 'Stop',
      holding: ['Selected', 'AllRecovered', 'Paused'],
    });
    setPaused('false');
    cluster.run(0.5);
    const { desiredPhase, records } = statusOf(cluster, NETWORK_CHAOS);
    expect(desiredPhase).toBe('Run');
    expect(records?.[0]).toMatchObject({ phase: 'Injected', injectedCount: 2, recoveredCount: 1 });
  });

  it('says that it selects nothing', () => {
    const cluster = loadedCluster();
    inject(cluster, STRESS_CHAOS, {
      selector: { labelSelectors: { app: 'none' } },
      stressors: { cpu: { workers: 1 } },
    });
    expect(statusOf(cluster, STRESS_CHAOS)).toEqual({ desiredPhase: 'Run', records: undefined, holding: [] });
    expect(cluster.eventsOf('trouble')).toContain(
      'Failed: Failed to select targets: no target has been selected',
    );
  });

  it('records why it cannot do what it should', () => {
    const cluster = loadedCluster();
    inject(cluster, NETWORK_CHAOS, { action: 'bandwidth' });
    const { records, holding } = statusOf(cluster, NETWORK_CHAOS);
    expect(holding).toEqual(['Selected', 'AllRecovered']);
    expect(records?.[0]?.events[0]).toMatchObject({ type: 'Failed', operation: 'Apply' });
    cluster.run(30);
    expect(statusOf(cluster, NETWORK_CHAOS).records?.[0]?.events).toHaveLength(10);
    cluster.store.delete(NETWORK_CHAOS, 'shop', 'trouble');
    cluster.run(0.5);
    expect(cluster.store.get(NETWORK_CHAOS, 'shop', 'trouble')).toBeUndefined();
  });

  it('does not touch the replacement of the pod that it has hit', () => {
    const cluster = loadedCluster();
    inject(cluster, NETWORK_CHAOS, { ...DELAY, duration: '10m' });
    const sick = podOf(statusOf(cluster, NETWORK_CHAOS).records?.[0]);
    cluster.store.delete({ group: '', version: 'v1', plural: 'pods' }, 'shop', sick);
    cluster.run(60);
    const latencies = cluster.query(LATENCY);
    expect(cluster.readyPods('web')).toHaveLength(3);
    for (const pod of cluster.readyPods('web')) expect(latencies.get(pod.metadata.name)).toBeLessThan(0.1);
    cluster.store.delete(NETWORK_CHAOS, 'shop', 'trouble');
    cluster.run(0.5);
    expect(cluster.store.get(NETWORK_CHAOS, 'shop', 'trouble')).toBeUndefined();
  });
});

describe('PodChaos', () => {
  it('kills once, and is over without a duration', () => {
    const cluster = loadedCluster();
    const before = cluster.pods('web').map(({ metadata }) => metadata.name);
    inject(cluster, POD_CHAOS, { action: 'pod-kill', duration: '10s' });
    const killed = podOf(statusOf(cluster, POD_CHAOS).records?.[0]);
    expect(before).toContain(killed);
    expect(cluster.pod(killed)).toBeUndefined();
    expect(cluster.readyPods('web')).toHaveLength(2);
    cluster.run(60);
    expect(cluster.readyPods('web')).toHaveLength(3);
    expect(before.filter((name) => !cluster.pod(name))).toEqual([killed]);
    expect(statusOf(cluster, POD_CHAOS)).toMatchObject({
      desiredPhase: 'Run',
      holding: ['Selected', 'AllInjected'],
    });
  });
});

describe('StressChaos', () => {
  it('throttles one pod, whose CPU then is used up', () => {
    const cluster = loadedCluster();
    inject(cluster, STRESS_CHAOS, { stressors: { cpu: { workers: 2, load: 100 } } });
    const [record] = statusOf(cluster, STRESS_CHAOS).records ?? [];
    expect(record?.id).toMatch(/^shop\/web-.*\/app$/);
    cluster.run(60);
    const cpu = cluster.query('sum by (pod) (rate(container_cpu_usage_seconds_total[20s]))');
    for (const [pod, cores] of cpu) {
      if (pod === podOf(record)) expect(cores).toBeCloseTo(0.5);
      else expect(cores).toBeLessThan(0.3);
    }
    expect(cluster.query(LATENCY).get(podOf(record))).toBeGreaterThan(0.2);
  });

  it('has one pod OOM-killed again and again, until it is replaced', () => {
    const cluster = loadedCluster();
    inject(cluster, STRESS_CHAOS, { stressors: { memory: { workers: 1, size: '256MB' } } });
    const sick = podOf(statusOf(cluster, STRESS_CHAOS).records?.[0]);
    const waiting = () =>
      JSON.stringify(cluster.pod(sick)?.status?.containerStatuses).includes('CrashLoopBackOff');
    cluster.runUntil(waiting);
    cluster.runUntil(() => !waiting());
    cluster.runUntil(waiting);
    const status = cluster.pod(sick)?.status?.containerStatuses as {
      restartCount: number;
      lastState: unknown;
    }[];
    expect(status[0]).toMatchObject({ lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } } });
    expect(status[0]?.restartCount).toBeGreaterThanOrEqual(2);
    cluster.store.delete({ group: '', version: 'v1', plural: 'pods' }, 'shop', sick);
    cluster.run(120);
    expect(cluster.readyPods('web')).toHaveLength(3);
    const restarts = cluster.query('kube_pod_container_status_restarts_total');
    expect([...restarts.values()]).toEqual([0, 0, 0]);
  });
});
