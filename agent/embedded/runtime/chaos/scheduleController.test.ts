import { describe, expect, it } from 'vitest';
import { DEPLOYMENTS } from '../../store/resourceTypes';
import { controllerOf } from '../kinds';
import { TestCluster, testDeployment } from '../testing/testCluster';
import { SCHEDULES, WORKFLOWS } from './children';
import { NETWORK_CHAOS, POD_CHAOS } from './experiments';
import { PAUSE_ANNOTATION } from './lifecycle';

const TARGET = { mode: 'one', selector: { labelSelectors: { app: 'web' } } };
const DELAY = { ...TARGET, action: 'delay', delay: { latency: '200ms' } };

function runningCluster(): TestCluster {
  const cluster = new TestCluster();
  cluster.store.create(DEPLOYMENTS, testDeployment({ replicas: 3 }));
  cluster.run(30);
  return cluster;
}

function schedule(cluster: TestCluster, spec: Record<string, unknown>): void {
  cluster.store.create(SCHEDULES, {
    apiVersion: 'chaos-mesh.org/v1alpha1',
    kind: 'Schedule',
    metadata: { name: 'often', namespace: 'shop' },
    spec: { schedule: '@every 60s', type: 'NetworkChaos', historyLimit: 5, ...spec },
  });
}

const delays = (cluster: TestCluster) => cluster.store.list(NETWORK_CHAOS, 'shop');
const reasons = (cluster: TestCluster) => cluster.eventsOf('often').map((text) => text.split(':')[0]);

describe('a Schedule', () => {
  it('begins an experiment of its own each time', () => {
    const cluster = runningCluster();
    schedule(cluster, { networkChaos: { ...DELAY, duration: '20s' } });
    cluster.run(59);
    expect(delays(cluster)).toHaveLength(0);
    cluster.run(2);
    const [first] = delays(cluster);
    expect(first?.metadata.name).toMatch(/^often-/);
    expect(first?.metadata.labels).toEqual({ 'managed-by': 'often' });
    expect(first && controllerOf(first)).toMatchObject({ kind: 'Schedule', name: 'often' });
    expect(cluster.store.get(SCHEDULES, 'shop', 'often')?.status).toEqual({
      time: '2026-01-01T00:01:30Z',
      active: [expect.objectContaining({ kind: 'NetworkChaos', name: first?.metadata.name })],
    });
    cluster.run(120);
    expect(delays(cluster)).toHaveLength(3);
    expect(cluster.eventsOf('often')[0]).toBe(`Spawned: Create new object: ${first?.metadata.name}`);
    expect(cluster.errors).toEqual([]);
  });

  it('waits for the last one to end, unless it may have several', () => {
    const forbidding = runningCluster();
    schedule(forbidding, { networkChaos: { ...DELAY, duration: '90s' } });
    forbidding.run(125);
    expect(delays(forbidding)).toHaveLength(1);
    expect(reasons(forbidding)).toContain('Forbid');
    forbidding.run(40);
    expect(delays(forbidding)).toHaveLength(2);
    const allowing = runningCluster();
    schedule(allowing, { networkChaos: { ...DELAY, duration: '90s' }, concurrencyPolicy: 'Allow' });
    allowing.run(125);
    expect(delays(allowing)).toHaveLength(2);
  });

  it('keeps only as many as it should', () => {
    const cluster = runningCluster();
    schedule(cluster, { networkChaos: { ...DELAY, duration: '10s' }, historyLimit: 2 });
    cluster.run(60 * 5 + 15);
    expect(delays(cluster)).toHaveLength(2);
  });

  it('kills pods by the calendar', () => {
    const cluster = runningCluster();
    schedule(cluster, {
      schedule: '*/2 * * * *',
      type: 'PodChaos',
      podChaos: { ...TARGET, action: 'pod-kill' },
    });
    cluster.run(85);
    expect(cluster.store.list(POD_CHAOS, 'shop')).toHaveLength(0);
    cluster.run(10);
    expect(cluster.store.list(POD_CHAOS, 'shop')).toHaveLength(1);
  });

  it('pauses what it has begun, begins nothing while paused, and goes on afterwards', () => {
    const cluster = runningCluster();
    schedule(cluster, { networkChaos: { ...DELAY, duration: '10m' }, concurrencyPolicy: 'Allow' });
    cluster.run(65);
    const pause = (value: string) => {
      cluster.update(SCHEDULES, 'often', ({ metadata }) => {
        metadata.annotations = { [PAUSE_ANNOTATION]: value };
      });
      cluster.run(1);
    };
    pause('true');
    const desired = () => {
      const experiment = delays(cluster)[0]?.status?.experiment as { desiredPhase: string } | undefined;
      return experiment?.desiredPhase;
    };
    expect(desired()).toBe('Stop');
    cluster.run(120);
    expect(delays(cluster)).toHaveLength(1);
    pause('false');
    expect(desired()).toBe('Run');
    expect(delays(cluster)).toHaveLength(2);
  });

  it('takes its experiments with it when it is deleted', () => {
    const cluster = runningCluster();
    schedule(cluster, { networkChaos: { ...DELAY, duration: '10m' } });
    cluster.run(65);
    cluster.store.delete(SCHEDULES, 'shop', 'often');
    cluster.run(1);
    expect(delays(cluster)).toEqual([]);
    const pods = cluster.pods('web').map(({ metadata }) => cluster.runtime.runningPod('shop', metadata.name));
    expect(pods.map((pod) => pod?.sim.faults.delaySeconds)).toEqual([0, 0, 0]);
  });

  it.each([
    ['a schedule that nobody can read', { schedule: 'often', networkChaos: DELAY }, 'unparseable schedule'],
    ['no experiment', {}, 'networkChaos is missing'],
    ['a type that is not there', { type: 'KernelChaos' }, 'no schedules of type KernelChaos'],
  ])('says that it has %s', (_, spec, message) => {
    const cluster = runningCluster();
    schedule(cluster, spec);
    cluster.run(65);
    expect(cluster.eventsOf('often').join('\n')).toContain(message);
  });

  it('begins workflows too', () => {
    const cluster = runningCluster();
    const workflow = {
      entry: 'pause',
      templates: [{ name: 'pause', templateType: 'Suspend', deadline: '20s' }],
    };
    schedule(cluster, { type: 'Workflow', workflow });
    cluster.run(125);
    expect(cluster.store.list(WORKFLOWS, 'shop')).toHaveLength(2);
  });
});
