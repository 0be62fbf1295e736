import { describe, expect, it } from 'vitest';
import { DEPLOYMENTS, EVENTS, NODES } from '../../store/resourceTypes';
import { conditions, nodeView, podSpec } from '../kinds';
import { TestCluster, testDeployment } from '../testing/testCluster';
import { FAIL_ANNOTATION } from './nodeFailure';

function clusterOfSix(): TestCluster {
  const cluster = new TestCluster();
  cluster.store.create(DEPLOYMENTS, testDeployment({ replicas: 6 }));
  cluster.run(20);
  expect(cluster.readyPods('web')).toHaveLength(6);
  return cluster;
}

function setFailed(cluster: TestCluster, value: string): void {
  cluster.store.update(NODES, undefined, 'node-2', ({ metadata }) => {
    metadata.annotations = { [FAIL_ANNOTATION]: value };
  });
}

function node2(cluster: TestCluster) {
  const node = cluster.store.get(NODES, undefined, 'node-2');
  if (!node) throw new Error('there is no node-2');
  return {
    ready: conditions(node).find(({ type }) => type === 'Ready')?.status,
    taints: nodeView(node).taints.map(({ key, effect }) => `${key}:${effect}`),
  };
}

const on2 = (cluster: TestCluster) => cluster.pods('web').filter((pod) => podSpec(pod).nodeName === 'node-2');
const reasons = (cluster: TestCluster, namespace: string, name: string) =>
  cluster.store
    .list(EVENTS, namespace)
    .filter(({ involvedObject }) => (involvedObject as { name: string }).name === name)
    .map(({ reason }) => reason);

describe('a node that fails', () => {
  it('is noticed after the grace period, and its pods are no longer ready', () => {
    const cluster = clusterOfSix();
    setFailed(cluster, 'true');
    cluster.run(45);
    expect(node2(cluster)).toEqual({ ready: 'True', taints: [] });
    expect(cluster.readyPods('web')).toHaveLength(6);
    cluster.run(10);
    expect(node2(cluster)).toEqual({
      ready: 'Unknown',
      taints: ['node.kubernetes.io/unreachable:NoSchedule', 'node.kubernetes.io/unreachable:NoExecute'],
    });
    expect(cluster.readyPods('web')).toHaveLength(4);
    expect(reasons(cluster, 'default', 'node-2')).toEqual(['NodeNotReady']);
    for (const pod of on2(cluster)) {
      expect(reasons(cluster, 'shop', pod.metadata.name)).toContain('NodeNotReady');
    }
    expect(cluster.errors).toEqual([]);
  });

  it('loses its pods to others after five minutes; they stay terminating until it is back', () => {
    const cluster = clusterOfSix();
    setFailed(cluster, 'true');
    cluster.run(340);
    expect(cluster.readyPods('web')).toHaveLength(4);
    cluster.run(30);
    expect(cluster.readyPods('web')).toHaveLength(6);
    const lost = on2(cluster);
    expect(lost).toHaveLength(2);
    for (const { metadata } of lost) {
      expect(metadata.deletionTimestamp).toBeDefined();
      expect(reasons(cluster, 'shop', metadata.name)).toContain('TaintManagerEviction');
    }
    setFailed(cluster, 'false');
    cluster.run(5);
    expect(on2(cluster)).toEqual([]);
    expect(node2(cluster)).toEqual({ ready: 'True', taints: [] });
    expect(reasons(cluster, 'default', 'node-2')).toContain('NodeReady');
  });

  it('starts its containers again when it is back in time', () => {
    const cluster = clusterOfSix();
    setFailed(cluster, 'true');
    cluster.run(80);
    setFailed(cluster, 'false');
    cluster.run(20);
    expect(cluster.readyPods('web')).toHaveLength(6);
    for (const pod of on2(cluster)) {
      expect(pod.status?.containerStatuses).toMatchObject([
        { restartCount: 1, lastState: { terminated: { reason: 'Error', exitCode: 255 } } },
      ]);
    }
  });
});

describe('a node that is deleted', () => {
  it('has its pods replaced on the others', () => {
    const cluster = clusterOfSix();
    cluster.store.delete(NODES, undefined, 'node-2');
    cluster.run(35);
    expect(on2(cluster)).toHaveLength(2);
    cluster.run(25);
    expect(on2(cluster)).toEqual([]);
    expect(cluster.readyPods('web')).toHaveLength(6);
    expect(cluster.errors).toEqual([]);
  });
});

describe('a cordoned node', () => {
  it('has the taint that says so until it is uncordoned', () => {
    const cluster = new TestCluster();
    const cordon = (unschedulable: boolean) => {
      cluster.store.update(NODES, undefined, 'node-2', (draft) => {
        draft.spec = { ...draft.spec, unschedulable };
      });
      cluster.run(0.25);
    };
    cordon(true);
    expect(node2(cluster).taints).toEqual(['node.kubernetes.io/unschedulable:NoSchedule']);
    cordon(false);
    expect(node2(cluster).taints).toEqual([]);
  });
});
