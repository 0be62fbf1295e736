import { describe, expect, it } from 'vitest';
import { podSpec } from '../runtime/kinds';
import { TestCluster } from '../runtime/testing/testCluster';
import { DEPLOYMENTS, PODS } from '../store/resourceTypes';
import { installBase, installDemo, installReleaseDemo, installScaledDemo } from './install';
import { RELEASE_NAMESPACE, RELEASE_WORKLOAD, releaseObjects } from './releaseApp';

const { name } = RELEASE_WORKLOAD;

describe('the demo app that is released step by step', () => {
  // The base brings its own nodes.
  const cluster = new TestCluster({ nodes: 0 });
  installBase(cluster.store, cluster.clock);
  installDemo(cluster.store);
  installScaledDemo(cluster.store);
  installReleaseDemo(cluster.store);
  const query = (promql: string) => cluster.query(promql).get('') ?? Number.NaN;
  const own = `namespace="${RELEASE_NAMESPACE}"`;

  it('finds room beside the others, with a canary of as many pods', () => {
    const [deployment] = releaseObjects('gateway-api').filter(({ type }) => type === DEPLOYMENTS);
    if (!deployment) throw new Error('the demo has no Deployment');
    const canary = JSON.stringify(deployment.object).replaceAll(`"${name}"`, `"${name}-canary"`);
    cluster.store.create(DEPLOYMENTS, JSON.parse(canary));
    cluster.run(400);
    const pending = cluster.store.list(PODS).filter((pod) => !podSpec(pod).nodeName);
    expect(pending.map(({ metadata }) => metadata.name)).toEqual([]);
    expect(cluster.errors).toEqual([]);
  });

  it('is under load by its host, with few errors and latencies that hardly vary', () => {
    const rate = query(`sum(increase(http_requests_total{${own}}[5m]))`) / 300;
    expect(rate / 60).toBeCloseTo(1, 0);
    expect(query(`sum(increase(http_requests_total{${own},status!="200"}[5m]))`) / 300 / rate).toBeLessThan(
      0.005,
    );
    const p95 = query(
      `histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{${own}}[5m])))`,
    );
    expect(p95).toBeGreaterThan(0.035);
    expect(p95).toBeLessThan(0.07);
  });

  it('is not one of the shop, which is told apart by no route', () => {
    expect(query('count(http_requests_total{namespace="shop",route!=""})')).toBeNaN();
    expect(query(`count(count by (route) (http_requests_total{${own}}))`)).toBe(3);
  });
});
