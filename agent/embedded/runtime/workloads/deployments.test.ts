import { describe, expect, it } from 'vitest';
import { DEPLOYMENTS, REPLICA_SETS } from '../../store/resourceTypes';
import { replicaSetSpec } from '../kinds';
import { type TestApp, TestCluster, testDeployment } from '../testing/testCluster';

function deployed(app: TestApp = {}): TestCluster {
  const cluster = new TestCluster();
  cluster.store.create(DEPLOYMENTS, testDeployment(app));
  cluster.run(20);
  expect(cluster.readyPods('web')).toHaveLength(app.replicas ?? 3);
  return cluster;
}

function setImage(cluster: TestCluster, image: string, limits = { cpu: '500m', memory: '256Mi' }): void {
  const { template } = testDeployment({ image, limits }).spec ?? {};
  cluster.update(DEPLOYMENTS, 'web', (draft) => {
    draft.spec = { ...draft.spec, template };
  });
}

const imagesOf = (cluster: TestCluster) =>
  cluster.pods('web').map(({ spec }) => (spec as { containers: { image: string }[] }).containers[0]?.image);

describe('a Deployment', () => {
  it('is ready after its pods have started, and says so', () => {
    const cluster = new TestCluster();
    cluster.store.create(DEPLOYMENTS, testDeployment());
    cluster.run(1);
    expect(cluster.deployment('web').status).toMatchObject({ replicas: 3, unavailableReplicas: 3 });
    expect(cluster.conditionOf(cluster.deployment('web'), 'Available')).toBe('False');
    cluster.run(10);
    expect(cluster.deployment('web').status).toMatchObject({
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
    });
    expect(cluster.deployment('web').status).not.toHaveProperty('unavailableReplicas');
    expect(cluster.conditionOf(cluster.deployment('web'), 'Available')).toBe('True');
    expect(cluster.conditionOf(cluster.deployment('web'), 'Progressing')).toBe('True');
    const [replicaSet] = cluster.replicaSets();
    expect(cluster.eventsOf('web')).toEqual([
      `ScalingReplicaSet: Scaled up replica set ${replicaSet?.metadata.name} from 0 to 3`,
    ]);
    expect(cluster.errors).toEqual([]);
  });

  it('names its ReplicaSet and its pods by the hash of the template', () => {
    const cluster = deployed();
    const [replicaSet] = cluster.replicaSets();
    const hash = replicaSet?.metadata.labels?.['pod-template-hash'];
    expect(replicaSet?.metadata.name).toBe(`web-${hash}`);
    for (const pod of cluster.pods('web')) {
      expect(pod.metadata.name).toMatch(new RegExp(`^web-${hash}-[a-z0-9]{5}$`));
      expect(pod.metadata.labels).toEqual({ app: 'web', tier: 'front', 'pod-template-hash': hash });
    }
  });

  it('is scaled without a rollout', () => {
    const cluster = deployed();
    cluster.update(DEPLOYMENTS, 'web', (draft) => {
      draft.spec = { ...draft.spec, replicas: 5 };
    });
    cluster.run(10);
    expect(cluster.readyPods('web')).toHaveLength(5);
    cluster.update(DEPLOYMENTS, 'web', (draft) => {
      draft.spec = { ...draft.spec, replicas: 1 };
    });
    cluster.run(10);
    expect(cluster.pods('web')).toHaveLength(1);
    expect(cluster.replicaSets()).toHaveLength(1);
    expect(cluster.deployment('web').status?.observedGeneration).toBe(3);
  });

  it.each([
    [{ maxSurge: 1, maxUnavailable: 0 }, 4, 5],
    [{ maxSurge: 0, maxUnavailable: 1 }, 3, 4],
    [{ maxSurge: '50%', maxUnavailable: '25%' }, 3, 6],
  ])('rolls out a new template within %j', (rollingUpdate, fewest, most) => {
    const cluster = deployed({ replicas: 4, spec: { strategy: { type: 'RollingUpdate', rollingUpdate } } });
    setImage(cluster, 'web:2');
    const readyCounts: number[] = [];
    const totals: number[] = [];
    cluster.run(60, () => {
      readyCounts.push(cluster.readyPods('web').length);
      totals.push(cluster.pods('web').filter((pod) => !pod.metadata.deletionTimestamp).length);
    });
    expect(Math.min(...readyCounts)).toBe(fewest);
    expect(Math.max(...totals)).toBe(most);
    expect(imagesOf(cluster)).toEqual(['web:2', 'web:2', 'web:2', 'web:2']);
    expect(
      cluster
        .replicaSets()
        .map((replicaSet) => replicaSetSpec(replicaSet).replicas)
        .sort(),
    ).toEqual([0, 4]);
    expect(cluster.deployment('web').metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2');
  });

  it('reuses the old ReplicaSet when it is rolled back', () => {
    const cluster = deployed();
    const [first] = cluster.replicaSets();
    setImage(cluster, 'web:2');
    cluster.run(60);
    setImage(cluster, 'web:1');
    cluster.run(60);
    expect(cluster.replicaSets()).toHaveLength(2);
    expect(cluster.readyPods('web')[0]?.metadata.ownerReferences?.[0]?.uid).toBe(first?.metadata.uid);
    expect(cluster.deployment('web').metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3');
  });

  it('keeps serving with the old pods while the new ones do not start, and fails after its deadline', () => {
    const cluster = deployed({ spec: { progressDeadlineSeconds: 60 } });
    setImage(cluster, 'web:2', { cpu: '500m', memory: '1Mi' });
    cluster.run(50);
    expect(cluster.conditionOf(cluster.deployment('web'), 'Progressing')).toBe('True');
    cluster.run(60);
    expect(cluster.conditionOf(cluster.deployment('web'), 'Progressing')).toBe('False');
    expect(cluster.readyPods('web')).toHaveLength(3);
    expect(imagesOf(cluster).filter((image) => image === 'web:2')).toHaveLength(1);
  });

  it('remembers as many old ReplicaSets as it should', () => {
    const cluster = deployed({ replicas: 1, spec: { revisionHistoryLimit: 1 } });
    for (const image of ['web:2', 'web:3', 'web:4']) {
      setImage(cluster, image);
      cluster.run(30);
    }
    expect(cluster.replicaSets()).toHaveLength(2);
  });

  it('takes its pods with it when it is deleted, after their grace', () => {
    const cluster = deployed();
    cluster.store.delete(DEPLOYMENTS, 'shop', 'web');
    cluster.run(0.25);
    expect(cluster.store.list(REPLICA_SETS, 'shop')).toEqual([]);
    expect(cluster.pods('web').every((pod) => pod.metadata.deletionTimestamp !== undefined)).toBe(true);
    cluster.run(5);
    expect(cluster.pods('web')).toEqual([]);
  });
});
