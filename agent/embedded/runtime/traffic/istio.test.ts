import { describe, expect, it } from 'vitest';
import { HOST, made, resolve, summary } from './testRoutes';

const to = (...weights: [string, number?, string?][]) =>
  weights.map(([host, weight, subset]) => ({
    destination: { host, ...(subset && { subset }) },
    ...(weight !== undefined && { weight }),
  }));
const service = (name: string, http: unknown[], spec = {}, metadata = {}) =>
  made('VirtualService', name, { hosts: [HOST], gateways: ['gate'], http, ...spec }, metadata);
const SUBSETS = made('DestinationRule', 'stable', {
  host: 'stable',
  subsets: [
    { name: 'v1', labels: { version: 'one' } },
    { name: 'v2', labels: { version: 'two' } },
  ],
});
const LATER = { creationTimestamp: '2026-02-01T00:00:00Z' };

const check = (http: unknown[], request = {}, more = {}) =>
  summary(resolve({ virtualServices: [service('main', http)], ...more }, request));

describe('a VirtualService', () => {
  it('splits by weight, and gives all to a destination that is alone', () => {
    expect(check([{ route: to(['stable', 80], ['canary', 20]) }])).toBe('stable 80, canary 20');
    expect(check([{ route: to(['stable', 100], ['canary', 0]) }])).toBe('stable 100');
    expect(check([{ route: to(['stable']) }])).toBe('stable 100');
  });

  it('takes the first route that matches', () => {
    const http = [
      { match: [{ headers: { 'x-canary': { exact: 'true' } } }], route: to(['canary']) },
      { match: [{ uri: { prefix: '/cart' } }, { uri: { exact: '/basket' } }], route: to(['cart']) },
      { route: to(['stable']) },
      { match: [{ uri: { exact: '/never' } }], route: to(['copy']) },
    ];
    expect(check(http, { headers: { 'x-canary': 'true' }, path: '/cart' })).toBe('canary 100');
    expect(check(http, { path: '/carts' })).toBe('cart 100');
    expect(check(http, { path: '/basket' })).toBe('cart 100');
    expect(check(http, { path: '/never' })).toBe('stable 100');
  });

  it('needs all conditions of one match', () => {
    const both = {
      uri: { regex: '/c.*' },
      headers: { cookie: { regex: '.*beta.*' } },
      withoutHeaders: { x: {} },
    };
    const http = [{ match: [both], route: to(['canary']) }];
    expect(check(http, { path: '/cart', headers: { cookie: 'a=beta' } })).toBe('canary 100');
    expect(check(http, { path: '/cart', headers: { cookie: 'a=beta', x: '1' } })).toBe('404');
    expect(check(http, { path: '/', headers: { cookie: 'a=beta' } })).toBe('404');
  });

  it('goes by the subsets of a DestinationRule', () => {
    const http = [{ route: to(['stable', 70, 'v1'], ['stable', 30, 'v2']) }];
    expect(check(http, {}, { destinationRules: [SUBSETS] })).toBe('stable{one} 70, stable{two} 30');
    expect(check(http)).toBe('stable 70 (503), stable 30 (503)');
  });

  it.each([
    ['stable.shop.svc.cluster.local', 'stable 100'],
    ['gone', 'gone 100 (503)'],
    ['stable.shop', 'stable 100 (503)'],
  ])('knows the Service %s as it should', (host, expected) => {
    expect(check([{ route: to([host]) }])).toBe(expected);
  });

  it('mirrors', () => {
    const mirror = { mirror: { host: 'copy' }, mirrorPercentage: { value: 50 } };
    expect(check([{ route: to(['stable']), ...mirror }])).toBe('stable 100 → copy 50%');
    const mirrors = [{ destination: { host: 'copy' }, percentage: { value: 10 } }];
    expect(check([{ route: to(['stable']), mirrors }])).toBe('stable 100 → copy 10%');
  });

  it('joins the routes of two for one host at a gateway, what takes everything last', () => {
    const virtualServices = [
      service('all', [{ route: to(['stable']) }]),
      service('cart', [{ match: [{ uri: { prefix: '/cart' } }], route: to(['cart']) }], {}, LATER),
    ];
    const resolution = resolve({ virtualServices }, { path: '/cart' });
    expect(summary(resolution)).toBe('cart 100');
    expect(resolution.conflict).toContain('have the same host');
  });

  it('is known in the mesh by the names of its Service, and there the oldest counts', () => {
    const mesh = (name: string, host: string, metadata = {}) =>
      service(name, [{ route: to([host]) }], { hosts: ['stable'], gateways: ['mesh'] }, metadata);
    const virtualServices = [mesh('young', 'canary', LATER), mesh('old', 'stable')];
    for (const host of ['stable', 'stable.shop', 'stable.shop.svc.cluster.local']) {
      expect(summary(resolve({ virtualServices }, { host }))).toBe('stable 100');
    }
    expect(summary(resolve({ virtualServices }, { host: 'stable.other' }))).toBe('404');
  });

  it('is not reached by a gateway that is not there or has another host', () => {
    expect(check([{ route: to(['stable']) }], {}, { istioGateways: [] })).toBe('404');
    const other = { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['other.example'] };
    const istioGateways = [made('Gateway', 'gate', { servers: [other] })];
    expect(check([{ route: to(['stable']) }], {}, { istioGateways })).toBe('404');
  });
});
