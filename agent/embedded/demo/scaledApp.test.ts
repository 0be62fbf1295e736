import { describe, expect, it } from 'vitest';
import { deploymentSpec, podSpec } from '../runtime/kinds';
import { TestCluster } from '../runtime/testing/testCluster';
import { DEPLOYMENTS, PODS } from '../store/resourceTypes';
import { installDemo, installScaledDemo } from './install';
import { SCALED_APP, SCALED_NAMESPACE, SCALED_WORKLOAD } from './scaledApp';

/** The rush hours of the first day, and the peak between them, are over by then. */
const SECONDS = 40 * 60;

describe('the demo app that an HPA scales', () => {
  const cluster = new TestCluster();
  installDemo(cluster.store);
  installScaledDemo(cluster.store);
  const replicas: number[] = [];
  const pending = new Set<string>();
  cluster.run(SECONDS, () => {
    const deployment = cluster.store.get(DEPLOYMENTS, SCALED_NAMESPACE, SCALED_APP.name);
    if (deployment) replicas.push(deploymentSpec(deployment).replicas);
    for (const pod of cluster.store.list(PODS)) {
      if (!podSpec(pod).nodeName) pending.add(pod.metadata.name);
    }
  });

  it('is scaled up and down again by its load, within its bounds', () => {
    const { minReplicas = 0, maxReplicas = 0 } = SCALED_WORKLOAD.hpa ?? {};
    const most = Math.max(...replicas);
    expect(Math.min(...replicas)).toBe(minReplicas);
    expect(most).toBeGreaterThanOrEqual(9);
    expect(most).toBeLessThanOrEqual(maxReplicas);
    expect(replicas.at(-1)).toBeLessThan(most);
  });

  it('finds room for all its pods beside the shop', () => {
    expect([...pending]).toEqual([]);
    expect(cluster.errors).toEqual([]);
  });

  it('is late for some of its rush hours, which a forecast need not be', () => {
    const late = cluster.query(
      `sum(http_request_duration_seconds_bucket{namespace="${SCALED_NAMESPACE}",le="+Inf"}) - sum(http_request_duration_seconds_bucket{namespace="${SCALED_NAMESPACE}",le="0.2"})`,
    );
    expect(late.get('')).toBeGreaterThan(0);
  });
});
