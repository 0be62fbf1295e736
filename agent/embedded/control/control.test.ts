import { describe, expect, it } from 'vitest';
import { LOAD_ANNOTATION } from '../runtime/podSettings';
import { TestCluster, testDeployment, testService } from '../runtime/testing/testCluster';
import { Simulations } from '../simulations/simulations';
import { DEPLOYMENTS, SERVICES } from '../store/resourceTypes';
import { createControl } from './control';

function controlled() {
  const cluster = new TestCluster();
  cluster.store.create(DEPLOYMENTS, testDeployment({ replicas: 2 }));
  cluster.store.create(SERVICES, testService('web', 100));
  cluster.run(30);
  const { store, runtime, clock } = cluster;
  const control = createControl({
    store,
    runtime,
    clock,
    simulations: new Simulations(store, runtime, clock),
  });
  const ask = (method: string, path: string, body?: unknown) => {
    const answer = control({
      method,
      path: `/coxswain.dev${path}`,
      query: new URLSearchParams(),
      headers: {},
      body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
    });
    return 'json' in answer ? answer.json : undefined;
  };
  return { cluster, ask };
}

const SPIKE = { kind: 'spike', base: 10, peak: 400, atSeconds: 30, durationSeconds: 60 };

describe('what the embedded cluster is asked beside Kubernetes', () => {
  it('tells that it is one', () => {
    const { cluster, ask } = controlled();
    expect(ask('GET', '')).toEqual({
      cluster: 'coxswain-embedded',
      nowMs: cluster.clock.nowMs(),
      rate: 1,
      simulations: [],
    });
  });

  it('sets the load of a Service at once, and says which it was', () => {
    const { cluster, ask } = controlled();
    const arrivals = () =>
      cluster
        .pods('web')
        .reduce(
          (sum, { metadata }) => sum + (cluster.runtime.runningPod('shop', metadata.name)?.sim.arrivals ?? 0),
          0,
        );
    const before = arrivals();
    const load = { kind: 'constant', requestsPerSecond: 4000 };
    expect(ask('POST', '/load', { namespace: 'shop', service: 'web', load })).toMatchObject({
      previous: { kind: 'constant', requestsPerSecond: 100 },
    });
    cluster.run(0.25);
    expect((arrivals() - before) / 1000).toBeCloseTo(1, 0);
  });

  it('keeps the other annotations of the Service', () => {
    const { cluster, ask } = controlled();
    cluster.update(SERVICES, 'web', ({ metadata }) => {
      metadata.annotations = { ...metadata.annotations, team: 'a' };
    });
    ask('POST', '/load', { namespace: 'shop', service: 'web', load: SPIKE });
    const { annotations = {} } = cluster.store.get(SERVICES, 'shop', 'web')?.metadata ?? {};
    expect(annotations.team).toBe('a');
    expect(JSON.parse(annotations[LOAD_ANNOTATION] ?? '')).toMatchObject(SPIKE);
  });

  it('takes the load away', () => {
    const { cluster, ask } = controlled();
    ask('POST', '/load', { namespace: 'shop', service: 'web', load: null });
    cluster.run(60);
    expect([...cluster.query('sum(rate(http_requests_total[30s]))').values()]).toEqual([0]);
    expect(ask('POST', '/load', { namespace: 'shop', service: 'web', load: SPIKE })).toEqual({
      previous: null,
    });
  });

  it.each([
    ['POST', '/load', { namespace: 'shop', service: 'api', load: null }, 'services "api" not found'],
    ['POST', '/load', { namespace: 'shop', service: 'web', load: { kind: 'tsunami' } }, 'is invalid'],
    ['POST', '/load', { namespace: 'shop', service: 'web' }, 'is invalid'],
    ['POST', '/simulations', { namespace: 'shop' }, 'expected a namespace that begins with coxswain-sim-'],
    ['POST', '/disturbances', { kind: 'pod-kill', namespace: 'kube-system' }, 'begins with coxswain-sim-'],
    ['DELETE', '/simulations/shop', undefined, 'is not one of a simulation'],
    ['GET', '/simulations/coxswain-sim-x', undefined, 'no simulation runs'],
    ['DELETE', '/simulations/coxswain-sim-x/pods', undefined, 'could not find the requested resource'],
    ['POST', '/start', { namespaces: ['coxswain-sim-x'], load: SPIKE, seconds: 60 }, 'no simulation runs'],
    ['POST', '/start', { namespaces: ['shop'], load: SPIKE, seconds: 60 }, 'begins with coxswain-sim-'],
    ['GET', '/load', undefined, 'could not find the requested resource'],
    ['PUT', '', undefined, 'could not find the requested resource'],
  ])('refuses %s %s with %j', (method, path, body, message) => {
    const { ask } = controlled();
    expect(() => ask(method, path, body)).toThrow(message);
  });
});
