import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../objectStore';
import { TestCluster, testDeployment } from '../runtime/testing/testCluster';
import { SCENARIO_ANNOTATION } from '../runtime/traffic/scenarios';
import { DEPLOYMENTS, PODS } from '../store/resourceTypes';
import { ScenarioRequest } from './controlApi';
import { setScenario } from './scenario';

function running(): TestCluster {
  const cluster = new TestCluster();
  cluster.store.create(DEPLOYMENTS, testDeployment({ name: 'web', replicas: 2 }));
  cluster.store.create(DEPLOYMENTS, testDeployment({ name: 'cart', replicas: 1 }));
  cluster.run(20);
  return cluster;
}

const request = (fields: object) => ScenarioRequest.parse({ namespace: 'shop', ...fields });
const errorShares = (cluster: TestCluster, app: string) =>
  cluster
    .pods(app)
    .map(({ metadata }) => cluster.runtime.runningPod('shop', metadata.name)?.sim.faults.errorShare);
const annotation = ({ metadata }: KubeObject) => metadata.annotations?.[SCENARIO_ANNOTATION];

describe('a scenario that is set', () => {
  it('is that of a workload, its later pods included, until it is taken back', () => {
    const cluster = running();
    const workload = { kind: 'Deployment', name: 'web' };
    expect(setScenario(cluster.store, request({ workload, scenario: 'buggy' }))).toEqual({ pods: 2 });
    cluster.update(DEPLOYMENTS, 'web', ({ spec }) => {
      if (spec) spec.replicas = 3;
    });
    cluster.run(20);
    expect(errorShares(cluster, 'web').map((share) => share?.toFixed(3))).toEqual([
      '0.100',
      '0.100',
      '0.100',
    ]);
    expect(errorShares(cluster, 'cart')).toEqual([0]);
    expect(cluster.replicaSets()).toHaveLength(2);
    setScenario(cluster.store, request({ workload, scenario: null }));
    cluster.run(1);
    expect(errorShares(cluster, 'web')).toEqual([0, 0, 0]);
    expect(annotation(cluster.deployment('web'))).toBeUndefined();
  });

  it('is that of the pods that a selector finds', () => {
    const cluster = running();
    const answer = setScenario(cluster.store, request({ selector: 'app=cart', scenario: 'flaky' }));
    expect(answer).toEqual({ pods: 1 });
    expect(cluster.store.list(PODS, 'shop').map(annotation).sort()).toEqual(['flaky', undefined, undefined]);
  });

  it('of a workload that is not there is refused', () => {
    const workload = { name: 'gone' };
    expect(() => setScenario(running().store, request({ workload, scenario: 'buggy' }))).toThrow(
      'deployments.apps "gone" not found',
    );
  });

  it.each([
    { scenario: 'buggy' },
    { scenario: 'buggy', selector: 'a=b', workload: { name: 'web' } },
    { scenario: 'bugy', selector: 'a=b' },
  ])('has to be whole: %j', (fields) => {
    expect(ScenarioRequest.safeParse({ namespace: 'shop', ...fields }).success).toBe(false);
  });
});
