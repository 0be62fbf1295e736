import { describe, expect, it } from 'vitest';
import { aPod, aWorkload } from '../../test/support/builders';
import { DEFAULT_CONFIG } from '../config/schema';
import { anAutoscaler } from '../evaluate/calibrate/testing/autoscalers';
import type { PrometheusClient, RangeSample } from '../metrics/prometheusClient';
import { prometheusUnreachable, QueryRejectedError } from '../metrics/prometheusErrors';
import { type CostReportOptions, costReport } from './costReport';
import { renderCosts } from './renderCosts';

const HOUR_MS = 3_600_000;
const UNTIL_MS = 100 * HOUR_MS;

interface Series {
  /** A part of the query that it answers. */
  matches: RegExp;
  value: (atMs: number) => number | null;
  labels?: Record<string, string>;
}

/** A Prometheus that evaluates these in place of queries. */
function prometheus(series: readonly Series[], asked: string[] = []): PrometheusClient {
  return {
    address: 'http://prometheus:9090',
    maxQueryLength: 10_000,
    query: async () => [],
    samples: async () => [],
    async queryRange(promql, { startMs, endMs, stepMs }) {
      asked.push(promql);
      expect((endMs - startMs) / stepMs).toBeLessThan(11_000);
      return series
        .filter(({ matches }) => matches.test(promql))
        .map(({ value, labels = {} }): RangeSample => {
          const points: { atMs: number; value: number }[] = [];
          for (let atMs = startMs; atMs <= endMs; atMs += stepMs) {
            const at = value(atMs);
            if (at !== null) points.push({ atMs, value: at });
          }
          return { labels, points };
        });
    },
  };
}

const always = (matches: RegExp, value: number, labels = {}): Series => ({
  matches,
  value: () => value,
  labels,
});
const BUCKETS = /bucket/;
const CALM: Series[] = [
  always(/spec_replicas/, 4),
  always(/^sum\(sum by \(pod\) \(rate\(container_cpu/, 2),
  always(/^sum\(rate\(http_requests_total/, 50),
  always(/status=~"5\.\."/, 0.01),
  always(BUCKETS, 20, { le: '0.1' }),
  always(BUCKETS, 40, { le: '0.3' }),
  always(BUCKETS, 50, { le: '+Inf' }),
];
const checkout = aWorkload([aPod('a'), aPod('b')]);

const report = (changes: Partial<CostReportOptions> = {}) =>
  costReport({
    client: prometheus(CALM),
    workloads: [checkout],
    nodes: new Map(),
    config: DEFAULT_CONFIG,
    sinceMs: UNTIL_MS - 10 * HOUR_MS,
    untilMs: UNTIL_MS,
    baseline: 'hpa',
    ...changes,
  });

describe('the report of costs', () => {
  it('says what workloads have cost, and what the HPA would have', async () => {
    const { rows, warnings, currency } = await report();
    expect(warnings).toEqual([]);
    expect(currency).toBe('USD');
    const [row] = rows;
    // A core and half a GiB; of the default HPA 2 cores at 70 % are 3 pods after its five minutes of waiting.
    const pod = 0.04 + 0.5 * 0.005;
    expect(row).toMatchObject({ workload: 'shop/Deployment/checkout', coverage: 1 });
    expect(row?.replicaHours).toBeCloseTo(40, 9);
    expect(row?.cost).toBeCloseTo(40 * pod, 9);
    expect(row?.baselineReplicaHours ?? 0).toBeGreaterThan(30);
    expect(row?.baselineReplicaHours ?? 0).toBeLessThan(30.2);
    expect(row?.requests).toBeCloseTo(50 * 36_000, 3);
    expect(row?.failedRequests).toBeCloseTo(0.01 * 50 * 36_000, 3);
    // 20 of 50 within 100 ms and 40 within 300 ms are 30 within 200 ms.
    expect(row?.withinSlo).toBeCloseTo(0.6 * 0.99, 9);
    expect(row?.notes).toEqual(['Baseline: an HPA at 70 % of the CPU request.', 'It has no autoscaler.']);
  });

  it('claims no savings of the time in which the HPA itself was in charge', async () => {
    const { rows } = await report({ workloads: [{ ...checkout, autoscalers: [anAutoscaler()] }] });
    expect(rows[0]?.notes).toEqual([
      'Baseline: HPA checkout as it is.',
      expect.stringMatching(/autoscaler is in charge now: .* is the error of the replay/),
    ]);
  });

  it('compares with the greatest number of replicas, all the time', async () => {
    const replicas = (atMs: number) => (atMs > UNTIL_MS - HOUR_MS ? 10 : 2);
    const client = prometheus([{ matches: /spec_replicas/, value: replicas }]);
    const { rows } = await report({ client, baseline: 'fixed' });
    expect(rows[0]?.baselineReplicaHours).toBeCloseTo(100, 6);
    expect(rows[0]?.replicaHours).toBeCloseTo(9 * 2 + 10, 6);
  });

  it('asks for all pods that there ever were, and for an objective of the workload’s own', async () => {
    const asked: string[] = [];
    const workloads = { 'shop/checkout': { observeOnly: false, slo: { latencyP95: 300 } } };
    const config = { ...DEFAULT_CONFIG, workloads };
    const { rows } = await report({ client: prometheus(CALM, asked), config });
    expect(rows[0]?.withinSlo).toBeCloseTo(0.8 * 0.99, 9);
    expect(asked.join('\n')).toContain('pod=~"checkout-[a-z0-9]+-[a-z0-9]{5}"');
    expect(asked.join('\n')).not.toMatch(/\$/);
  });

  it.each([15, 30, 60])(
    'counts what is scraped each %i s in full, however short its steps',
    async (scrapeSeconds) => {
      const scrapeMs = 1000 * scrapeSeconds;
      const gaps = [0, 1, 2, 3, 4].map((index) => ({ atMs: index * scrapeMs, value: index }));
      const client: PrometheusClient = {
        ...prometheus([]),
        samples: async () => [{ labels: {}, points: gaps }],
        // Scrapes are 7 s late of everything; a rate has a value where two of them are in the window.
        queryRange: async (promql, { startMs, endMs, stepMs }) => {
          const windowMs = Number(/\[(\d+)ms\]/.exec(promql)?.[1]);
          const needed = /rate\(/.test(promql) ? 2 : 1;
          const until = (atMs: number) => Math.floor((atMs - 7000) / scrapeMs);
          const points: { atMs: number; value: number }[] = [];
          for (let atMs = startMs; atMs <= endMs; atMs += stepMs) {
            if (until(atMs) - until(atMs - windowMs) >= needed) points.push({ atMs, value: 2 });
          }
          return [{ labels: {}, points }];
        },
      };
      const { rows } = await report({ client });
      expect(rows[0]?.coverage).toBe(1);
      expect(rows[0]?.replicaHours).toBeCloseTo(20, 9);
      expect(rows[0]?.requests).toBeCloseTo(2 * 36_000, 6);
      expect(rows[0]?.baselineCost).not.toBeNull();
    },
  );

  it('takes the next best where kube-state-metrics does not say the wish', async () => {
    const status = prometheus([always(/status_replicas/, 3)]);
    expect((await report({ client: status })).rows[0]?.replicaHours).toBeCloseTo(30, 6);
    const counted = prometheus([always(/^count\(/, 5)]);
    expect((await report({ client: counted })).rows[0]?.replicaHours).toBeCloseTo(50, 6);
  });

  it('has no row of what has no history, and says so', async () => {
    const { rows, warnings } = await report({ client: prometheus([]) });
    expect(rows).toEqual([]);
    expect(warnings).toEqual([
      'shop/checkout: Prometheus at http://prometheus:9090 has no history of its replicas.',
    ]);
  });

  it('has no row of what requests nothing, and says so', async () => {
    const free = { ...checkout, cpuRequestCores: null, memoryRequestBytes: null };
    const { rows, warnings } = await report({ workloads: [free] });
    expect(rows).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/^shop\/checkout: Its containers request neither/)]);
  });

  it('has no baseline of what requests no CPU, or of which no CPU is known', async () => {
    const noCpu = await report({ workloads: [{ ...checkout, cpuRequestCores: null }] });
    expect(noCpu.rows[0]).toMatchObject({ baselineCost: null, projectedSavings30d: null });
    expect(noCpu.rows[0]?.notes.join()).toMatch(/Without CPU requests no HPA/);
    const unknown = await report({
      client: prometheus(CALM.filter(({ matches }) => !/cpu/.test(matches.source))),
    });
    expect(unknown.rows[0]?.baselineCost).toBeNull();
    expect(unknown.rows[0]?.notes.join()).toMatch(/nothing of its CPU/);
  });

  it('says where Prometheus remembers less than was asked for', async () => {
    const since = UNTIL_MS - 4 * HOUR_MS;
    const client = prometheus([{ matches: /spec_replicas/, value: (atMs) => (atMs > since ? 4 : null) }]);
    const { rows, warnings } = await report({ client });
    expect(warnings).toEqual([
      'Prometheus at http://prometheus:9090 knows of the last 4.0 hours only, of 10.0 hours that were asked for.',
    ]);
    expect(rows[0]?.coverage).toBeCloseTo(0.4, 2);
    expect(rows[0]?.replicaHours).toBeCloseTo(16, 1);
  });

  it('says where its CPU was at the limit', async () => {
    const client = prometheus([always(/spec_replicas/, 2), always(/container_cpu/, 1.95)]);
    expect((await report({ client })).rows[0]?.notes.join()).toMatch(/CPU was at the limit/);
  });

  it('takes what is negative, infinite or no number for no data', async () => {
    for (const odd of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect((await report({ client: prometheus([always(/spec_replicas/, odd)]) })).rows).toEqual([]);
    }
  });

  it('goes on without a query that is rejected, and gives up without Prometheus', async () => {
    const working = prometheus(CALM);
    const rejecting: PrometheusClient = {
      ...working,
      queryRange: async (promql, range) => {
        if (BUCKETS.test(promql)) throw new QueryRejectedError('p', promql, 'too many samples');
        return working.queryRange(promql, range);
      },
    };
    expect((await report({ client: rejecting })).rows[0]).toMatchObject({ withinSlo: null });
    const gone = { ...working, queryRange: () => Promise.reject(prometheusUnreachable('p', 'refused')) };
    await expect(report({ client: gone })).rejects.toMatchObject({ code: 'prometheus-unreachable' });
  });

  it('covers a month in few steps, and less than a minute not at all', async () => {
    const month = await report({ sinceMs: UNTIL_MS - 30 * 24 * HOUR_MS });
    expect(month.rows[0]?.projected30d).toBeCloseTo(month.rows[0]?.cost ?? 0, 1);
    await expect(report({ sinceMs: UNTIL_MS - 1000 })).rejects.toMatchObject({ code: 'usage' });
  });

  it('says that there is nothing where there is nothing', async () => {
    expect((await report({ workloads: [] })).warnings).toEqual(['There is no workload to report on.']);
  });
});

describe('the text of the report', () => {
  it('in Markdown is a table, a sentence and what is to be known', async () => {
    const text = renderCosts(await report(), 'md');
    expect(text).toMatch(/^## Costs from 1970-01-04 18:00 to 1970-01-05 04:00 UTC\n\n\| Workload \|/);
    expect(text).toContain(
      '| shop/Deployment/checkout | 40.0 | 1.70 USD | 1.28 USD | −0.421 USD | 1 800 000 | 18 000 |',
    );
    expect(text).toContain(
      'It has cost 1.70 USD, 0.421 USD more than with the HPA alone: 30.35 USD in 30 days',
    );
    expect(text).toContain('- shop/Deployment/checkout: It has no autoscaler.');
  });

  it('in CSV has full figures, and nothing where nothing is known', async () => {
    const client = prometheus([always(/spec_replicas/, 4)]);
    const [head = '', line = ''] = renderCosts(await report({ client }), 'csv').split('\r\n');
    const cells = Object.fromEntries(head.split(',').map((name, index) => [name, line.split(',')[index]]));
    expect(Number(cells.cost)).toBeCloseTo(1.7, 6);
    expect(cells).toMatchObject({ workload: 'shop/Deployment/checkout', requests: '', baseline_cost: '' });
  });

  it('in HTML is a page of its own in which names are only text', async () => {
    const ref = { ...checkout.ref, name: '<script>' };
    const text = renderCosts(await report({ workloads: [{ ...checkout, ref }] }), 'html');
    expect(text).toMatch(/^<!DOCTYPE html>/);
    expect(text).toContain('shop/Deployment/&lt;script&gt;');
    expect(text).not.toContain('<script>');
  });

  it('without any row says so', async () => {
    const empty = await report({ client: prometheus([]) });
    for (const format of ['md', 'html'] as const) {
      expect(renderCosts(empty, format)).toContain('Nothing is known of any workload.');
      expect(renderCosts(empty, format)).toContain('has no history of its replicas');
    }
  });
});
