import { describe, expect, it } from 'vitest';
import { deletePod } from '../../store/podDeletion';
import { DEPLOYMENTS, POD_DISRUPTION_BUDGETS } from '../../store/resourceTypes';
import { TestCluster, testDeployment } from '../testing/testCluster';

function withBudget(budget: Record<string, unknown>, replicas = 4): TestCluster {
  const cluster = new TestCluster();
  cluster.store.create(DEPLOYMENTS, testDeployment({ replicas }));
  cluster.store.create(POD_DISRUPTION_BUDGETS, {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { selector: { matchLabels: { app: 'web' } }, ...budget },
  });
  cluster.run(20);
  return cluster;
}

const statusOf = (cluster: TestCluster) => cluster.store.get(POD_DISRUPTION_BUDGETS, 'shop', 'web')?.status;

describe('a PodDisruptionBudget', () => {
  it.each([
    [{ minAvailable: 3 }, 3, 1],
    [{ minAvailable: '50%' }, 2, 2],
    [{ minAvailable: '60%' }, 3, 1],
    [{ maxUnavailable: 1 }, 3, 1],
    [{ maxUnavailable: '30%' }, 2, 2],
    [{ minAvailable: 9 }, 9, 0],
  ])(
    'with %j of 4 pods wants %i healthy and allows %i disruptions',
    (budget, desiredHealthy, disruptionsAllowed) => {
      expect(statusOf(withBudget(budget))).toMatchObject({
        expectedPods: 4,
        currentHealthy: 4,
        desiredHealthy,
        disruptionsAllowed,
        observedGeneration: 1,
      });
    },
  );

  it('allows nothing while a pod is away, and again once it has been replaced', () => {
    const cluster = withBudget({ minAvailable: 3 });
    const [pod] = cluster.readyPods('web');
    deletePod(cluster.store, cluster.clock, 'shop', pod?.metadata.name ?? '');
    cluster.run(1);
    expect(statusOf(cluster)).toMatchObject({ currentHealthy: 3, disruptionsAllowed: 0 });
    cluster.run(20);
    expect(statusOf(cluster)).toMatchObject({ currentHealthy: 4, disruptionsAllowed: 1 });
  });

  it('counts against what the Deployment wants, not against the pods that are left', () => {
    const cluster = withBudget({ maxUnavailable: 1 });
    for (const pod of cluster.readyPods('web').slice(0, 2)) {
      deletePod(cluster.store, cluster.clock, 'shop', pod.metadata.name, 0);
    }
    cluster.run(0.25);
    expect(statusOf(cluster)).toMatchObject({ expectedPods: 4, currentHealthy: 2, disruptionsAllowed: 0 });
  });
});
