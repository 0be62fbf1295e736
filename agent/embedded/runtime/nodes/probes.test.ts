import { describe, expect, it } from 'vitest';
import { NO_FAULTS } from '../../../sim/podModel';
import { PODS } from '../../store/resourceTypes';
import { MODEL_ANNOTATION } from '../podSettings';
import { TestCluster } from '../testing/testCluster';

/** A pod `solo` that serves on 8080 after 4 s to 6 s. */
function started(probes: Record<string, unknown>): TestCluster {
  const cluster = new TestCluster();
  cluster.store.create(PODS, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'solo',
      namespace: 'shop',
      annotations: { [MODEL_ANNOTATION]: JSON.stringify({ startupSeconds: 5 }) },
    },
    spec: {
      containers: [
        { name: 'app', image: 'solo:1', ports: [{ name: 'http', containerPort: 8080 }], ...probes },
      ],
    },
  });
  return cluster;
}

const get = (path: string, port: string | number, rest = {}) => ({
  httpGet: { path, port },
  periodSeconds: 2,
  ...rest,
});
const isReady = (cluster: TestCluster) => {
  const pod = cluster.pod('solo');
  return pod !== undefined && cluster.conditionOf(pod, 'Ready') === 'True';
};
const unhealthy = (cluster: TestCluster) =>
  cluster.eventsOf('solo').filter((text) => text.startsWith('Unhealthy'));
function container(cluster: TestCluster) {
  const statuses = cluster.pod('solo')?.status?.containerStatuses as { restartCount: number }[] | undefined;
  return statuses?.[0];
}
const running = (cluster: TestCluster) => {
  const pod = cluster.runtime.runningPod('shop', 'solo');
  if (!pod) throw new Error('it does not run');
  return pod;
};

describe('a readiness probe', () => {
  it.each([
    ['a number', 8080],
    ['a name', 'http'],
  ])('lets the pod be ready when the app answers, its port given as %s', (_, port) => {
    const cluster = started({ readinessProbe: get('/healthz', port) });
    expect(cluster.runUntil(() => isReady(cluster))).toBeLessThan(10);
    expect(unhealthy(cluster)).toEqual([
      expect.stringMatching(
        /^Unhealthy: Readiness probe failed: Get "http:\/\/10\..*:8080\/healthz": dial tcp .*: connection refused$/,
      ),
    ]);
  });

  it('keeps the pod unready when the app does not know the path', () => {
    const cluster = started({ readinessProbe: get('/nothing-here', 8080) });
    cluster.run(60);
    expect(isReady(cluster)).toBe(false);
    expect(unhealthy(cluster)).toContain(
      'Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 404',
    );
    expect(container(cluster)?.restartCount).toBe(0);
    expect(cluster.pod('solo')?.status?.phase).toBe('Running');
  });

  it('keeps the pod unready when nobody listens on the port', () => {
    const cluster = started({ readinessProbe: get('/healthz', 9999) });
    cluster.run(60);
    expect(isReady(cluster)).toBe(false);
    const named = started({ readinessProbe: get('/healthz', 'admin') });
    named.run(60);
    expect(unhealthy(named)).toEqual(["Unhealthy: Readiness probe failed: couldn't find port: admin"]);
  });

  it('takes the pod out after three failures in a row, and back in after one success', () => {
    const cluster = started({ readinessProbe: get('/healthz', 8080) });
    cluster.runUntil(() => isReady(cluster));
    running(cluster).sim.faults = { ...NO_FAULTS, lossShare: 1 };
    const seconds = cluster.runUntil(() => !isReady(cluster));
    expect(seconds).toBeGreaterThan(4);
    expect(seconds).toBeLessThanOrEqual(6.25);
    running(cluster).sim.faults = NO_FAULTS;
    expect(cluster.runUntil(() => isReady(cluster))).toBeLessThanOrEqual(2.25);
  });

  it('counts an answer that comes too late as a failure', () => {
    const cluster = started({ readinessProbe: get('/healthz', 8080, { timeoutSeconds: 1 }) });
    cluster.runUntil(() => isReady(cluster));
    running(cluster).sim.faults = { ...NO_FAULTS, delaySeconds: 1.5 };
    cluster.run(10);
    expect(isReady(cluster)).toBe(false);
    expect(unhealthy(cluster).at(-1)).toContain('context deadline exceeded');
  });
});

describe('a liveness probe', () => {
  it('has a container restarted again and again that does not answer it', () => {
    const cluster = started({
      livenessProbe: get('/nothing-here', 8080, { initialDelaySeconds: 10 }),
    });
    cluster.run(20);
    expect(container(cluster)).toMatchObject({
      restartCount: 1,
      lastState: { terminated: { reason: 'Error', exitCode: 137 } },
    });
    expect(cluster.eventsOf('solo')).toContain(
      'Killing: Container app failed liveness probe, will be restarted',
    );
    cluster.run(60);
    expect(container(cluster)?.restartCount).toBeGreaterThanOrEqual(2);
    expect(cluster.eventsOf('solo').some((text) => text.startsWith('BackOff'))).toBe(true);
  });

  it('leaves a container alone that answers', () => {
    const cluster = started({ livenessProbe: get('/livez', 8080, { initialDelaySeconds: 10 }) });
    cluster.run(120);
    expect(container(cluster)?.restartCount).toBe(0);
    expect(unhealthy(cluster)).toEqual([]);
  });
});
