import { describe, expect, it } from 'vitest';
import type { ClusterReader } from '../cluster/api';
import { ApiStatusError } from '../cluster/apiErrors';
import { DEFAULT_CONFIG } from '../config/schema';
import { MetricsFeed } from './metricsFeed';

const GOOD_ANSWER = {
  status: 'success',
  data: { resultType: 'vector', result: [{ metric: {}, value: [1, '1'] }] },
};
const METRICS_SERVER = { key: 'metrics-server', title: '', present: true, detail: '' };

interface Services {
  [name: string]: {
    labels?: Record<string, string>;
    ports?: { name?: string; port: number }[];
    answers?: unknown;
  };
}

/** A cluster with these Services, by `namespace/name`; those with `answers` have something behind them. */
function clusterWith(services: Services, listable = true): { reader: ClusterReader; asked: string[] } {
  const asked: string[] = [];
  const names = Object.keys(services);
  const get = async (path: string): Promise<unknown> => {
    asked.push(path);
    const url = new URL(path, 'http://x');
    if (url.pathname === '/api/v1/services') {
      if (!listable)
        throw new ApiStatusError(403, 'Forbidden', 'permission-denied', 'may not list services', '');
      const start = Number(url.searchParams.get('continue') ?? 0);
      // Pages of one, to see that they are all read.
      return {
        metadata: start + 1 < names.length ? { continue: String(start + 1) } : {},
        items: names.slice(start, start + 1).map((name) => ({
          metadata: {
            namespace: name.split('/')[0],
            name: name.split('/')[1],
            labels: services[name]?.labels,
          },
          spec: { ports: services[name]?.ports ?? [{ port: 9090 }] },
        })),
      };
    }
    const [, namespace, target = ''] =
      /namespaces\/([^/]+)\/services\/([^/]+)\/proxy/.exec(url.pathname) ?? [];
    const answer = services[`${namespace}/${target.replace(/^https:/, '').split(':')[0]}`]?.answers;
    if (answer === undefined) throw new ApiStatusError(503, null, 'api-unreachable', 'no endpoints', '');
    return answer;
  };
  return { reader: { get, getText: () => Promise.reject(new Error('not asked')) }, asked };
}

function connect(reader: ClusterReader, capabilities = [METRICS_SERVER]) {
  return MetricsFeed.open({ reader, capabilities, config: () => DEFAULT_CONFIG });
}

describe('finding Prometheus', () => {
  it.each([
    [
      'kube-prometheus-stack',
      'monitoring/kps-prometheus',
      { app: 'kube-prometheus-stack-prometheus' },
      [
        { name: 'reloader-web', port: 8080 },
        { name: 'http-web', port: 9090 },
      ],
      'kps-prometheus:9090',
    ],
    [
      'the community chart',
      'prom/my-prometheus-server',
      { 'app.kubernetes.io/name': 'prometheus', 'app.kubernetes.io/component': 'server' },
      [{ name: 'http', port: 80 }],
      'my-prometheus-server:80',
    ],
    [
      'an old chart',
      'prom/x-server',
      { app: 'prometheus', component: 'server' },
      [{ name: 'http', port: 80 }],
      'x-server:80',
    ],
    [
      'prometheus-operator',
      'obs/prometheus-operated',
      { 'operated-prometheus': 'true' },
      [
        { name: 'web', port: 9090 },
        { name: 'grpc', port: 10901 },
      ],
      'prometheus-operated:9090',
    ],
    ['a plain one', 'default/prometheus', {}, [{ port: 9090 }], 'prometheus:9090'],
    ['one with TLS', 'default/prometheus', {}, [{ name: 'https', port: 9091 }], 'https:prometheus:9091'],
  ])('knows %s', async (_name, service, labels, ports, target) => {
    const { reader, asked } = clusterWith({
      'default/kubernetes': {},
      'prom/prometheus-node-exporter': { labels: { 'app.kubernetes.io/name': 'prometheus-node-exporter' } },
      [service]: { labels, ports, answers: GOOD_ANSWER },
    });
    const { source, trouble } = await connect(reader);
    expect(source.kind).toBe('prometheus');
    expect(trouble).toBeNull();
    expect(asked.at(-1)).toBe(
      `/api/v1/namespaces/${service.split('/')[0]}/services/${target}/proxy/api/v1/query?query=vector%281%29`,
    );
  });

  it('takes the best of those that really answer', async () => {
    const { reader } = clusterWith({
      'b/prometheus': { answers: GOOD_ANSWER },
      'a/chart': { labels: { app: 'kube-prometheus-stack-prometheus' } },
      'c/server': { labels: { app: 'prometheus', component: 'server' }, answers: GOOD_ANSWER },
      'd/operated': { labels: { 'operated-prometheus': 'true' }, answers: '<html>login</html>' },
    });
    expect((await connect(reader)).source).toEqual({ kind: 'prometheus', address: 'Service c/server:9090' });
  });

  it('tries the well-known names where Services may not be listed', async () => {
    const { reader } = clusterWith({ 'monitoring/prometheus-server': { answers: GOOD_ANSWER } }, false);
    expect((await connect(reader)).source).toEqual({
      kind: 'prometheus',
      address: 'Service monitoring/prometheus-server:80',
    });
  });

  it('falls back to metrics-server, and without it says what was tried', async () => {
    const none = clusterWith({ 'default/kubernetes': {} });
    expect((await connect(none.reader)).source).toEqual({
      kind: 'metrics-server',
      note: 'CPU and memory only: no Service looks like Prometheus',
    });
    const silent = clusterWith({ 'monitoring/prometheus': {} });
    expect((await connect(silent.reader, [])).source).toEqual({
      kind: 'none',
      reason: expect.stringMatching(
        /no Prometheus answers behind monitoring\/prometheus:9090: .*no endpoints.*metrics-server is not installed/,
      ),
    });
  });
});
