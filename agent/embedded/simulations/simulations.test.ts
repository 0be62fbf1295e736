import { describe, expect, it } from 'vitest';
import { LoadShape } from '../../sim/load';
import type { SimulationRequest } from '../control/controlApi';
import { SCALED_APP } from '../demo/scaledApp';
import { TestCluster } from '../runtime/testing/testCluster';
import { DEPLOYMENTS, HORIZONTAL_POD_AUTOSCALERS, NAMESPACES, PODS } from '../store/resourceTypes';
import { Simulations } from './simulations';

const NAMESPACE = 'coxswain-sim-hpa';
/** Of which the HPA makes two pods. */
const RATE = 120;
const LOAD = LoadShape.parse({ kind: 'constant', requestsPerSecond: RATE });

function request(overrides: Partial<SimulationRequest> = {}): SimulationRequest {
  return {
    namespace: NAMESPACE,
    app: {
      ...SCALED_APP,
      load: LoadShape.parse({ kind: 'constant', requestsPerSecond: 20 }),
      hpa: { minReplicas: 2, maxReplicas: 6, targetUtilisation: 70 },
    },
    sloSeconds: 0.2,
    keepSeconds: 3600,
    ...overrides,
  };
}

class Fixture {
  readonly cluster = new TestCluster();
  readonly simulations = new Simulations(this.cluster.store, this.cluster.runtime, this.cluster.clock);

  run(seconds: number): void {
    this.cluster.run(seconds, () => this.simulations.tick(this.cluster.clock.nowMs()));
  }

  pods() {
    return this.cluster.store.list(PODS, NAMESPACE);
  }

  left(): unknown[] {
    return [...this.cluster.store.entries()].filter(({ object }) => object.metadata.namespace === NAMESPACE);
  }

  /** By hand, and for good: the HPA would not have it. */
  scaleTo(replicas: number): void {
    const { store } = this.cluster;
    if (store.get(HORIZONTAL_POD_AUTOSCALERS, NAMESPACE, SCALED_APP.name)) {
      store.delete(HORIZONTAL_POD_AUTOSCALERS, NAMESPACE, SCALED_APP.name);
    }
    store.update(DEPLOYMENTS, NAMESPACE, SCALED_APP.name, (draft) => {
      draft.spec = { ...draft.spec, replicas };
    });
  }
}

function started(overrides: Partial<SimulationRequest> = {}): Fixture {
  const fixture = new Fixture();
  fixture.simulations.install(request(overrides));
  fixture.run(30);
  fixture.simulations.start({ namespaces: [NAMESPACE], load: LOAD, seconds: 600 });
  return fixture;
}

describe('a simulation', () => {
  it('counts nothing before it is started', () => {
    const fixture = new Fixture();
    fixture.simulations.install(request());
    fixture.run(60);
    expect(fixture.simulations.record(NAMESPACE)).toMatchObject({
      seconds: 0,
      requests: 0,
      podSeconds: 0,
      scalingActions: 0,
      points: [],
      replicas: 2,
      readyReplicas: 2,
    });
  });

  it('is started with the others, or not at all', () => {
    const fixture = new Fixture();
    const other = 'coxswain-sim-learned';
    fixture.simulations.install(request());
    fixture.simulations.install(request({ namespace: other }));
    fixture.run(30);
    expect(() =>
      fixture.simulations.start({ namespaces: [NAMESPACE, 'coxswain-sim-gone'], load: LOAD, seconds: 600 }),
    ).toThrow('no simulation runs');
    fixture.run(10);
    expect(fixture.simulations.record(NAMESPACE).seconds).toBe(0);
    fixture.simulations.start({ namespaces: [NAMESPACE, other], load: LOAD, seconds: 600 });
    fixture.run(30);
    const [one, two] = [NAMESPACE, other].map((name) => fixture.simulations.record(name));
    expect(one?.seconds).toBe(30);
    expect((one?.requests ?? 0) / (two?.requests ?? 1)).toBeCloseTo(1, 1);
  });

  it('counts every request, and what its pods take', () => {
    const fixture = started();
    fixture.run(60);
    const record = fixture.simulations.record(NAMESPACE);
    expect(record.seconds).toBe(60);
    expect(record.requests / (60 * RATE)).toBeCloseTo(1, 1);
    expect(record.violated / record.requests).toBeLessThan(0.01);
    expect(record.latencyP95Seconds).toBeGreaterThan(0.05);
    expect(record.latencyP95Seconds).toBeLessThan(0.2);
    expect(record.podSeconds).toBe(120);
    expect(record.requestedCoreSeconds).toBeCloseTo(120 * 0.2);
    // 2 ms of CPU for each request, and 5 m for each pod that idles.
    expect(record.cpuSeconds / (60 * (RATE * 0.002 + 2 * 0.005))).toBeCloseTo(1, 1);
    expect(record.points.map(({ seconds }) => seconds)).toEqual([15, 30, 45, 60]);
    expect(record.points[2]).toMatchObject({ replicas: 2, readyReplicas: 2 });
    expect(record.points[2]?.demandPods).toBeCloseTo(RATE / 100, 0);
  });

  it('counts as violated what is late, refused, or has no pod to go to', () => {
    const fixture = started();
    for (const { metadata } of fixture.pods()) {
      fixture.cluster.store.delete(PODS, metadata.namespace, metadata.name);
    }
    fixture.run(5);
    const without = fixture.simulations.record(NAMESPACE);
    expect(Math.abs(without.requests / (5 * RATE) - 1)).toBeLessThan(0.2);
    expect(without.violated).toBeGreaterThan(0.9 * without.requests);
    fixture.run(60);
    const after = fixture.simulations.record(NAMESPACE);
    expect(after.violated - without.violated).toBeLessThan(0.3 * (after.requests - without.requests));
  });

  it('loses no request with a pod that goes', () => {
    const fixture = started();
    fixture.scaleTo(4);
    fixture.run(30);
    fixture.scaleTo(2);
    fixture.run(60);
    const { requests, scalingActions } = fixture.simulations.record(NAMESPACE);
    expect(requests / (90 * RATE)).toBeCloseTo(1, 1);
    expect(scalingActions).toBe(2);
  });

  it('is measured for as long as it was told, and no longer', () => {
    const fixture = started();
    fixture.simulations.start({ namespaces: [NAMESPACE], load: LOAD, seconds: 30 });
    fixture.run(30);
    const record = fixture.simulations.record(NAMESPACE);
    expect(record).toMatchObject({ seconds: 30, podSeconds: 60 });
    fixture.scaleTo(1);
    fixture.run(30);
    expect(fixture.simulations.record(NAMESPACE)).toEqual({ ...record, replicas: 1, readyReplicas: 1 });
  });

  it('can lose a pod', () => {
    const fixture = started();
    const before = fixture.pods().map(({ metadata }) => metadata.name);
    const text = fixture.simulations.disturb({ kind: 'pod-kill', namespace: NAMESPACE });
    expect(text).toMatch(/^frontend-\w+-\w+ was killed$/);
    fixture.run(1);
    const now = fixture.pods().map(({ metadata }) => metadata.name);
    expect(now).toHaveLength(2);
    expect(now.filter((name) => !before.includes(name))).toHaveLength(1);
  });

  it('can lose its metrics for a while, and others do not', () => {
    const fixture = started();
    const up = () => fixture.cluster.query('count(kube_pod_status_ready{condition="true"})').get('') ?? 0;
    fixture.run(10);
    expect(up()).toBe(2);
    fixture.simulations.disturb({ kind: 'metric-loss', namespace: NAMESPACE, seconds: 60 });
    fixture.run(10);
    expect(up()).toBe(0);
    fixture.run(90);
    expect(up()).toBe(2);
    const rates = fixture.cluster.query('sum(rate(http_requests_total[30s]))');
    expect(rates.get('')).toBeGreaterThan(0.8 * RATE);
  });

  it('leaves nothing behind, whatever goes on in it', () => {
    const fixture = started();
    const load = LoadShape.parse({ kind: 'constant', requestsPerSecond: 500 });
    fixture.simulations.start({ namespaces: [NAMESPACE], load, seconds: 600 });
    fixture.run(60);
    expect(fixture.pods().length).toBeGreaterThan(2);
    fixture.simulations.disturb({ kind: 'pod-kill', namespace: NAMESPACE });
    expect(fixture.left().length).toBeGreaterThan(5);
    expect(fixture.simulations.remove(NAMESPACE)).toBe(0);
    fixture.run(60);
    expect(fixture.left()).toEqual([]);
    expect(fixture.cluster.store.get(NAMESPACES, undefined, NAMESPACE)).toBeUndefined();
    expect(fixture.simulations.namespaces).toEqual([]);
    expect(fixture.cluster.errors).toEqual([]);
  });

  it('goes by itself when its time is over', () => {
    const fixture = started({ keepSeconds: 60 });
    expect(fixture.simulations.namespaces).toEqual([NAMESPACE]);
    fixture.run(31);
    expect(fixture.simulations.namespaces).toEqual([]);
    expect(fixture.left()).toEqual([]);
  });

  it('is one of its namespace', () => {
    const { simulations } = started();
    expect(() => simulations.install(request())).toThrow(
      /another simulation has the namespace .* it goes by itself in \d+ s/,
    );
    expect(simulations.namespaces).toEqual([NAMESPACE]);
    simulations.remove(NAMESPACE);
    simulations.install(request());
    expect(simulations.namespaces).toEqual([NAMESPACE]);
  });

  it('removes no other namespace', () => {
    const { simulations } = started();
    expect(() => simulations.remove('shop')).toThrow('the namespace shop is not one of a simulation');
    expect(simulations.remove('coxswain-sim-gone')).toBe(0);
    expect(() => simulations.record('coxswain-sim-gone')).toThrow('no simulation runs');
    expect(() => simulations.disturb({ kind: 'pod-kill', namespace: 'coxswain-sim-gone' })).toThrow(
      'no simulation runs',
    );
  });

  it('is measured the same in every run of the same seed', () => {
    const play = () => {
      const fixture = started();
      fixture.run(60);
      return fixture.simulations.record(NAMESPACE);
    };
    expect(play()).toEqual(play());
  });
});
