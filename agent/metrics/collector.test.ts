import { beforeEach, describe, expect, it } from 'vitest';
import { aPod, aWorkload } from '../../test/support/builders';
import { CALM, MEBIBYTE, SCRAPE_MS, scrapePod } from '../../test/support/scrapedShop';
import type { ClusterReader } from '../cluster/api';
import { type Config, ConfigSchema, DEFAULT_CONFIG } from '../config/schema';
import { createPrometheusApi } from '../embedded/prometheus/api';
import { createSeriesStore } from '../embedded/prometheus/seriesStore';
import { createCollector } from './collector';
import { createPrometheusClient, type PrometheusTransport } from './prometheusClient';
import { prometheusUnreachable } from './prometheusErrors';
import { freshValue, type WorkloadMetrics } from './reading';

const T0_MS = 1_700_000_000_000;
const MINUTE_MS = 60_000;
const NO_READER: ClusterReader = {
  get: () => Promise.reject(new Error('no cluster')),
  getText: () => Promise.reject(new Error('no cluster')),
};

/** The embedded Prometheus without HTTP, two minutes after the first scrape. */
class World {
  store = createSeriesStore({ retentionMs: 3_600_000 });
  nowMs = T0_MS + 2 * MINUTE_MS;
  config: Config = DEFAULT_CONFIG;
  down = false;
  requests = 0;
  workload = aWorkload([aPod('checkout-h1-aa'), aPod('checkout-h1-bb')], {
    cpuLimitCores: 1,
    memoryLimitBytes: 512 * MEBIBYTE,
  });

  readonly #transport: PrometheusTransport = {
    address: 'http://embedded',
    maxQueryLength: 100_000,
    send: async (path, params) => {
      this.requests++;
      if (this.down) throw prometheusUnreachable('http://embedded', 'connect ECONNREFUSED');
      const api = createPrometheusApi(this.store, { nowMs: () => this.nowMs });
      return JSON.parse(api({ method: 'GET', path, params }).body);
    },
  };

  readonly collector = createCollector(
    { kind: 'prometheus', client: createPrometheusClient(this.#transport), trouble: null },
    NO_READER,
    () => this.config,
  );

  scrape(pod: string, behaviour = CALM, untilMs = this.nowMs) {
    return scrapePod(this.store, pod, behaviour, { fromMs: T0_MS, untilMs });
  }

  collect() {
    return this.collector.collect(this.workload, this.nowMs);
  }
}

let world: World;
beforeEach(() => {
  world = new World();
});

describe('collecting from Prometheus', () => {
  it('looks from close by at the latest samples alone, where they stand for enough requests', async () => {
    for (const pod of ['checkout-h1-aa', 'checkout-h1-bb']) {
      const [cpu, memory, good] = world.scrape(pod, CALM, world.nowMs - SCRAPE_MS);
      // In the last five seconds four times as many requests as in all the time before.
      good?.append(world.nowMs, 10_000);
      cpu?.append(world.nowMs, 60);
      memory?.append(world.nowMs, CALM.memoryBytes);
    }
    const usual = await world.collect();
    const close = await world.collector.collect(world.workload, world.nowMs + 100, undefined, 'close');
    expect([usual.windowMs, close.windowMs]).toEqual([20_000, 10_000]);
    expect(close.scrapeIntervalMs).toBe(SCRAPE_MS);
    const rate = ({ requestsPerSecond }: WorkloadMetrics) => freshValue(requestsPerSecond) ?? 0;
    expect(rate(close)).toBeGreaterThan(1.5 * rate(usual));
  });

  it('looks over the usual window where the latest samples stand for too few requests', async () => {
    world.scrape('checkout-h1-aa', { ...CALM, requests: 2 });
    world.scrape('checkout-h1-bb', { ...CALM, requests: 2 });
    const { windowMs } = await world.collector.collect(world.workload, world.nowMs, undefined, 'close');
    expect(windowMs).toBe(20_000);
  });

  it('reads everything in one request, once it knows how often there are samples', async () => {
    world.scrape('checkout-h1-aa');
    world.scrape('checkout-h1-bb', {
      ...CALM,
      cpuCores: 0.9,
      requests: 40,
      failures: 6,
      latencySeconds: 0.8,
    });
    await world.collect();
    const before = world.requests;
    const metrics = await world.collect();
    expect(world.requests - before).toBe(1);
    expect(metrics).toMatchObject({
      atMs: world.nowMs,
      source: 'prometheus',
      cpuUtilisation: { kind: 'fresh', value: expect.closeTo(0.7, 6), atMs: world.nowMs },
      memoryUtilisation: { kind: 'fresh', value: expect.closeTo(0.25, 6) },
      errorRate: { kind: 'fresh', value: expect.closeTo(0.1, 6) },
      requestsPerSecond: { kind: 'fresh', value: expect.closeTo(60, 6) },
      // 20 of 60 are up to 0.1 s and the others up to 0.8 s: the median is a quarter into (0.4, 0.8].
      latencyP50Seconds: { kind: 'fresh', value: expect.closeTo(0.5, 6) },
      latencyP95Seconds: { kind: 'fresh', value: expect.closeTo(0.77, 6) },
      warnings: [],
    });
    expect(metrics.pods.get('checkout-h1-aa')).toMatchObject({
      cpuUtilisation: { value: expect.closeTo(0.5, 6) },
      errorRate: { kind: 'fresh', value: 0 },
      requestsPerSecond: { value: expect.closeTo(20, 6) },
      latencyP95Seconds: { value: expect.closeTo(0.0975, 6) },
    });
    expect(metrics.pods.get('checkout-h1-bb')).toMatchObject({
      errorRate: { value: expect.closeTo(0.15, 6) },
      latencyP95Seconds: { value: expect.closeTo(0.78, 6) },
    });
  });

  it('asks Prometheus for limits that the Deployment does not say', async () => {
    world.workload = { ...world.workload, cpuLimitCores: null, memoryLimitBytes: null };
    for (const pod of ['checkout-h1-aa', 'checkout-h1-bb']) {
      world.scrape(pod);
      const labels = { namespace: 'shop', pod, container: 'app' };
      world.store
        .series('kube_pod_container_resource_limits', { ...labels, resource: 'cpu' })
        .append(world.nowMs, 2);
      // What cAdvisor says where no limit is set.
      world.store.series('container_spec_memory_limit_bytes', labels).append(world.nowMs, 0);
    }
    const metrics = await world.collect();
    expect(metrics.cpuUtilisation).toMatchObject({ kind: 'fresh', value: expect.closeTo(0.25, 6) });
    expect(metrics.memoryUtilisation).toEqual({ kind: 'missing', why: 'no limit is set' });
    expect(metrics.warnings).toContain('memoryUtilisation is missing: no limit is set');
  });

  it('calls values stale by the age of their samples, long before Prometheus stops giving them', async () => {
    const scrapedUntilMs = world.nowMs;
    world.scrape('checkout-h1-aa');
    world.scrape('checkout-h1-bb');
    world.config = ConfigSchema.parse({ metrics: { window: '4m' } });
    world.nowMs = scrapedUntilMs + MINUTE_MS;
    expect(await world.collect()).toMatchObject({
      requestsPerSecond: { kind: 'fresh', atMs: scrapedUntilMs },
      cpuUtilisation: { kind: 'fresh', atMs: scrapedUntilMs },
    });
    world.nowMs += SCRAPE_MS;
    const stale = await world.collect();
    expect(stale.atMs).toBeNull();
    expect(stale.requestsPerSecond).toMatchObject({ kind: 'stale', atMs: scrapedUntilMs });
    expect(stale.cpuUtilisation).toMatchObject({ kind: 'stale', atMs: scrapedUntilMs });
    expect(stale.pods.get('checkout-h1-aa')?.memoryUtilisation).toMatchObject({ kind: 'stale' });
    expect(stale.warnings).toContain('requestsPerSecond is stale');
  });

  it('does not take what a window still computes from a series that has ended', async () => {
    world.scrape('checkout-h1-aa');
    for (const series of world.scrape('checkout-h1-bb')) world.store.end(series, world.nowMs + 1000);
    world.nowMs += 2000;
    const metrics = await world.collect();
    expect(metrics.pods.get('checkout-h1-bb')?.cpuUtilisation).toEqual({
      kind: 'missing',
      why: 'its series has ended',
    });
    expect(metrics.pods.get('checkout-h1-bb')?.memoryUtilisation).toEqual({
      kind: 'missing',
      why: 'Prometheus has no such series',
    });
    // The other pod's numbers are as good as before.
    expect(metrics.cpuUtilisation).toMatchObject({ kind: 'fresh', value: expect.closeTo(0.5, 2) });
    expect(metrics.warnings).toContain('pod checkout-h1-bb: cpuUtilisation is missing: its series has ended');
  });

  it('tells no traffic from no error', async () => {
    const idle = { ...CALM, requests: 0 };
    world.scrape('checkout-h1-aa', idle);
    world.scrape('checkout-h1-bb', idle);
    const metrics = await world.collect();
    expect(metrics.requestsPerSecond).toMatchObject({ kind: 'fresh', value: 0 });
    expect(metrics.errorRate).toMatchObject({ kind: 'missing', why: expect.stringContaining('no request') });
    expect(metrics.latencyP95Seconds).toMatchObject({ kind: 'missing' });
  });

  it('leaves out pods of others with names alike, and pods that are going', async () => {
    world.scrape('checkout-h1-aa');
    world.scrape('checkout-h1-bb', { ...CALM, cpuCores: 0.1 });
    world.scrape('checkout-h1-aaa', { ...CALM, cpuCores: 1 });
    world.workload = {
      ...world.workload,
      pods: [aPod('checkout-h1-aa'), aPod('checkout-h1-bb', { deletingSinceMs: 1 })],
    };
    const metrics = await world.collect();
    expect([...metrics.pods.keys()]).toEqual(['checkout-h1-aa', 'checkout-h1-bb']);
    expect(metrics.cpuUtilisation).toMatchObject({ value: expect.closeTo(0.5, 6) });
  });

  it('loses only the query that the config has wrong', async () => {
    world.scrape('checkout-h1-aa');
    world.scrape('checkout-h1-bb');
    world.config = ConfigSchema.parse({
      metrics: { queries: { latencyP99: 'sum(', errorRate: 'nosuch(m)' } },
    });
    const metrics = await world.collect();
    expect(metrics.latencyP99Seconds).toMatchObject({
      kind: 'missing',
      why: expect.stringContaining('rejected the query sum('),
    });
    expect(metrics.errorRate).toMatchObject({ kind: 'missing', why: expect.stringContaining('nosuch') });
    expect(metrics.latencyP95Seconds).toMatchObject({ kind: 'fresh' });
    expect(metrics.warnings).toHaveLength(2);
    expect(world.collector.trouble).toBeNull();
  });

  it('watches the age of the config’s own queries too', async () => {
    world.config = ConfigSchema.parse({
      metrics: { queries: { requests: 'sum(shop_rps{app="$workload"})' } },
    });
    world.scrape('checkout-h1-aa');
    world.scrape('checkout-h1-bb');
    world.store.series('shop_rps', { app: 'checkout' }).append(world.nowMs - 90_000, 12);
    const metrics = await world.collect();
    expect(metrics.requestsPerSecond).toEqual({ kind: 'stale', value: 12, atMs: world.nowMs - 90_000 });
  });

  it('turns an outage into missing readings and a trouble, and forgets it afterwards', async () => {
    world.scrape('checkout-h1-aa');
    world.scrape('checkout-h1-bb');
    world.down = true;
    const metrics = await world.collect();
    expect(metrics.atMs).toBeNull();
    expect(metrics.cpuUtilisation).toMatchObject({
      kind: 'missing',
      why: expect.stringContaining('Cannot reach Prometheus at http://embedded'),
    });
    expect(world.collector.trouble).toMatchObject({ code: 'prometheus-unreachable' });
    world.down = false;
    expect((await world.collect()).cpuUtilisation.kind).toBe('fresh');
    expect(world.collector.trouble).toBeNull();
  });

  it('asks nothing for a workload without pods', async () => {
    world.workload = aWorkload([]);
    const metrics = await world.collect();
    expect(world.requests).toBe(0);
    expect(metrics.warnings).toEqual(['no metrics: the workload has no pods']);
  });

  it('ends with the signal’s reason when it is aborted', async () => {
    const reason = new Error('the agent stops');
    world.down = true;
    const round = world.collector.collect(world.workload, world.nowMs, AbortSignal.abort(reason));
    await expect(round).rejects.toBe(reason);
  });
});

describe('collecting where there is nothing to collect from', () => {
  it('says why', async () => {
    const collector = createCollector(
      { kind: 'none', reason: 'no Service looks like Prometheus' },
      NO_READER,
      () => DEFAULT_CONFIG,
    );
    const metrics = await collector.collect(world.workload, world.nowMs);
    expect(metrics.source).toBe('none');
    expect(metrics.pods.get('checkout-h1-aa')?.cpuUtilisation).toEqual({
      kind: 'missing',
      why: 'no Service looks like Prometheus',
    });
  });
});
