import { describe, expect, it } from 'vitest';
import { aPod, aWorkload } from '../../test/support/builders';
import { ConfigSchema, DEFAULT_CONFIG } from '../config/schema';
import type { PrometheusClient } from './prometheusClient';
import { prometheusUnreachable } from './prometheusErrors';
import {
  measureScrapeIntervals,
  ScrapeIntervalCache,
  type ScrapeIntervals,
  windowsOf,
} from './scrapeIntervals';

const WORKLOAD = aWorkload([aPod('young', { createdAtMs: 900_000 }), aPod('old', { createdAtMs: 100 })]);

/** A Prometheus whose series of requests and of CPU have samples at these seconds. */
function prometheusWith(requests: readonly number[][], cpu: readonly number[][]) {
  const asked: string[] = [];
  const client: PrometheusClient = {
    address: 'http://x',
    maxQueryLength: 10_000,
    query: () => Promise.reject(new Error('not asked')),
    queryRange: () => Promise.reject(new Error('not asked')),
    samples: async (selector) => {
      asked.push(selector);
      const series = selector.startsWith('http_requests_total') ? requests : cpu;
      return series.map((times) => ({
        labels: {},
        points: times.map((seconds) => ({ atMs: seconds * 1000, value: 1 })),
      }));
    },
  };
  return { client, asked };
}

const every = (seconds: number, count: number) =>
  Array.from({ length: count }, (_, index) => index * seconds);

describe('the scrape interval of a workload', () => {
  it('is the median gap between the samples of its longest series, of its oldest pod', async () => {
    // A scrape was missed, another came late, and a series began lately.
    const requests = [
      [10, 11],
      [0, 5, 10, 20, 25.02, 30, 35],
    ];
    const { client, asked } = prometheusWith(requests, [every(15, 6)]);
    expect(await measureScrapeIntervals(client, WORKLOAD, DEFAULT_CONFIG)).toEqual({
      requestsMs: 5000,
      resourcesMs: 15_000,
    });
    expect(asked[0]).toBe('http_requests_total{namespace="shop",pod=~"(old)"}[5m]');
  });

  const unknown: [string, number[][]][] = [
    ['nothing', []],
    ['too few samples', [[0, 5]]],
  ];
  for (const [what, series] of unknown) {
    it(`is not known from ${what}`, async () => {
      const { client } = prometheusWith(series, series);
      const measured = await measureScrapeIntervals(client, WORKLOAD, DEFAULT_CONFIG);
      expect(measured).toEqual({ requestsMs: null, resourcesMs: null });
    });
  }

  it('is not known from a source that does not answer', async () => {
    const { client } = prometheusWith([], []);
    const down = { ...client, samples: () => Promise.reject(prometheusUnreachable('http://x', 'down')) };
    const measured = await measureScrapeIntervals(down, WORKLOAD, DEFAULT_CONFIG);
    expect(measured.requestsMs).toBeNull();
  });

  it('follows the config’s own queries', async () => {
    const config = ConfigSchema.parse({
      metrics: { queries: { podRequests: 'rate(rq{p=~"$pods"}[$window])' } },
    });
    const { client, asked } = prometheusWith([], []);
    await measureScrapeIntervals(client, WORKLOAD, config);
    expect(asked).toContain('rq{p=~"(old)"}[5m]');
  });

  it('is measured once in five minutes, to the second, and kept while it cannot be measured', async () => {
    const { client, asked } = prometheusWith([[0, 5.02, 10.04, 15.05]], [every(5, 5)]);
    const cache = new ScrapeIntervalCache(client);
    expect((await cache.of(WORKLOAD, DEFAULT_CONFIG, 0)).requestsMs).toBe(5000);
    await cache.of(WORKLOAD, DEFAULT_CONFIG, 299_000);
    expect(asked).toHaveLength(2);
    client.samples = () => Promise.reject(prometheusUnreachable('http://x', 'down'));
    await cache.of(WORKLOAD, DEFAULT_CONFIG, 300_000);
    expect((await cache.of(WORKLOAD, DEFAULT_CONFIG, 330_000)).requestsMs).toBe(5000);
  });
});

describe('the windows of rates', () => {
  const cases: [string, ScrapeIntervals, string | undefined, boolean, [number, number]][] = [
    [
      'are four scrape intervals',
      { requestsMs: 5000, resourcesMs: 30_000 },
      undefined,
      false,
      [20_000, 120_000],
    ],
    ['are at least 15 s', { requestsMs: 1000, resourcesMs: 1000 }, undefined, false, [15_000, 15_000]],
    [
      'take one interval for the other',
      { requestsMs: null, resourcesMs: 10_000 },
      undefined,
      false,
      [40_000, 40_000],
    ],
    [
      'are a minute where nothing is known',
      { requestsMs: null, resourcesMs: null },
      undefined,
      false,
      [60_000, 60_000],
    ],
    ['are those of the config', { requestsMs: 5000, resourcesMs: 5000 }, '3m', false, [180_000, 180_000]],
    [
      'are two scrapes from close by',
      { requestsMs: 5000, resourcesMs: 15_000 },
      undefined,
      true,
      [10_000, 30_000],
    ],
    [
      'are short from close by whatever the config says',
      { requestsMs: 5000, resourcesMs: 5000 },
      '3m',
      true,
      [10_000, 10_000],
    ],
    [
      'are never longer from close by',
      { requestsMs: 15_000, resourcesMs: 5000 },
      '12s',
      true,
      [12_000, 10_000],
    ],
    [
      'stay a minute from close by where nothing is known',
      { requestsMs: null, resourcesMs: null },
      undefined,
      true,
      [60_000, 60_000],
    ],
  ];
  for (const [what, intervals, window, close, expected] of cases) {
    it(what, () => {
      const { metrics } = ConfigSchema.parse({ metrics: window === undefined ? {} : { window } });
      const { requestsMs, resourcesMs } = windowsOf(intervals, metrics, close);
      expect([requestsMs, resourcesMs]).toEqual(expected);
    });
  }
});
