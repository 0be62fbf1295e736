import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../objectStore';
import { deletePod } from '../../store/podDeletion';
import { DEPLOYMENTS, PODS } from '../../store/resourceTypes';
import { controllerOf } from '../kinds';
import { TestCluster, testDeployment } from '../testing/testCluster';

function deployed(): { cluster: TestCluster; pod: KubeObject } {
  const cluster = new TestCluster();
  cluster.store.create(DEPLOYMENTS, testDeployment());
  cluster.run(20);
  const [pod] = cluster.readyPods('web');
  if (!pod) throw new Error('no pod is ready');
  return { cluster, pod };
}

function relabel(cluster: TestCluster, pod: KubeObject, label: string, value: string | undefined): void {
  cluster.update(PODS, pod.metadata.name, ({ metadata }) => {
    const labels = { ...metadata.labels };
    if (value === undefined) delete labels[label];
    else labels[label] = value;
    metadata.labels = labels;
  });
}

describe('a ReplicaSet', () => {
  it('replaces a deleted pod at once, without waiting for its end', () => {
    const { cluster, pod } = deployed();
    deletePod(cluster.store, cluster.clock, 'shop', pod.metadata.name);
    cluster.run(0.25);
    expect(cluster.pods('web')).toHaveLength(4);
    expect(cluster.readyPods('web')).toHaveLength(2);
    cluster.run(15);
    expect(cluster.pods('web')).toHaveLength(3);
    expect(cluster.readyPods('web')).toHaveLength(3);
    expect(cluster.pod(pod.metadata.name)).toBeUndefined();
  });

  it('releases a pod that it no longer selects, and makes another', () => {
    const { cluster, pod } = deployed();
    relabel(cluster, pod, 'app', undefined);
    cluster.run(15);
    const released = cluster.pod(pod.metadata.name);
    expect(released && controllerOf(released)).toBeUndefined();
    expect(released && cluster.conditionOf(released, 'Ready')).toBe('True');
    expect(cluster.readyPods('web')).toHaveLength(3);
  });

  it('leaves a pod alone that loses a label outside of its selector', () => {
    const { cluster, pod } = deployed();
    relabel(cluster, pod, 'tier', undefined);
    cluster.run(15);
    expect(cluster.pods('web')).toHaveLength(3);
    expect(cluster.pod(pod.metadata.name)?.metadata.ownerReferences).toHaveLength(1);
  });

  it('adopts the pod when its label comes back, and gives up the surplus', () => {
    const { cluster, pod } = deployed();
    relabel(cluster, pod, 'app', undefined);
    cluster.run(15);
    relabel(cluster, pod, 'app', 'web');
    cluster.run(0.25);
    const owners = cluster.pods('web').map((candidate) => controllerOf(candidate)?.name);
    expect(new Set(owners).size).toBe(1);
    cluster.run(15);
    expect(cluster.pods('web')).toHaveLength(3);
    // The replacement has been ready for a shorter time.
    expect(cluster.pod(pod.metadata.name)).toBeDefined();
  });

  it('does not adopt a pod that somebody else controls', () => {
    const { cluster, pod } = deployed();
    const { apiVersion, kind, spec, metadata } = pod;
    const owner = { apiVersion: 'example.com/v1', kind: 'Robot', name: 'r', uid: 'r', controller: true };
    cluster.store.create(PODS, {
      apiVersion,
      kind,
      metadata: {
        name: 'stranger',
        namespace: 'shop',
        labels: metadata.labels ?? {},
        ownerReferences: [owner],
      },
      ...(spec && { spec }),
    });
    cluster.run(10);
    expect(cluster.readyPods('web').length).toBeGreaterThanOrEqual(3);
    expect(
      cluster.pods('web').filter((candidate) => controllerOf(candidate)?.kind === 'ReplicaSet'),
    ).toHaveLength(3);
  });

  it('counts a pod as available only after minReadySeconds', () => {
    const cluster = new TestCluster();
    cluster.store.create(DEPLOYMENTS, testDeployment({ replicas: 1, spec: { minReadySeconds: 10 } }));
    cluster.runUntil(() => cluster.readyPods('web').length === 1);
    const status = () => cluster.deployment('web').status;
    expect(status()).toMatchObject({ readyReplicas: 1, unavailableReplicas: 1 });
    const seconds = cluster.runUntil(() => status()?.availableReplicas === 1);
    expect(seconds).toBeGreaterThan(8.5);
    expect(seconds).toBeLessThanOrEqual(10.25);
  });
});
