import { describe, expect, it } from 'vitest';
import { aPod, aWorkload } from '../../test/support/builders';
import type { ClusterReader } from '../cluster/api';
import { collectFromMetricsServer } from './metricsServer';

const NOW_MS = Date.parse('2026-01-01T00:01:00Z');
const WORKLOAD = aWorkload([aPod('checkout-a'), aPod('checkout-b')], {
  cpuLimitCores: 1,
  memoryLimitBytes: 2 ** 30,
});
const ROUND = { workload: WORKLOAD, nowMs: NOW_MS, staleAfterMs: 60_000 };

function readerThatGets(body: unknown, asked: string[] = []): ClusterReader {
  return {
    get: async (path) => {
      asked.push(path);
      if (body instanceof Error) throw body;
      return body;
    },
    getText: () => Promise.reject(new Error('not asked')),
  };
}

function usageOf(name: string, timestamp: string, ...containers: { cpu: string; memory: string }[]) {
  return {
    metadata: { name },
    timestamp,
    window: '15s',
    containers: containers.map((usage) => ({ name: 'c', usage })),
  };
}

describe('collecting from metrics-server', () => {
  it('adds up containers and divides by the limits', async () => {
    const asked: string[] = [];
    const body = {
      kind: 'PodMetricsList',
      items: [
        usageOf(
          'checkout-a',
          '2026-01-01T00:00:45Z',
          { cpu: '250m', memory: '128Mi' },
          { cpu: '250000000n', memory: '128Mi' },
        ),
        usageOf('checkout-b', '2026-01-01T00:00:30Z', { cpu: '100m', memory: '256Mi' }),
      ],
    };
    const { metrics, trouble } = await collectFromMetricsServer(readerThatGets(body, asked), ROUND);
    expect(asked).toEqual(['/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods?labelSelector=app%3Dcheckout']);
    expect(trouble).toBeNull();
    expect(metrics).toMatchObject({
      source: 'metrics-server',
      atMs: NOW_MS - 15_000,
      cpuUtilisation: { kind: 'fresh', value: expect.closeTo(0.3, 9), atMs: NOW_MS - 30_000 },
      memoryUtilisation: { kind: 'fresh', value: 0.25 },
      latencyP95Seconds: { kind: 'missing', why: 'metrics-server knows nothing of requests' },
    });
    expect(metrics.pods.get('checkout-a')?.cpuUtilisation).toMatchObject({ value: 0.5 });
  });

  it('calls old usage stale and unknown pods missing', async () => {
    const body = { items: [usageOf('checkout-a', '2025-12-31T23:59:59Z', { cpu: '1', memory: '1Gi' })] };
    const { metrics } = await collectFromMetricsServer(readerThatGets(body), ROUND);
    expect(metrics.pods.get('checkout-a')?.cpuUtilisation).toEqual({
      kind: 'stale',
      value: 1,
      atMs: NOW_MS - 61_000,
    });
    expect(metrics.pods.get('checkout-b')?.cpuUtilisation).toMatchObject({ kind: 'missing' });
    expect(metrics.cpuUtilisation.kind).toBe('stale');
  });

  it('says that no limit is set', async () => {
    const body = { items: [usageOf('checkout-a', '2026-01-01T00:00:59Z', { cpu: '1', memory: '1Gi' })] };
    const round = { ...ROUND, workload: { ...WORKLOAD, cpuLimitCores: null } };
    const { metrics } = await collectFromMetricsServer(readerThatGets(body), round);
    expect(metrics.pods.get('checkout-a')?.cpuUtilisation).toEqual({
      kind: 'missing',
      why: 'no limit is set',
    });
  });

  it.each([
    ['a malformed answer', { items: [{ metadata: {} }] }, 'items[0].metadata.name'],
    ['an outage', new Error('no route'), 'no route'],
  ])('turns %s into missing readings and a trouble', async (_name, body, message) => {
    const { metrics, trouble } = await collectFromMetricsServer(readerThatGets(body), ROUND);
    expect(trouble?.message).toContain(message);
    expect(metrics.cpuUtilisation).toMatchObject({ kind: 'missing' });
  });
});
