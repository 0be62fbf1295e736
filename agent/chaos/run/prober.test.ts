import { describe, expect, it } from 'vitest';
import { aPod, aWorkload, fresh, NOW_MS } from '../../../test/support/builders';
import { ApiStatusError } from '../../cluster/apiErrors';
import type { Reading } from '../../metrics/reading';
import { CoxswainError } from '../../protocol';
import { Probe } from '../experiment/probe';
import { Prober, type ProberPorts } from './prober';

const WORKLOAD = aWorkload([aPod('c-a'), aPod('c-b', { ready: false, restarts: 3 })], {
  events: [
    { atMs: NOW_MS - 10_000, type: 'Warning', reason: 'Unhealthy', message: '', object: 'Pod/c-b' },
    { atMs: NOW_MS - 10_000, type: 'Normal', reason: 'Started', message: '', object: 'Pod/c-b' },
    { atMs: NOW_MS - 90_000, type: 'Warning', reason: 'BackOff', message: '', object: 'Pod/c-b' },
  ],
});

function probe(spec: object, changes: Partial<ProberPorts> = {}, workload = WORKLOAD) {
  let nowMs = 0;
  const prober = new Prober({
    reader: { getText: async () => 'ok' },
    ask: async () => fresh(0.25),
    nowMs: () => NOW_MS,
    monotonicMs: () => {
      nowMs += 100;
      return nowMs;
    },
    staleAfterMs: () => 60_000,
    windowMs: async () => 20_000,
    watchAgeMs: () => 0,
    ...changes,
  });
  return prober.probe(Probe.parse({ name: 'p', ...spec }), workload, 'before');
}

describe('a probe', () => {
  const fields: [field: string, bound: object, outcome: string, found: string][] = [
    ['readyReplicas', { atLeast: 2 }, 'failed', '1'],
    ['readyShare', { atLeast: 0.5 }, 'passed', '0.50 (1/2)'],
    ['missingReplicas', { atMost: 0 }, 'failed', '1'],
    ['restarts', { atMost: 3 }, 'passed', '3'],
    ['crashingPods', { atMost: 0 }, 'passed', '0'],
    ['warningEvents', { atLeast: 1, atMost: 1 }, 'passed', '1'],
  ];
  it.each(fields)('of %s with %j has %s', async (kubernetes, bound, outcome, found) => {
    expect(await probe({ kubernetes, ...bound })).toMatchObject({
      outcome,
      found,
      asked: kubernetes,
      atMs: NOW_MS,
    });
  });

  it('of what the watches tell has no data while they are silent', async () => {
    const spec = { kubernetes: 'readyReplicas', atLeast: 1 };
    for (const ageMs of [60_001, null]) {
      expect(await probe(spec, { watchAgeMs: () => ageMs })).toMatchObject({ outcome: 'no-data' });
    }
  });

  it('by PromQL is sent with its placeholders filled in, and keeps the query', async () => {
    const promql = 'sum(rate(x{namespace="$namespace",pod=~"$pods",job="$workload"}[$window]))';
    expect(await probe({ promql, atMost: 0.3 })).toEqual({
      name: 'p',
      when: 'before',
      atMs: NOW_MS,
      outcome: 'passed',
      asked: 'sum(rate(x{namespace="shop",pod=~"c-(a|b)",job="checkout"}[20000ms]))',
      found: '0.25',
      expected: 'at most 0.3',
    });
    expect(await probe({ promql, atMost: 0.2 })).toMatchObject({ outcome: 'failed' });
  });

  it.each<[Reading, string]>([
    [{ kind: 'stale', value: 0.1, atMs: NOW_MS - 90_000 }, '0.1, which is 90 s old'],
    [{ kind: 'missing', why: 'the query returned no sample' }, 'the query returned no sample'],
  ])('by PromQL has no data where the reading is %j', async (reading, found) => {
    expect(await probe({ promql: 'x', atMost: 1 }, { ask: async () => reading })).toMatchObject({
      outcome: 'no-data',
      found,
    });
  });

  it('by HTTP asks the Service through the API server, and measures the time', async () => {
    const paths: string[] = [];
    const reader = {
      getText: async (path: string) => {
        paths.push(path);
        return 'ok';
      },
    };
    const http = { service: 'checkout', path: 'healthz?deep=1' };
    expect(await probe({ http }, { reader })).toMatchObject({
      outcome: 'passed',
      found: 'status 200 in 0.100 s',
    });
    expect(paths).toEqual(['/api/v1/namespaces/shop/services/checkout:http/proxy/healthz?deep=1']);
    expect(await probe({ http, atMost: 0.05 }, { reader })).toMatchObject({
      outcome: 'failed',
      expected: 'status 200, at most 0.05 s',
    });
  });

  it('by HTTP goes by the status, and has no data where there is no answer', async () => {
    const failing = (error: Error) => ({
      reader: { getText: () => Promise.reject(error) },
    });
    const status = new ApiStatusError(503, null, 'api-unreachable', 'no', '');
    expect(await probe({ http: { service: 'x' } }, failing(status))).toMatchObject({ outcome: 'failed' });
    expect(await probe({ http: { service: 'x', status: 503 } }, failing(status))).toMatchObject({
      outcome: 'passed',
    });
    const away = new CoxswainError('api-unreachable', 'the API server is away', '');
    expect(await probe({ http: { service: 'x' } }, failing(away))).toMatchObject({
      outcome: 'no-data',
      found: 'the API server is away',
    });
  });

  it('of replicas has no data where none are wanted: nothing of nothing is not enough', async () => {
    const nobody = aWorkload([]);
    for (const [kubernetes, bound] of [
      ['missingReplicas', { atMost: 0 }],
      ['readyShare', { atLeast: 1 }],
    ] as const) {
      expect(await probe({ kubernetes, ...bound }, {}, nobody)).toMatchObject({ outcome: 'no-data' });
    }
  });

  it.each([
    { service: '../../kube-system/services/x' },
    { service: 'x/../../../../../v1/nodes' },
    { service: 'x?a=' },
    { service: 'x', port: '80/../..' },
    { service: 'x', path: '/../../../../../../api/v1/secrets' },
    { service: 'x', path: '/a/%2e%2E/%2e./b' },
    { service: 'x', path: '/a\\..\\b' },
    { service: 'x', path: '/a\u0000' },
    { service: 'x', port: 0 },
  ])('by HTTP cannot be led out of its Service: %j', (http) => {
    expect(Probe.safeParse({ name: 'p', http }).success).toBe(false);
  });

  it.each([
    { service: 'checkout-v1', port: 8080, path: 'a/b..c?x=1/2&y=..' },
    { service: 'https:checkout', port: 'https', path: '/...' },
  ])('by HTTP may be what a Service is called: %j', (http) => {
    expect(Probe.safeParse({ name: 'p', http }).success).toBe(true);
  });

  it('is given up with its signal', async () => {
    const prober = new Prober({
      reader: { getText: async () => 'ok' },
      ask: async () => fresh(1),
      nowMs: () => 0,
      monotonicMs: () => 0,
      staleAfterMs: () => 1,
      windowMs: async () => 1,
      watchAgeMs: () => 0,
    });
    const signal = AbortSignal.abort(new Error('stopped'));
    const asked = prober.probe(
      Probe.parse({ name: 'p', promql: 'x', atMost: 1 }),
      WORKLOAD,
      'during',
      signal,
    );
    await expect(asked).rejects.toThrow('stopped');
  });
});
