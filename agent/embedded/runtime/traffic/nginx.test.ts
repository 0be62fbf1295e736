import { describe, expect, it } from 'vitest';
import { HOST, made, resolve, summary } from './testRoutes';

const PREFIX = 'nginx.ingress.kubernetes.io/';
const LATER = { creationTimestamp: '2026-02-01T00:00:00Z' };

interface Path {
  path?: string;
  pathType?: string;
  host?: string;
}

function ingress(
  name: string,
  service: string,
  { path = '/', pathType = 'Prefix', host = HOST }: Path = {},
  metadata = {},
) {
  const backend = { service: { name: service, port: { number: 80 } } };
  return made(
    'Ingress',
    name,
    { rules: [{ host, http: { paths: [{ path, pathType, backend }] } }] },
    metadata,
  );
}

const canary = (settings: Record<string, string>, path: Path = {}, service = 'canary') =>
  ingress('canary', service, path, {
    annotations: Object.fromEntries(
      Object.entries({ canary: 'true', ...settings }).map(([key, value]) => [PREFIX + key, value]),
    ),
  });
const MAIN = ingress('main', 'stable');
const check = (settings: Record<string, string>, headers = {}) =>
  summary(resolve({ ingresses: [MAIN, canary(settings)] }, { headers }));

describe('an Ingress', () => {
  it('sends a host to its Service', () => {
    expect(summary(resolve({ ingresses: [MAIN] }))).toBe('stable 100');
    expect(summary(resolve({ ingresses: [MAIN] }, { host: 'other.example' }))).toBe('404');
    expect(summary(resolve({ ingresses: [ingress('main', 'gone')] }))).toBe('gone 100 (503)');
  });

  it('prefers an exact path, then the longest', () => {
    const ingresses = [
      MAIN,
      ingress('cart', 'cart', { path: '/cart' }),
      ingress('exact', 'copy', { path: '/cart', pathType: 'Exact' }),
    ];
    expect(summary(resolve({ ingresses }, { path: '/cart' }))).toBe('copy 100');
    expect(summary(resolve({ ingresses }, { path: '/cart/1' }))).toBe('cart 100');
    expect(summary(resolve({ ingresses }, { path: '/carts' }))).toBe('stable 100');
  });

  it('of two for one host and path, the oldest has it', () => {
    const resolution = resolve({ ingresses: [ingress('a', 'canary', {}, LATER), MAIN] });
    expect(summary(resolution)).toBe('stable 100');
    expect(resolution.conflict).toBe(
      'host "shop.example" and path "/" is already defined in ingress shop/main; shop/a gets none of it',
    );
  });

  it('is not served where its class is not there', () => {
    expect(summary(resolve({ ingresses: [MAIN], ingressClasses: [] }))).toBe('404');
  });
});

describe('a canary Ingress', () => {
  it.each([
    ['20', undefined, 'stable 80, canary 20'],
    ['0', undefined, 'stable 100'],
    ['5', '1000', 'stable 995, canary 5'],
    ['100', undefined, 'stable 0, canary 100'],
    ['many', undefined, 'stable 100'],
  ])('of weight %s in %s', (weight, total, expected) => {
    const settings = { 'canary-weight': weight, ...(total && { 'canary-weight-total': total }) };
    expect(check(settings)).toBe(expected);
  });

  it('goes by header before cookie before weight', () => {
    const settings = { 'canary-by-header': 'X-Canary', 'canary-by-cookie': 'beta', 'canary-weight': '20' };
    expect(check(settings, { 'x-canary': 'always' })).toBe('stable 0, canary 100');
    expect(check(settings, { 'x-canary': 'never', cookie: 'beta=always' })).toBe('stable 100');
    expect(check(settings, { 'x-canary': 'maybe', cookie: 'a=b; beta=always' })).toBe('stable 0, canary 100');
    expect(check(settings, { cookie: 'beta=never' })).toBe('stable 100');
    expect(check(settings)).toBe('stable 80, canary 20');
  });

  it('takes its own value of the header where it names one', () => {
    const settings = { 'canary-by-header': 'x-user', 'canary-by-header-value': 'ann', 'canary-weight': '0' };
    expect(check(settings, { 'x-user': 'ann' })).toBe('stable 0, canary 100');
    expect(check(settings, { 'x-user': 'always' })).toBe('stable 100');
    const pattern = { 'canary-by-header': 'x-user', 'canary-by-header-pattern': '^a' };
    expect(check(pattern, { 'x-user': 'ann' })).toBe('stable 0, canary 100');
  });

  it.each([
    ['without its main Ingress', [canary({ 'canary-weight': '100' })], '404'],
    ['of another path', [MAIN, canary({ 'canary-weight': '100' }, { path: '/cart' })], 'stable 100'],
    ['of another path type', [MAIN, canary({ 'canary-weight': '9' }, { pathType: 'Exact' })], 'stable 100'],
    ['to the Service of the main one', [MAIN, canary({ 'canary-weight': '9' }, {}, 'stable')], 'stable 100'],
  ])('gets nothing %s', (_, ingresses, expected) => {
    expect(summary(resolve({ ingresses }))).toBe(expected);
  });

  it('is one for each host and path: the oldest', () => {
    const second = { ...canary({ 'canary-weight': '50' }, {}, 'copy') };
    second.metadata = { ...second.metadata, name: 'second', ...LATER };
    expect(summary(resolve({ ingresses: [second, MAIN, canary({ 'canary-weight': '10' })] }))).toBe(
      'stable 90, canary 10',
    );
  });
});
