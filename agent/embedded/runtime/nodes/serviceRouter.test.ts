import { describe, expect, it } from 'vitest';
import { deletePod } from '../../store/podDeletion';
import { DEPLOYMENTS, PODS, SERVICES } from '../../store/resourceTypes';
import { LOAD_ANNOTATION } from '../podSettings';
import { TestCluster, testDeployment, testService } from '../testing/testCluster';

const RATE = 'sum by (pod) (rate(http_requests_total[30s]))';

function loaded(replicas = 2): TestCluster {
  const cluster = new TestCluster();
  cluster.store.create(DEPLOYMENTS, testDeployment({ replicas }));
  cluster.store.create(SERVICES, testService('web', 100));
  cluster.run(60);
  return cluster;
}

const names = (cluster: TestCluster) => cluster.pods('web').map(({ metadata }) => metadata.name);

describe('the load of a Service', () => {
  it('is shared by its ready pods', () => {
    const cluster = loaded();
    const rates = cluster.query(RATE);
    expect([...rates.keys()].sort()).toEqual(names(cluster).sort());
    for (const rate of rates.values()) expect(rate / 50).toBeCloseTo(1, 0);
  });

  it('leaves a pod that is drained by taking its label away', () => {
    const cluster = loaded();
    const [drained = ''] = names(cluster);
    cluster.update(PODS, drained, ({ metadata }) => {
      metadata.labels = { tier: 'front' };
    });
    cluster.run(60);
    expect(cluster.query(RATE).get(drained)).toBe(0);
    expect(cluster.readyPods('web')).toHaveLength(2);
  });

  it('leaves a terminating pod at once', () => {
    const cluster = loaded();
    const [leaving = '', staying = ''] = names(cluster);
    deletePod(cluster.store, cluster.clock, 'shop', leaving);
    cluster.run(6);
    const sinceDeletion = cluster.query('sum by (pod) (increase(http_requests_total[10s]))');
    expect(cluster.pod(leaving)).toBeUndefined();
    expect(sinceDeletion.get(staying)).toBeGreaterThan(500);
  });

  it('follows a change of the annotation', () => {
    const cluster = loaded();
    cluster.update(SERVICES, 'web', ({ metadata }) => {
      metadata.annotations = { [LOAD_ANNOTATION]: '{"kind":"constant","requestsPerSecond":10}' };
    });
    cluster.run(60);
    const total = [...cluster.query(RATE).values()].reduce((sum, rate) => sum + rate, 0);
    expect(total / 10).toBeCloseTo(1, 0);
    cluster.store.delete(SERVICES, 'shop', 'web');
    cluster.run(60);
    expect([...cluster.query(RATE).values()]).toEqual([0, 0]);
  });

  it('follows a change of the annotation within a tick, with its shape from the beginning', () => {
    const cluster = loaded();
    const arrivals = () =>
      names(cluster).reduce(
        (sum, name) => sum + (cluster.runtime.runningPod('shop', name)?.sim.arrivals ?? 0),
        0,
      );
    const stages = [
      { durationSeconds: 0, target: 4000 },
      { durationSeconds: 1, target: 4000 },
      { durationSeconds: 0, target: 0 },
    ];
    cluster.update(SERVICES, 'web', ({ metadata }) => {
      metadata.annotations = { [LOAD_ANNOTATION]: JSON.stringify({ kind: 'stages', stages }) };
    });
    // The tick in which the change is seen still has the load of before.
    cluster.run(0.25);
    const before = arrivals();
    cluster.run(1);
    const during = arrivals();
    cluster.run(5);
    expect((during - before) / 4000).toBeCloseTo(1, 1);
    expect(arrivals()).toBe(during);
  });

  it('counts the requests that find no pod', () => {
    const cluster = loaded();
    const unrouted = () => cluster.runtime.unroutedRequests('shop', 'web');
    expect(cluster.runtime.unroutedRequests('shop', 'api')).toBe(0);
    const before = unrouted();
    cluster.run(10);
    expect(unrouted()).toBe(before);
    cluster.update(DEPLOYMENTS, 'web', (draft) => {
      draft.spec = { ...draft.spec, replicas: 0 };
    });
    cluster.run(20);
    expect((unrouted() - before) / 2000).toBeCloseTo(1, 0);
  });

  it('is refused with an event where it is malformed', () => {
    const cluster = loaded();
    cluster.update(SERVICES, 'web', ({ metadata }) => {
      metadata.annotations = { [LOAD_ANNOTATION]: '{"kind":"tsunami"}' };
    });
    cluster.run(1);
    expect(cluster.eventsOf('web').some((text) => text.startsWith('InvalidLoad: annotation'))).toBe(true);
  });
});
