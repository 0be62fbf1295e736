import { describe, expect, it } from 'vitest';
import { deletePod } from '../../store/podDeletion';
import { DEPLOYMENTS, NODES, SERVICES } from '../../store/resourceTypes';
import { TestCluster, testDeployment, testService } from '../testing/testCluster';

function loadedCluster(): TestCluster {
  const cluster = new TestCluster();
  cluster.store.create(DEPLOYMENTS, testDeployment({ replicas: 2 }));
  cluster.store.create(SERVICES, testService('web', 100));
  cluster.run(90);
  return cluster;
}

/** The only value, or the same value of both pods. */
function value(cluster: TestCluster, promql: string): number | undefined {
  const values = new Set(cluster.query(promql).values());
  expect(values.size).toBe(1);
  return [...values][0];
}

describe('the metrics of the cluster', () => {
  it('have the names and labels of cAdvisor, kube-state-metrics and the app', () => {
    const cluster = loadedCluster();
    const pods = '{namespace="shop",container="app"}';
    expect(value(cluster, `container_spec_memory_limit_bytes${pods}`)).toBe(256 * 2 ** 20);
    expect(value(cluster, `container_spec_cpu_quota${pods} / container_spec_cpu_period${pods}`)).toBe(0.5);
    expect(
      value(cluster, `container_memory_working_set_bytes${pods} - container_memory_usage_bytes${pods}`),
    ).toBe(0);
    expect(value(cluster, `kube_pod_container_resource_limits{namespace="shop",resource="cpu"}`)).toBe(0.5);
    expect(value(cluster, `kube_pod_status_phase{phase="Running"}`)).toBe(1);
    expect(value(cluster, `kube_pod_status_phase{phase="Pending"}`)).toBe(0);
    expect(value(cluster, `kube_pod_status_ready{condition="true"}`)).toBe(1);
    expect(value(cluster, `kube_pod_container_status_restarts_total${pods}`)).toBe(0);
    expect(value(cluster, `kube_deployment_spec_replicas{namespace="shop",deployment="web"}`)).toBe(2);
    expect(value(cluster, `kube_deployment_status_replicas{deployment="web"}`)).toBe(2);
    expect(value(cluster, `kube_deployment_status_replicas_available{deployment="web"}`)).toBe(2);
    expect(value(cluster, `sum(rate(http_requests_total{status="200"}[1m])) / 100`)).toBeCloseTo(1, 1);
    expect(value(cluster, `sum(http_requests_total{status=~"5.."})`)).toBe(0);
  });

  it('tell what state Deployments and nodes are in', () => {
    const cluster = loadedCluster();
    const deployment = '{namespace="shop",deployment="web"}';
    expect(value(cluster, `kube_deployment_status_replicas_ready${deployment}`)).toBe(2);
    expect(value(cluster, `kube_deployment_status_replicas_updated${deployment}`)).toBe(2);
    expect(value(cluster, `kube_deployment_status_replicas_unavailable${deployment}`)).toBe(0);
    expect(value(cluster, 'sum(kube_node_status_condition{condition="Ready",status="true"})')).toBe(3);
    expect(value(cluster, 'sum(kube_node_status_condition{status="unknown"})')).toBe(0);
    expect(value(cluster, 'sum(kube_node_spec_unschedulable)')).toBe(0);
    cluster.store.update(NODES, undefined, 'node-1', (draft) => {
      draft.spec = { ...draft.spec, unschedulable: true };
    });
    cluster.run(6);
    expect(value(cluster, 'kube_node_spec_unschedulable{node="node-1"}')).toBe(1);
    cluster.store.delete(NODES, undefined, 'node-1');
    cluster.run(6);
    expect(value(cluster, 'count(kube_node_spec_unschedulable)')).toBe(2);
  });

  it('tell why a container waits, and why it ended', () => {
    const cluster = new TestCluster();
    cluster.store.create(DEPLOYMENTS, testDeployment({ replicas: 1, model: { memoryBaseBytes: 2 ** 40 } }));
    cluster.store.create(
      DEPLOYMENTS,
      testDeployment({ name: 'gone', replicas: 1, image: 'gone:coxswain-missing' }),
    );
    cluster.run(40);
    const reason = (metric: string, text: string) => value(cluster, `sum(${metric}{reason="${text}"})`);
    expect(reason('kube_pod_container_status_waiting_reason', 'CrashLoopBackOff')).toBe(1);
    expect(reason('kube_pod_container_status_waiting_reason', 'ImagePullBackOff')).toBe(1);
    expect(reason('kube_pod_container_status_waiting_reason', 'ContainerCreating')).toBe(0);
    expect(reason('kube_pod_container_status_last_terminated_reason', 'OOMKilled')).toBe(1);
  });

  it('agree with the model: CPU, and mean latency from sum and count', () => {
    const cluster = loadedCluster();
    // 50 requests a second of 4 ms, and 5 millicores at rest.
    for (const cores of cluster.query('rate(container_cpu_usage_seconds_total[1m])').values()) {
      expect(cores).toBeCloseTo(0.205, 2);
    }
    const sum = 'sum(rate(http_request_duration_seconds_sum[1m]))';
    const count = 'sum(rate(http_request_duration_seconds_count[1m]))';
    // 8 ms besides the CPU, and 1 ÷ (125 − 50) s in the queue and on the CPU.
    expect(value(cluster, `${sum} / ${count}`)).toBeCloseTo(0.008 + 1 / 75, 3);
    expect(value(cluster, `${count} - sum(rate(http_request_duration_seconds_bucket{le="+Inf"}[1m]))`)).toBe(
      0,
    );
  });

  it('end with their pod', () => {
    const cluster = loadedCluster();
    const [gone = ''] = cluster.pods('web').map(({ metadata }) => metadata.name);
    deletePod(cluster.store, cluster.clock, 'shop', gone, 0);
    cluster.run(10);
    for (const metric of ['container_memory_usage_bytes', 'kube_pod_status_ready', 'http_requests_total']) {
      const pods = [...cluster.query(`${metric}{namespace="shop"}`).keys()];
      expect(pods).not.toContain(gone);
      expect(pods.length).toBeGreaterThan(0);
    }
  });

  it('of a container end while it is down, those of its pod go on', () => {
    const cluster = new TestCluster();
    cluster.store.create(DEPLOYMENTS, testDeployment({ replicas: 1, model: { memoryBaseBytes: 2 ** 40 } }));
    cluster.run(60);
    expect(cluster.query('container_memory_usage_bytes').size).toBe(0);
    expect([...cluster.query('kube_pod_container_status_restarts_total').values()]).toEqual([3]);
  });
});
