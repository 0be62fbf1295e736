import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../objectStore';
import { deletePod } from '../../store/podDeletion';
import { PODS } from '../../store/resourceTypes';
import { MODEL_ANNOTATION } from '../podSettings';
import { TestCluster } from '../testing/testCluster';

const MIB = 2 ** 20;

interface BarePod {
  model?: Record<string, unknown>;
  graceSeconds?: number;
  sidecar?: boolean;
}

/** A pod without a controller, `solo` in `shop`. */
function started({ model = {}, graceSeconds = 30, sidecar = false }: BarePod = {}): TestCluster {
  const cluster = new TestCluster();
  cluster.store.create(PODS, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'solo',
      namespace: 'shop',
      labels: { app: 'solo' },
      annotations: { [MODEL_ANNOTATION]: JSON.stringify(model) },
    },
    spec: {
      terminationGracePeriodSeconds: graceSeconds,
      containers: [
        { name: 'app', image: 'solo:1', resources: { limits: { cpu: '500m', memory: '100Mi' } } },
        ...(sidecar ? [{ name: 'proxy', image: 'proxy:1' }] : []),
      ],
    },
  });
  return cluster;
}

interface ContainerStatus {
  name: string;
  ready: boolean;
  restartCount: number;
  state: Record<string, Record<string, unknown>>;
  lastState: Record<string, Record<string, unknown>>;
}

function container(cluster: TestCluster, index = 0): ContainerStatus {
  const statuses = cluster.pod('solo')?.status?.containerStatuses as ContainerStatus[] | undefined;
  const status = statuses?.[index];
  if (!status) throw new Error('the pod has no such container');
  return status;
}

const phase = (cluster: TestCluster) => cluster.pod('solo')?.status?.phase;

describe('the kubelet', () => {
  it('takes a pod from Pending through ContainerCreating to Running and ready', () => {
    const cluster = started({ model: { startupSeconds: 10 } });
    cluster.run(0.5);
    expect(phase(cluster)).toBe('Pending');
    expect(container(cluster).state).toEqual({ waiting: { reason: 'ContainerCreating' } });
    cluster.run(1);
    expect(phase(cluster)).toBe('Running');
    expect(container(cluster)).toMatchObject({ ready: false, restartCount: 0, lastState: {} });
    expect(container(cluster).state.running).toEqual({ startedAt: '2026-01-01T00:00:01Z' });
    const seconds = cluster.runUntil(() => container(cluster).ready);
    expect(seconds).toBeGreaterThan(7);
    expect(seconds).toBeLessThan(12);
    const pod = cluster.pod('solo');
    for (const type of ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready']) {
      expect(pod && cluster.conditionOf(pod, type)).toBe('True');
    }
    expect(pod?.status?.podIP).toMatch(/^10\.244\.\d+\.\d+$/);
    expect(cluster.eventsOf('solo')).toEqual([
      'Scheduled: Successfully assigned shop/solo to node-1',
      'Pulled: Container image "solo:1" already present on machine',
      'Created: Created container: app',
      'Started: Started container app',
    ]);
  });

  it('keeps the time of a condition that does not change', () => {
    const cluster = started({ model: { startupSeconds: 5 } });
    cluster.run(30);
    const readyAt = () => {
      const all = cluster.pod('solo')?.status?.conditions as { type: string; lastTransitionTime: string }[];
      return all.find(({ type }) => type === 'Ready')?.lastTransitionTime;
    };
    const before = readyAt();
    cluster.update(PODS, 'solo', ({ metadata }) => {
      metadata.labels = { app: 'other' };
    });
    cluster.run(10);
    expect(readyAt()).toBe(before);
  });

  it('restarts a container that was OOM-killed with growing delays', () => {
    // The base alone exceeds the limit: it is killed as soon as it runs.
    const cluster = started({ model: { memoryBaseBytes: 200 * MIB } });
    const starts: number[] = [];
    cluster.run(400, () => {
      const { startedAt } = container(cluster).state.running ?? {};
      const atSeconds = (Date.parse(String(startedAt)) - Date.parse('2026-01-01T00:00:00Z')) / 1000;
      if (!Number.isNaN(atSeconds) && starts.at(-1) !== atSeconds) starts.push(atSeconds);
    });
    const gaps = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
    // The first restart is at once, when the kubelet has noticed; each start lives for a tick.
    const expected = [1, 10, 20, 40, 80, 160];
    expect(gaps).toHaveLength(expected.length);
    for (const [index, gap] of gaps.entries())
      expect(Math.abs(gap - (expected[index] ?? 0))).toBeLessThanOrEqual(1);
    expect(container(cluster).restartCount).toBe(6);
  });

  it('shows how a container ended, and that it waits', () => {
    const cluster = started({ model: { memoryBaseBytes: 200 * MIB } });
    cluster.run(0.5);
    cluster.runUntil(() => container(cluster).state.terminated !== undefined);
    expect(container(cluster).state.terminated).toMatchObject({ reason: 'OOMKilled', exitCode: 137 });
    cluster.runUntil(() => container(cluster).state.waiting?.reason === 'CrashLoopBackOff');
    expect(container(cluster).state.waiting?.message).toMatch(
      /^back-off 10s restarting failed container=app pod=solo_shop\(/,
    );
    expect(container(cluster).lastState.terminated).toMatchObject({ reason: 'OOMKilled', exitCode: 137 });
    expect(phase(cluster)).toBe('Running');
    const pod = cluster.pod('solo');
    expect(pod && cluster.conditionOf(pod, 'Ready')).toBe('False');
    expect(
      cluster.eventsOf('solo').some((text) => text.startsWith('BackOff: Back-off restarting failed')),
    ).toBe(true);
  });

  it('lets a process end in its own time', () => {
    const cluster = started({ model: { startupSeconds: 1, shutdownSeconds: 4 } });
    cluster.run(5);
    deletePod(cluster.store, cluster.clock, 'shop', 'solo');
    cluster.run(3);
    expect(cluster.pod('solo')?.metadata.deletionTimestamp).toBe('2026-01-01T00:00:35Z');
    expect(container(cluster).state.running).toBeDefined();
    cluster.run(1.5);
    expect(cluster.pod('solo')).toBeUndefined();
    expect(cluster.eventsOf('solo').at(-1)).toBe('Killing: Stopping container app');
  });

  it('ends it after the grace period at the latest', () => {
    const cluster = started({ model: { startupSeconds: 1, shutdownSeconds: 60 }, graceSeconds: 5 });
    cluster.run(5);
    deletePod(cluster.store, cluster.clock, 'shop', 'solo');
    expect(cluster.runUntil(() => cluster.pod('solo') === undefined)).toBeLessThanOrEqual(5.25);
  });

  it('removes a pod at once whose container does not run', () => {
    const cluster = started({ model: { memoryBaseBytes: 200 * MIB } });
    cluster.run(0.5);
    cluster.runUntil(() => container(cluster).state.waiting?.reason === 'CrashLoopBackOff');
    deletePod(cluster.store, cluster.clock, 'shop', 'solo');
    cluster.run(0.25);
    expect(cluster.pod('solo')).toBeUndefined();
  });

  it('runs further containers beside the first', () => {
    const cluster = started({ sidecar: true, model: { memoryBaseBytes: 200 * MIB } });
    cluster.run(20);
    expect(container(cluster, 1)).toMatchObject({ name: 'proxy', ready: true, restartCount: 0 });
  });

  it('says where it does not understand the model, and takes the default', () => {
    const cluster = started({ model: { startUpSeconds: 5 } });
    cluster.run(15);
    expect(cluster.eventsOf('solo').find((text) => text.startsWith('InvalidModel'))).toContain(
      'startUpSeconds',
    );
    expect(container(cluster).ready).toBe(true);
  });

  it('forgets a pod that was deleted by force, and starts its namesake afresh', () => {
    const cluster = started({ model: { startupSeconds: 1 } });
    cluster.run(5);
    const before: KubeObject | undefined = cluster.pod('solo');
    deletePod(cluster.store, cluster.clock, 'shop', 'solo', 0);
    if (before) {
      const { name, namespace, labels = {} } = before.metadata;
      const { nodeName: _, ...spec } = before.spec ?? {};
      cluster.store.create(PODS, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace: namespace ?? '', labels },
        spec,
      });
    }
    cluster.run(0.5);
    expect(container(cluster).state).toEqual({ waiting: { reason: 'ContainerCreating' } });
  });
});
