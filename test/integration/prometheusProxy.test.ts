import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ClosableApiServer, clusterReader, openApiServer } from '../../agent/cluster/apiServer';
import { loadKubeconfig } from '../../agent/cluster/kubeconfig';
import { DEFAULT_CONFIG } from '../../agent/config/schema';
import type { ProxyRequest } from '../../agent/embedded/api/serviceProxy';
import { createPrometheusApi } from '../../agent/embedded/prometheus/api';
import { createSeriesStore } from '../../agent/embedded/prometheus/seriesStore';
import { SERVICES } from '../../agent/embedded/store/resourceTypes';
import { MetricsFeed } from '../../agent/metrics/metricsFeed';
import { createPrometheusClient } from '../../agent/metrics/prometheusClient';
import { isQueryRejected } from '../../agent/metrics/prometheusErrors';
import { proxyTransport } from '../../agent/metrics/proxyTransport';
import { aPod, aWorkload } from '../support/builders';
import { CALM, MEBIBYTE, scrapePod } from '../support/scrapedShop';
import { startApi, type TestApi } from './embeddedApiFixture';

const T0_MS = 1_700_000_000_000;
const NOW_MS = T0_MS + 120_000;

describe('Prometheus behind the API server’s service proxy', () => {
  let cluster: TestApi;
  let api: ClosableApiServer;
  const store = createSeriesStore({ retentionMs: 3_600_000 });
  const prometheus = createPrometheusApi(store, { nowMs: () => NOW_MS });
  const names = Array.from({ length: 40 }, (_, index) => `checkout-5d4f7c9b8-pod${index}`);
  for (const name of names) scrapePod(store, name, CALM, { fromMs: T0_MS, untilMs: NOW_MS });

  const asked: ProxyRequest[] = [];
  let down = false;

  beforeEach(async () => {
    asked.length = 0;
    down = false;
    cluster = await startApi({
      proxy: (request) => {
        asked.push(request);
        if (down) return undefined;
        return prometheus({ method: request.method, path: request.path, params: request.query });
      },
    });
    cluster.store.create(SERVICES, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'prometheus', namespace: 'shop' },
      spec: { ports: [{ name: 'web', port: 9090 }] },
    });
    api = openApiServer(loadKubeconfig({ path: cluster.kubeconfigPath }));
  });

  afterEach(async () => {
    await api.close();
    await cluster.stop();
  });

  it('is found, read in parts that fit a request line, and its outage told', async () => {
    const reader = clusterReader(api);
    const collector = await MetricsFeed.open({
      reader,
      capabilities: [],
      config: () => DEFAULT_CONFIG,
    });
    expect(collector.source).toEqual({ kind: 'prometheus', address: 'Service shop/prometheus:9090' });
    expect(asked).toMatchObject([{ namespace: 'shop', service: 'prometheus', port: '9090', method: 'GET' }]);

    const workload = aWorkload(
      names.map((name) => aPod(name)),
      { cpuLimitCores: 1, memoryLimitBytes: 512 * MEBIBYTE },
    );
    asked.length = 0;
    expect(await collector.collect(workload, NOW_MS)).toMatchObject({
      cpuUtilisation: { kind: 'fresh', value: expect.closeTo(0.5, 6) },
      requestsPerSecond: { kind: 'fresh', value: expect.closeTo(800, 6) },
      warnings: [],
    });
    expect(asked.length).toBeGreaterThan(1);
    expect(Math.max(...asked.map(({ query }) => query.toString().length))).toBeLessThan(8000);

    down = true;
    expect((await collector.collect(workload, NOW_MS)).atMs).toBeNull();
    expect(collector.trouble).toMatchObject({
      code: 'prometheus-unreachable',
      message: expect.stringContaining('no endpoints available'),
    });
  });

  it('tells a rejected query from an outage', async () => {
    const service = { namespace: 'shop', name: 'prometheus', port: '9090', scheme: 'http' as const };
    const client = createPrometheusClient(proxyTransport(clusterReader(api), service));
    expect(isQueryRejected(await client.query('sum(').catch((error: unknown) => error))).toBe(true);
    expect(await client.query('1 + 1')).toMatchObject([{ value: 2 }]);
  });
});
