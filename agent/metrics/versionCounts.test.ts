import { beforeEach, describe, expect, it } from 'vitest';
import { createPrometheusApi } from '../embedded/prometheus/api';
import { createSeriesStore } from '../embedded/prometheus/seriesStore';
import { createPrometheusClient } from './prometheusClient';
import { prometheusUnreachable } from './prometheusErrors';
import { type CountedPod, type CountedRelease, VersionCounts, type VersionMeasure } from './versionCounts';

const T0_MS = 1_700_000_000_000;
const INTERVAL_MS = 30_000;
const BOUNDS = ['0.05', '0.1', '0.2', '0.3', '0.5', '+Inf'];

interface Counters {
  ok: number;
  failed: number;
  /** Requests up to each of `BOUNDS`; the last one is all of them. */
  buckets?: readonly number[];
  route?: string;
  /** Labels of whoever has scraped. */
  by?: Record<string, string>;
}

/** The embedded Prometheus without HTTP, whose series a test writes by hand. */
class World {
  readonly store = createSeriesStore({ retentionMs: 3_600_000 });
  readonly counts = new VersionCounts();
  nowMs = T0_MS;
  isDown = false;
  asked = 0;
  maxQueryLength = 100_000;
  pods: { stable: CountedPod[]; canary: CountedPod[]; baseline?: CountedPod[] } = {
    stable: [pod('web-a')],
    canary: [pod('web-canary-a')],
  };
  objectiveSeconds: number | null = null;
  trial = 'one';
  /** Of the canary and its baseline. */
  hasTraffic = true;

  scrape(name: string, { ok, failed, buckets, route, by }: Counters, namespace = 'shop'): void {
    const labels = { namespace, pod: name, ...(route === undefined ? {} : { route }), ...by };
    const at = (metric: string, more: Record<string, string>, value: number) =>
      this.store.series(metric, { ...labels, ...more }).append(this.nowMs, value);
    at('http_requests_total', { status: '200', method: 'GET' }, ok);
    at('http_requests_total', { status: '503', method: 'GET' }, failed);
    for (const [index, count] of (buckets ?? []).entries()) {
      at('http_request_duration_seconds_bucket', { le: BOUNDS[index] ?? '' }, count);
    }
  }

  release(id = 'web', namespace = 'shop'): CountedRelease {
    return {
      ...{ id, namespace, trial: this.trial, latencyObjectiveSeconds: this.objectiveSeconds },
      stablePods: this.pods.stable,
      canaryPods: this.pods.canary,
      baseline: this.pods.baseline ? { pods: this.pods.baseline, hasTraffic: this.hasTraffic } : null,
      limits: { cpuCores: 1, memoryBytes: 1000 },
    };
  }

  measure(releases = [this.release()], routeLabel = 'route'): Promise<Map<string, VersionMeasure>> {
    const client = createPrometheusClient({
      address: 'http://embedded',
      maxQueryLength: this.maxQueryLength,
      send: async (path, params) => {
        this.asked++;
        if (this.isDown) throw prometheusUnreachable('http://embedded', 'connect ECONNREFUSED');
        const api = createPrometheusApi(this.store, { nowMs: () => this.nowMs });
        return JSON.parse(api({ method: 'GET', path, params }).body);
      },
    });
    const round = { nowMs: this.nowMs, staleAfterMs: 60_000, routeLabel, windowMs: 60_000 };
    return this.counts.measure(client, releases, round);
  }

  async look(routeLabel = 'route'): Promise<VersionMeasure | undefined> {
    return (await this.measure([this.release()], routeLabel)).get('web');
  }

  async counted(routeLabel = 'route') {
    const measure = await this.look(routeLabel);
    if (measure?.kind !== 'counted') throw new Error(`nothing was counted: ${JSON.stringify(measure)}`);
    return measure;
  }

  pass(): void {
    this.nowMs += INTERVAL_MS;
  }

  /** The first look, after which both versions are known. */
  async begin(): Promise<void> {
    this.scrape('web-a', { ok: 1000, failed: 10 });
    this.scrape('web-canary-a', { ok: 0, failed: 0 });
    expect(await this.look()).toEqual({ kind: 'first' });
    this.pass();
  }
}

function pod(name: string, createdAtMs = T0_MS - 3_600_000): CountedPod {
  return { name, uid: `uid-${name}`, createdAtMs };
}

let world: World;
beforeEach(() => {
  world = new World();
});

describe('counting both versions', () => {
  it('takes whole requests since the last look, and nothing at the first', async () => {
    await world.begin();
    world.scrape('web-a', { ok: 1090, failed: 11 });
    world.scrape('web-canary-a', { ok: 9, failed: 2 });
    const { strata, seconds, atMs, stable, canary } = await world.counted();
    expect([...strata]).toEqual([
      [
        '',
        {
          ...{ canaryRequests: 11, canaryErrors: 2, canarySlow: 0, canaryVerySlow: 0 },
          ...{ stableRequests: 91, stableErrors: 1, stableSlow: 0 },
        },
      ],
    ]);
    expect([seconds, atMs]).toEqual([30, world.nowMs]);
    expect([stable.requests, stable.errors, canary.requests, canary.errors]).toEqual([91, 1, 11, 2]);
  });

  it('counts from 0 where a process has begun anew, also of counters that are higher by now', async () => {
    await world.begin();
    world.scrape('web-a', { ok: 40, failed: 12 });
    world.scrape('web-canary-a', { ok: 5, failed: 0 });
    expect((await world.counted()).stable).toMatchObject({ requests: 52, errors: 12 });
  });

  it('counts a pod from 0 that was made since, and an older one only once it is known', async () => {
    await world.begin();
    world.pods.stable.push(pod('web-new', world.nowMs - 5000), pod('web-old'));
    world.scrape('web-a', { ok: 1000, failed: 10 });
    world.scrape('web-canary-a', { ok: 0, failed: 0 });
    world.scrape('web-new', { ok: 7, failed: 0 });
    world.scrape('web-old', { ok: 5000, failed: 0 });
    expect((await world.counted()).stable.requests).toBe(7);
    world.pass();
    for (const [name, ok] of [
      ['web-a', 1000],
      ['web-canary-a', 0],
      ['web-new', 8],
      ['web-old', 5003],
    ] as const) {
      world.scrape(name, { ok, failed: name === 'web-a' ? 10 : 0 });
    }
    expect((await world.counted()).stable.requests).toBe(4);
  });

  it('goes on from the last count of a pod whose scrape has failed, and forgets those that are gone', async () => {
    world.pods.stable.push(pod('web-b'));
    world.scrape('web-b', { ok: 100, failed: 0 });
    await world.begin();
    world.store.end(world.store.series('http_requests_total', labelsOf('web-b', '200')), world.nowMs);
    world.store.end(world.store.series('http_requests_total', labelsOf('web-b', '503')), world.nowMs);
    world.scrape('web-a', { ok: 1001, failed: 10 });
    world.scrape('web-canary-a', { ok: 1, failed: 0 });
    expect((await world.counted()).stable.requests).toBe(1);
    world.pass();
    world.scrape('web-a', { ok: 1001, failed: 10 });
    world.scrape('web-b', { ok: 130, failed: 0 });
    world.scrape('web-canary-a', { ok: 1, failed: 0 });
    expect((await world.counted()).stable.requests).toBe(30);
    world.pass();
    world.pods.stable.pop();
    world.scrape('web-a', { ok: 1002, failed: 10 });
    world.scrape('web-canary-a', { ok: 1, failed: 0 });
    expect((await world.counted()).stable.requests).toBe(1);
  });

  it('begins anew with another pair of versions', async () => {
    await world.begin();
    world.trial = 'two';
    world.scrape('web-a', { ok: 2000, failed: 10 });
    expect(await world.look()).toEqual({ kind: 'first' });
  });

  it('has no requests of a canary that has not had one', async () => {
    world.scrape('web-a', { ok: 10, failed: 0 });
    expect(await world.look()).toEqual({ kind: 'first' });
    world.pass();
    world.scrape('web-a', { ok: 20, failed: 0 });
    expect((await world.counted()).canary).toMatchObject({ requests: 0, latencyP95Seconds: null });
  });

  it('counts a baseline in place of the stable pods, from its first requests on', async () => {
    world.pods.baseline = [pod('web-baseline-a')];
    world.scrape('web-baseline-a', { ok: 0, failed: 0 });
    await world.begin();
    world.scrape('web-a', { ok: 2000, failed: 500 });
    world.scrape('web-canary-a', { ok: 0, failed: 0 });
    world.scrape('web-baseline-a', { ok: 0, failed: 0 });
    expect((await world.counted()).stable.requests).toBe(0);
    world.pass();
    world.scrape('web-a', { ok: 3000, failed: 900 });
    world.scrape('web-canary-a', { ok: 40, failed: 2 });
    world.scrape('web-baseline-a', { ok: 50, failed: 1 });
    const { strata, stable } = await world.counted();
    expect(stable).toMatchObject({ requests: 51, errors: 1 });
    expect(strata.get('')).toMatchObject({ stableRequests: 51, stableErrors: 1, canaryRequests: 42 });
  });

  it('counts before a baseline has traffic, and nothing while only the canary’s requests are seen', async () => {
    world.pods.baseline = [pod('web-baseline-a')];
    world.hasTraffic = false;
    world.scrape('web-a', { ok: 1000, failed: 0 });
    // A smoke test asks by the header.
    world.scrape('web-canary-a', { ok: 1, failed: 0 });
    expect(await world.look()).toEqual({ kind: 'first' });
    world.pass();
    world.scrape('web-a', { ok: 1100, failed: 0 });
    world.scrape('web-canary-a', { ok: 2, failed: 0 });
    expect((await world.counted()).stable.requests).toBe(0);
    world.pass();
    world.hasTraffic = true;
    world.scrape('web-a', { ok: 1200, failed: 0 });
    world.scrape('web-canary-a', { ok: 10, failed: 0 });
    expect(await world.look()).toEqual({
      kind: 'stale',
      why: 'Prometheus has no requests of the baseline’s pods',
    });
  });

  it('takes no old samples of a baseline', async () => {
    world.pods.baseline = [pod('web-baseline-a')];
    world.scrape('web-baseline-a', { ok: 0, failed: 0 });
    await world.begin();
    world.nowMs += 60_000;
    world.scrape('web-a', { ok: 1001, failed: 10 });
    world.scrape('web-canary-a', { ok: 1, failed: 0 });
    expect(await world.look()).toEqual({ kind: 'stale', why: 'the baseline’s requests are 90 s old' });
  });

  it('tells the use of CPU and memory of the canary as shares of its limits', async () => {
    await world.begin();
    const container = { namespace: 'shop', pod: 'web-canary-a', container: 'app' };
    for (const [ms, seconds] of [
      [INTERVAL_MS, 0],
      [15_000, 6],
      [0, 12],
    ] as const) {
      world.store.series('container_cpu_usage_seconds_total', container).append(world.nowMs - ms, seconds);
    }
    world.store.series('container_memory_working_set_bytes', container).append(world.nowMs, 250);
    world.scrape('web-a', { ok: 1001, failed: 10 });
    world.scrape('web-canary-a', { ok: 1, failed: 0 });
    const { canaryCpu, canaryMemory } = await world.counted();
    expect(canaryMemory).toBe(0.25);
    // 12 s of CPU within the minute.
    expect(canaryCpu).toBeCloseTo(0.2, 10);
  });
});

describe('routes', () => {
  const both = (part: Record<'a' | 'b', number>) => {
    world.scrape('web-a', { ok: part.a, failed: 0, route: '/a' });
    world.scrape('web-a', { ok: part.b, failed: 0, route: '/b' });
    world.scrape('web-canary-a', { ok: part.a / 10, failed: 0, route: '/a' });
    world.scrape('web-canary-a', { ok: part.b / 10, failed: 0, route: '/b' });
  };

  it('are counted each by itself where the label is there', async () => {
    both({ a: 100, b: 1000 });
    await world.look();
    world.pass();
    both({ a: 200, b: 1050 });
    const { strata } = await world.counted();
    expect([...strata.keys()].toSorted()).toEqual(['/a', '/b']);
    expect(strata.get('/a')).toMatchObject({ canaryRequests: 10, stableRequests: 100 });
    expect(strata.get('/b')).toMatchObject({ canaryRequests: 5, stableRequests: 50 });
  });

  it('are one whole where the label has another name, or none that can be', async () => {
    for (const label of ['handler', 'no label']) {
      world = new World();
      both({ a: 100, b: 1000 });
      await world.look(label);
      world.pass();
      both({ a: 200, b: 1050 });
      const { strata } = await world.counted(label);
      expect([...strata.keys()]).toEqual(['']);
      expect(strata.get('')).toMatchObject({ canaryRequests: 15, stableRequests: 150 });
    }
  });

  it('are one whole where the histogram does not tell them apart', async () => {
    const latencies = (all: number) => {
      world.scrape('web-a', { ok: 0, failed: 0, buckets: BOUNDS.map(() => all) });
      world.scrape('web-canary-a', { ok: 0, failed: 0, buckets: BOUNDS.map(() => all) });
    };
    both({ a: 100, b: 1000 });
    latencies(10);
    await world.look();
    world.pass();
    both({ a: 200, b: 1050 });
    latencies(20);
    expect([...(await world.counted()).strata.keys()]).toEqual(['']);
  });

  it('beyond twenty are compared together', async () => {
    const all = (ok: number) => {
      for (let route = 0; route < 30; route++) {
        world.scrape('web-a', { ok, failed: 0, route: `/${route}` });
        world.scrape('web-canary-a', { ok, failed: 0, route: `/${route}` });
      }
    };
    all(1);
    await world.look();
    world.pass();
    all(2);
    const { strata } = await world.counted();
    expect(strata.size).toBe(21);
    expect(strata.get('others')).toMatchObject({ canaryRequests: 10, stableRequests: 10 });
  });
});

describe('slow requests', () => {
  /** Of 100 requests 93 take up to 0.2 s. */
  const USUAL = [40, 70, 93, 97, 99, 100];
  const times = (counts: readonly number[], factor: number) => counts.map((count) => count * factor);

  async function interval(canary: readonly number[]) {
    world.scrape('web-a', { ok: 10_000, failed: 0, buckets: times(USUAL, 100) });
    world.scrape('web-canary-a', { ok: 0, failed: 0, buckets: times(USUAL, 0) });
    await world.look();
    world.pass();
    world.scrape('web-a', { ok: 11_000, failed: 0, buckets: times(USUAL, 110) });
    world.scrape('web-canary-a', { ok: 100, failed: 0, buckets: canary });
    return world.counted();
  }

  it('are those above the bound that 5 to 10 % of the usual ones exceed, and above the next ones', async () => {
    const { slow, strata, stable } = await interval([30, 50, 80, 90, 96, 100]);
    expect(slow).toEqual({ stableSeconds: 0.2, canarySeconds: 0.2, verySlowSeconds: 0.3 });
    expect(strata.get('')).toMatchObject({ stableSlow: 70, canarySlow: 20, canaryVerySlow: 10 });
    // 95 of 100 are half-way through (0.2, 0.3].
    expect(stable.latencyP95Seconds).toBeCloseTo(0.25, 10);
    expect(stable.latencyP50Seconds).toBeCloseTo(0.05 + 0.05 / 3, 10);
  });

  it('are those above the objective where one is set', async () => {
    world.objectiveSeconds = 0.12;
    expect((await interval(USUAL)).slow?.stableSeconds).toBe(0.1);
  });

  it('are not those of the interval that is judged: a stable version that gets slow moves no bound at once', async () => {
    world.scrape('web-a', { ok: 10_000, failed: 0, buckets: times(USUAL, 100) });
    world.scrape('web-canary-a', { ok: 0, failed: 0, buckets: times(USUAL, 0) });
    await world.look();
    world.pass();
    const slow = times(USUAL, 100).map((count, index) => (index === BOUNDS.length - 1 ? 20_000 : count));
    world.scrape('web-a', { ok: 20_000, failed: 0, buckets: slow });
    world.scrape('web-canary-a', { ok: 100, failed: 0, buckets: USUAL });
    const { slow: bounds, strata } = await world.counted();
    expect(bounds?.stableSeconds).toBe(0.2);
    expect(strata.get('')?.stableSlow).toBe(10_000);
  });

  it('count in proportion where the histogram leaves requests out', async () => {
    world.scrape('web-a', { ok: 10_000, failed: 0, buckets: times(USUAL, 100) });
    world.scrape('web-canary-a', { ok: 0, failed: 0, buckets: times(USUAL, 0) });
    await world.look();
    world.pass();
    world.scrape('web-a', { ok: 11_000, failed: 0, buckets: times(USUAL, 110) });
    world.scrape('web-canary-a', { ok: 100, failed: 100, buckets: [0, 0, 50, 100, 100, 100] });
    expect((await world.counted()).strata.get('')).toMatchObject({ canaryRequests: 200, canarySlow: 100 });
  });

  it('speak against safety, and not for harm, where only the canary’s are not measured', async () => {
    world.scrape('web-a', { ok: 10_000, failed: 0, buckets: times(USUAL, 100) });
    world.scrape('web-canary-a', { ok: 0, failed: 0 });
    await world.look();
    world.pass();
    world.scrape('web-a', { ok: 11_000, failed: 0, buckets: times(USUAL, 110) });
    world.scrape('web-canary-a', { ok: 100, failed: 10 });
    const { strata, warnings } = await world.counted();
    expect(strata.get('')).toMatchObject({ canaryRequests: 110, canarySlow: 0, canaryVerySlow: 110 });
    expect(warnings).toEqual([expect.stringContaining('no latency histogram of the canary')]);
  });

  it('cannot be judged without a histogram, nor finely with a coarse one, and both are said', async () => {
    await world.begin();
    world.scrape('web-a', { ok: 1100, failed: 10 });
    world.scrape('web-canary-a', { ok: 10, failed: 0 });
    expect((await world.counted()).warnings).toEqual([expect.stringContaining('no latency histogram')]);
    world = new World();
    world.objectiveSeconds = 0.5;
    expect((await interval(USUAL)).warnings).toEqual([expect.stringContaining('coarse')]);
  });
});

describe('requests that two have scraped', () => {
  const JOBS = [
    { job: 'pods', prometheus_replica: 'a' },
    { job: 'services', prometheus_replica: 'b', service: 'web', endpoint: 'http' },
  ];

  it('are counted once, also when the other scraper comes or goes', async () => {
    world.scrape('web-canary-a', { ok: 0, failed: 0 });
    for (const by of JOBS) world.scrape('web-a', { ok: 1000, failed: 10, by });
    await world.look();
    world.pass();
    world.scrape('web-canary-a', { ok: 5, failed: 0 });
    for (const by of JOBS) world.scrape('web-a', { ok: 1100, failed: 11, by });
    expect((await world.counted()).stable).toMatchObject({ requests: 101, errors: 1 });
    world.nowMs += 10 * 60_000;
    world.scrape('web-canary-a', { ok: 6, failed: 0 });
    world.scrape('web-a', { ok: 1200, failed: 11, by: JOBS[0] ?? {} });
    expect((await world.counted()).stable).toMatchObject({ requests: 100, errors: 0 });
  });
});

describe('what cannot be counted', () => {
  it('is missing where requests do not tell their status: no error would ever be seen', async () => {
    await world.begin();
    const labels = { namespace: 'shop', pod: 'web-canary-a', code: '500' };
    world.store.series('http_requests_total', labels).append(world.nowMs, 100);
    expect(await world.look()).toEqual({
      kind: 'missing',
      why: 'the counts of requests cannot be used: pod web-canary-a has requests without the label status',
    });
  });

  it('is missing where Prometheus does not answer, or has a number that is none', async () => {
    world.isDown = true;
    expect(await world.look()).toMatchObject({
      kind: 'missing',
      why: expect.stringContaining('ECONNREFUSED'),
    });
    world.isDown = false;
    await world.begin();
    for (const bad of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
      world.scrape('web-a', { ok: bad, failed: 0 });
      expect(await world.look()).toMatchObject({
        kind: 'missing',
        why: expect.stringContaining('pod web-a'),
      });
      world.pass();
    }
    // What was refused has left no trace: the next good one counts from the last good one.
    world.scrape('web-a', { ok: 1050, failed: 10 });
    world.scrape('web-canary-a', { ok: 1, failed: 0 });
    expect((await world.counted()).stable.requests).toBe(50);
  });

  it('is stale where samples are old, or there are none since the last look, or none at all', async () => {
    expect(await world.look()).toEqual({
      kind: 'stale',
      why: 'Prometheus has no requests of the stable version’s pods',
    });
    await world.begin();
    expect(await world.look()).toEqual({ kind: 'stale', why: 'nothing was scraped since the last decision' });
    world.scrape('web-a', { ok: 1050, failed: 10 });
    world.nowMs += 90_000;
    expect(await world.look()).toMatchObject({ kind: 'stale', why: expect.stringContaining('90 s old') });
  });
});

describe('many releases', () => {
  it('are asked about in one request, and share what is asked of their namespace', async () => {
    const releases = Array.from({ length: 100 }, (_, index): CountedRelease => {
      const stablePods = [pod(`web${index}-7d9f-aaaaa`), pod(`web${index}-7d9f-bbbbb`)];
      const canaryPods = [pod(`web${index}-canary-5c8b-aaaaa`)];
      const namespace = `team-${index % 10}`;
      for (const { name } of [...stablePods, ...canaryPods])
        world.scrape(name, { ok: index, failed: 0 }, namespace);
      return { ...world.release(`release-${index}`, namespace), stablePods, canaryPods };
    });
    const first = await world.measure(releases);
    expect(world.asked).toBe(1);
    expect(first.size).toBe(100);
    world.pass();
    for (const { namespace, stablePods, canaryPods } of releases) {
      for (const { name } of [...stablePods, ...canaryPods])
        world.scrape(name, { ok: 1000, failed: 0 }, namespace);
    }
    const second = await world.measure(releases);
    expect(second.get('release-3')).toMatchObject({
      kind: 'counted',
      stable: { requests: 1994 },
      canary: { requests: 997 },
    });
  });

  it('stay within what a transport takes at a time', async () => {
    world.maxQueryLength = 3000;
    const releases = Array.from({ length: 100 }, (_, index) => ({
      ...world.release(`release-${index}`, `team-${index % 2}`),
      stablePods: [pod(`some-service-${index}-7d9f8c-aaaaa`)],
      canaryPods: [pod(`some-service-${index}-canary-7d9f8c-aaaaa`)],
    }));
    await world.measure(releases);
    expect(world.asked).toBeLessThanOrEqual(10);
  });
});

function labelsOf(name: string, status: string) {
  return { namespace: 'shop', pod: name, status, method: 'GET' };
}
