import { describe, expect, it } from 'vitest';
import { deletePod } from '../../store/podDeletion';
import { DEPLOYMENTS, NODES } from '../../store/resourceTypes';
import { podSpec } from '../kinds';
import { TestCluster, testDeployment } from '../testing/testCluster';

const nodesOf = (cluster: TestCluster) => cluster.pods('web').map((pod) => podSpec(pod).nodeName);

describe('the scheduler', () => {
  it('spreads the pods of a ReplicaSet over the nodes', () => {
    const cluster = new TestCluster();
    cluster.store.create(DEPLOYMENTS, testDeployment({ replicas: 6 }));
    cluster.run(1);
    expect(nodesOf(cluster).sort()).toEqual(['node-1', 'node-1', 'node-2', 'node-2', 'node-3', 'node-3']);
  });

  it('leaves pods pending that fit nowhere, says why, and places them when there is room', () => {
    const cluster = new TestCluster({ nodes: 1 });
    // 3.9 cores are allocatable.
    cluster.store.create(DEPLOYMENTS, testDeployment({ replicas: 4, limits: { cpu: '1', memory: '256Mi' } }));
    cluster.run(15);
    const waiting = cluster.pods('web').find((pod) => !podSpec(pod).nodeName);
    expect(waiting?.status).toMatchObject({ phase: 'Pending' });
    expect(waiting && cluster.conditionOf(waiting, 'PodScheduled')).toBe('False');
    const name = waiting?.metadata.name ?? '';
    expect(cluster.eventsOf(name)).toEqual([
      'FailedScheduling: 0/1 nodes are available: 1 Insufficient cpu.',
    ]);
    const [victim] = cluster.readyPods('web');
    deletePod(cluster.store, cluster.clock, 'shop', victim?.metadata.name ?? '', 0);
    cluster.run(15);
    const placed = cluster.pod(name);
    expect(placed && podSpec(placed).nodeName).toBe('node-1');
  });

  it('avoids cordoned nodes', () => {
    const cluster = new TestCluster();
    cluster.store.update(NODES, undefined, 'node-2', (draft) => {
      draft.spec = { ...draft.spec, unschedulable: true };
    });
    cluster.store.create(DEPLOYMENTS, testDeployment({ replicas: 6 }));
    cluster.run(1);
    expect(new Set(nodesOf(cluster))).toEqual(new Set(['node-1', 'node-3']));
  });

  it('waits for a node when there is none', () => {
    const cluster = new TestCluster({ nodes: 0 });
    cluster.store.create(DEPLOYMENTS, testDeployment({ replicas: 1 }));
    cluster.run(1);
    expect(nodesOf(cluster)).toEqual([undefined]);
    const [pod] = cluster.pods('web');
    expect(cluster.eventsOf(pod?.metadata.name ?? '')).toEqual([
      'FailedScheduling: 0/0 nodes are available: no nodes.',
    ]);
  });
});
