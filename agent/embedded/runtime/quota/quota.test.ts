import { describe, expect, it } from 'vitest';
import type { NewObject } from '../../objectStore';
import { DEPLOYMENTS, RESOURCE_QUOTAS } from '../../store/resourceTypes';
import { TestCluster, testDeployment } from '../testing/testCluster';
import { checkPodQuota, hardLimits, quantityText, usedOf } from './quota';

function quota(hard: Record<string, unknown>, spec: Record<string, unknown> = {}): NewObject {
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'compute', namespace: 'shop' },
    spec: { hard, ...spec },
  };
}

function pod(resources: Record<string, unknown>, name = 'one'): NewObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop' },
    spec: { containers: [{ name: 'app', resources }] },
  };
}

/** A Deployment of three pods of 500m and 256Mi each, in a namespace with a quota. */
function limited(hard: Record<string, unknown>, replicas = 3): TestCluster {
  const cluster = new TestCluster();
  cluster.store.create(RESOURCE_QUOTAS, quota(hard));
  cluster.store.create(DEPLOYMENTS, testDeployment({ replicas }));
  cluster.run(20);
  return cluster;
}

const statusOf = (cluster: TestCluster) => cluster.store.get(RESOURCE_QUOTAS, 'shop', 'compute')?.status;
const raise = (cluster: TestCluster, hard: Record<string, unknown>) =>
  cluster.update(RESOURCE_QUOTAS, 'compute', (draft) => {
    draft.spec = { hard };
  });

describe('a ResourceQuota', () => {
  it.each([
    [{ pods: '2' }, 2],
    [{ 'count/pods': 2 }, 2],
    [{ 'requests.cpu': '1' }, 2],
    [{ cpu: '1499m' }, 2],
    [{ 'requests.cpu': '1500m' }, 3],
    [{ 'requests.memory': '300Mi' }, 1],
    [{ memory: '768Mi' }, 3],
    [{ 'limits.cpu': '0.5', pods: '10' }, 1],
    [{ 'limits.memory': '100Mi' }, 0],
    [{ persistentvolumeclaims: '0' }, 3],
  ])('of %j lets %d pods of three be made', (hard, pods) => {
    expect(limited(hard).pods('web')).toHaveLength(pods);
  });

  it('does not count where it has scopes, which are not known', () => {
    const cluster = new TestCluster();
    cluster.store.create(RESOURCE_QUOTAS, quota({ pods: '0' }, { scopes: ['BestEffort'] }));
    cluster.store.create(DEPLOYMENTS, testDeployment());
    cluster.run(5);
    expect(cluster.pods('web')).toHaveLength(3);
  });

  it('tells in its status what is used', () => {
    const cluster = limited({ pods: '10', 'requests.cpu': '4', 'limits.memory': '1Gi' });
    expect(statusOf(cluster)).toEqual({
      hard: { pods: '10', 'requests.cpu': '4', 'limits.memory': '1Gi' },
      used: { pods: '3', 'requests.cpu': '1500m', 'limits.memory': String(768 * 2 ** 20) },
    });
    cluster.update(DEPLOYMENTS, 'web', (draft) => {
      draft.spec = { ...draft.spec, replicas: 1 };
    });
    cluster.run(10);
    expect(statusOf(cluster)).toMatchObject({ used: { pods: '1', 'requests.cpu': '500m' } });
  });

  it('is said by an event and a condition of the ReplicaSet, and by a condition of the Deployment', () => {
    const cluster = limited({ pods: '2' });
    const [replicaSet] = cluster.replicaSets();
    expect(cluster.eventsOf(replicaSet?.metadata.name ?? '')).toContainEqual(
      expect.stringMatching(
        /^FailedCreate: Error creating: pods "web-\w+-\w+" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=2, limited: pods=2$/,
      ),
    );
    expect(replicaSet && cluster.conditionOf(replicaSet, 'ReplicaFailure')).toBe('True');
    expect(cluster.conditionOf(cluster.deployment('web'), 'ReplicaFailure')).toBe('True');
    expect(cluster.deployment('web').status).toMatchObject({ readyReplicas: 2 });
  });

  it('refuses no more often than once in a while', () => {
    const cluster = limited({ pods: '2' });
    cluster.run(600);
    const [replicaSet] = cluster.replicaSets();
    const failures = cluster
      .eventsOf(replicaSet?.metadata.name ?? '')
      .filter((text) => text.startsWith('FailedCreate'));
    expect(failures.length).toBeGreaterThan(4);
    expect(failures.length).toBeLessThan(15);
  });

  it('that is raised lets the missing pods be made, and the conditions go', () => {
    const cluster = limited({ pods: '2' });
    raise(cluster, { pods: '3' });
    const seconds = cluster.runUntil(() => cluster.readyPods('web').length === 3);
    expect(seconds).toBeLessThan(60);
    cluster.run(5);
    const [replicaSet] = cluster.replicaSets();
    expect(replicaSet && cluster.conditionOf(replicaSet, 'ReplicaFailure')).toBeUndefined();
    expect(cluster.conditionOf(cluster.deployment('web'), 'ReplicaFailure')).toBeUndefined();
    expect(cluster.errors).toEqual([]);
  });

  it('that is lowered takes no pod away', () => {
    const cluster = limited({ pods: '3' });
    raise(cluster, { pods: '1' });
    cluster.run(60);
    expect(cluster.readyPods('web')).toHaveLength(3);
    expect(statusOf(cluster)).toMatchObject({ hard: { pods: '1' }, used: { pods: '3' } });
  });

  it('wants containers to say what it counts', () => {
    const cluster = new TestCluster();
    cluster.store.create(RESOURCE_QUOTAS, quota({ 'limits.memory': '1Gi', 'requests.cpu': '2' }));
    const refused = (resources: Record<string, unknown>) => () =>
      checkPodQuota(cluster.store, pod(resources));
    expect(refused({ requests: { cpu: '1' } })).toThrow(
      'pods "one" is forbidden: failed quota: compute: must specify limits.memory for: app',
    );
    expect(refused({})).toThrow('must specify limits.memory for: app; requests.cpu for: app');
    expect(refused({ limits: { cpu: '1', memory: '1Gi' } })).not.toThrow();
    expect(refused({ limits: { cpu: '3', memory: '2Gi' } })).toThrow(
      `exceeded quota: compute, requested: limits.memory=${2 ** 31},requests.cpu=3, used: limits.memory=0,requests.cpu=0, limited: limits.memory=${2 ** 30},requests.cpu=2`,
    );
  });
});

describe('what is counted', () => {
  it('leaves out what is no quantity', () => {
    const stored = new TestCluster().store.create(RESOURCE_QUOTAS, quota({ pods: 'many', cpu: '2' }));
    expect(hardLimits(stored)).toEqual({ cpu: 2 });
  });

  it('is none of what has ended', () => {
    const cluster = limited({ pods: '5' });
    const [first, ...others] = cluster.pods('web');
    const ended = { ...first, status: { phase: 'Succeeded' } } as (typeof others)[number];
    expect(usedOf(['pods'], [ended, ...others])).toEqual({ pods: 2 });
  });

  it.each([
    [0, '0'],
    [1.5, '1500m'],
    [0.1 + 0.2, '300m'],
    [268_435_456, '268435456'],
  ])('is written %d as %s', (amount, text) => {
    expect(quantityText(amount)).toBe(text);
  });
});
