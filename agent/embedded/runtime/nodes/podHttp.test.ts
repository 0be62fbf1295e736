import { describe, expect, it } from 'vitest';
import { SimPod } from '../../../sim/pod';
import { DEFAULT_POD_MODEL, NO_FAULTS, type PodFaults } from '../../../sim/podModel';
import { Random } from '../../../sim/random';
import { globMatches, type HttpOutcome, type HttpRule, type HttpServer, requestPod } from './podHttp';

interface Setup {
  faults?: Partial<PodFaults>;
  rules?: Partial<HttpRule>[];
  isServing?: boolean;
  ports?: number[];
  rate?: number;
}

/** A pod that has been under load for a minute. */
function server({ faults, rules = [], isServing = true, ports = [8080], rate = 60 }: Setup = {}): HttpServer {
  const random = new Random(1);
  const sim = new SimPod(DEFAULT_POD_MODEL);
  sim.start(random);
  sim.faults = { ...NO_FAULTS, ...faults };
  sim.arrivalRate = rate;
  for (let at = 0; at < 60; at += 0.25) sim.step(0.25, random);
  return {
    sim,
    isServing,
    ports,
    behaviour: {
      model: DEFAULT_POD_MODEL,
      startupSeconds: 1,
      shutdownSeconds: 1,
      dependencyShare: 0.5,
      fileShare: 0.5,
      responseBytes: 1,
      paths: ['/healthz'],
      routes: {},
      errorShare: 0,
      problem: null,
    },
    httpRules: rules.map((rule) => ({
      port: 8080,
      path: '*',
      abort: false,
      delaySeconds: 0,
      status: null,
      ...rule,
    })),
  };
}

function ask(setup: Setup, path = '/healthz', port = 8080): HttpOutcome {
  return requestPod(server(setup), { port, path }, new Random(2));
}

/** The share of a thousand requests that get that status. */
function shareOf(setup: Setup, status: number, path = '/'): number {
  const [pod, random] = [server(setup), new Random(3)];
  const outcomes = Array.from({ length: 1000 }, () => requestPod(pod, { port: 8080, path }, random));
  return outcomes.filter((one) => one.kind === 'answered' && one.status === status).length / 1000;
}

describe('requestPod', () => {
  it.each([
    ['/', 200],
    ['/healthz', 200],
    ['/other', 404],
  ])('answers %s with %d', (path, status) => {
    expect(ask({}, path)).toMatchObject({ kind: 'answered', status });
  });

  it('refuses where nobody listens', () => {
    expect(ask({}, '/', 9090)).toEqual({ kind: 'refused' });
    expect(ask({ isServing: false })).toEqual({ kind: 'refused' });
    expect(ask({ ports: [] }, '/', 9090)).toMatchObject({ status: 200 });
  });

  it('takes as long as the load takes, in the mean', () => {
    const [pod, random] = [server(), new Random(3)];
    const times = Array.from({ length: 2000 }, () => {
      const outcome = requestPod(pod, { port: 8080, path: '/healthz' }, random);
      return outcome.kind === 'answered' ? outcome.latencySeconds : Number.NaN;
    });
    const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
    expect(mean).toBeCloseTo(pod.sim.latencyShiftSeconds + pod.sim.latencyThetaSeconds, 3);
  });

  it('fails as the load does, but for the health path not by what the app calls or by a full queue', () => {
    expect(shareOf({ faults: { errorShare: 0.3 } }, 500)).toBeCloseTo(0.3, 1);
    expect(shareOf({ faults: { errorShare: 0.3 } }, 500, '/healthz')).toBe(0);
    expect(shareOf({ rate: 250 }, 503)).toBeCloseTo(0.5, 1);
    expect(shareOf({ rate: 250 }, 503, '/healthz')).toBe(0);
    expect(shareOf({ faults: { slowShare: 0.4, slowSeconds: 10 } }, 504)).toBeCloseTo(0.4, 1);
    expect(shareOf({ faults: { slowShare: 0.4, slowSeconds: 10 } }, 504, '/healthz')).toBe(0);
  });

  it('gets lost with the packets', () => {
    expect(ask({ faults: { lossShare: 1 } })).toEqual({ kind: 'lost' });
  });

  it('is hit by the rules that match it', () => {
    expect(ask({ rules: [{ abort: true, path: '/health*', delaySeconds: 1 }] })).toEqual({
      kind: 'reset',
      afterSeconds: 1,
    });
    expect(ask({ rules: [{ abort: true, path: '/api/*' }] })).toMatchObject({ status: 200 });
    expect(ask({ rules: [{ status: 418 }] })).toMatchObject({ status: 418 });
  });

  it('does not count a delay of the load twice', () => {
    // The pod's own figure has the half second of the rule for `/` already.
    const delayed = { faults: { delaySeconds: 0.5 }, rules: [{ path: '/', delaySeconds: 0.5 }] };
    const latency = (path: string) => {
      const outcome = ask(delayed, path);
      return outcome.kind === 'answered' ? outcome.latencySeconds : Number.NaN;
    };
    expect(latency('/')).toBeGreaterThan(0.5);
    expect(latency('/')).toBeLessThan(0.8);
    expect(latency('/healthz')).toBeLessThan(0.3);
  });
});

describe('globMatches', () => {
  it.each([
    ['*', '/any/thing', true],
    ['/api/*', '/api/cart', true],
    ['/api/*', '/apis', false],
    ['/cart?', '/cart1', true],
    ['/cart?', '/cart', false],
    ['/a.b', '/aXb', false],
    ['cart.*', 'cart.shop.svc', true],
  ])('%s and %s: %s', (pattern, text, expected) => {
    expect(globMatches(pattern, text)).toBe(expected);
  });
});
