import { describe, expect, it } from 'vitest';
import { HOST, made, resolve, summary } from './testRoutes';

const to = (...weights: [string, number?][]) =>
  weights.map(([name, weight]) => ({ name, port: 80, ...(weight !== undefined && { weight }) }));
const route = (name: string, spec: Record<string, unknown>, metadata = {}) =>
  made('HTTPRoute', name, { parentRefs: [{ name: 'gate' }], hostnames: [HOST], ...spec }, metadata);
const rule = (backendRefs: unknown[], ...matches: unknown[]) => ({
  backendRefs,
  ...(matches.length > 0 && { matches }),
});
const STABLE = to(['stable']);
const at = (type: string, value: string) => ({ path: { type, value } });
const header = (name: string, value: string) => ({ headers: [{ name, value }] });

const check = (rules: unknown[], path: string, headers = {}) =>
  summary(resolve({ httpRoutes: [route('main', { rules })] }, { path, headers }));

describe('an HTTPRoute', () => {
  it('splits by weight, and leaves out a backend of weight 0', () => {
    expect(check([rule(to(['stable', 90], ['canary', 10]))], '/')).toBe('stable 90, canary 10');
    expect(check([rule(to(['stable', 1], ['canary', 0]))], '/')).toBe('stable 1');
    expect(check([rule(to(['stable', 0]))], '/')).toBe('500');
  });

  it.each([
    ['/cart', 'cart 1'],
    ['/cart/7', 'canary 1'],
    ['/carts', 'stable 1'],
    ['/', 'stable 1'],
  ])(
    'prefers an exact path, then the longest prefix, whole element by whole element: %s',
    (path, expected) => {
      const rules = [
        rule(STABLE, at('PathPrefix', '/')),
        rule(to(['canary']), at('PathPrefix', '/cart')),
        rule(to(['cart']), at('Exact', '/cart')),
      ];
      expect(check(rules, path)).toBe(expected);
    },
  );

  it('prefers more header matches on the same path, whatever the order of the rules', () => {
    const rules = [rule(to(['stable', 95], ['canary', 5])), rule(to(['canary']), header('x-canary', 'true'))];
    expect(check(rules, '/', { 'x-canary': 'true' })).toBe('canary 1');
    expect(check(rules, '/', { 'x-canary': 'false' })).toBe('stable 95, canary 5');
  });

  it('takes the oldest of two routes that want the same, and says that there are two', () => {
    const httpRoutes = [
      route('a-young', { rules: [rule(to(['canary']))] }, { creationTimestamp: '2026-02-01T00:00:00Z' }),
      route('old', { rules: [rule(STABLE)] }),
    ];
    const resolution = resolve({ httpRoutes });
    expect(summary(resolution)).toBe('stable 1');
    expect(resolution.conflict).toContain('HTTPRoute shop/old and HTTPRoute shop/a-young want the same');
    expect(resolution.claims.map(({ name }) => name)).toEqual(['old', 'a-young']);
  });

  it('goes before one with a wildcard for the host', () => {
    const wild = route('wild', { hostnames: ['*.example'], rules: [rule(to(['canary']))] });
    expect(summary(resolve({ httpRoutes: [wild] }))).toBe('canary 1');
    expect(summary(resolve({ httpRoutes: [wild, route('own', { rules: [rule(STABLE)] })] }))).toBe(
      'stable 1',
    );
  });

  it('answers 500 for the share of a backend that is not there, or not permitted', () => {
    expect(check([rule(to(['stable', 1], ['gone', 1]))], '/')).toBe('stable 1, gone 1 (500)');
    expect(check([rule([{ name: 'stable', namespace: 'other', port: 80 }])], '/')).toBe('stable 1 (500)');
    expect(check([rule([{ name: 'stable', port: 8443 }])], '/')).toBe('stable 1 (500)');
  });

  it('mirrors, and changes headers', () => {
    const filters = [
      { type: 'RequestMirror', requestMirror: { backendRef: { name: 'copy', port: 80 }, percent: 25 } },
      { type: 'ResponseHeaderModifier', responseHeaderModifier: { set: [{ name: 'x-a', value: 'b' }] } },
      { type: 'RequestHeaderModifier', requestHeaderModifier: { remove: ['x-c'] } },
    ];
    const resolution = resolve({ httpRoutes: [route('main', { rules: [{ ...rule(STABLE), filters }] })] });
    expect(summary(resolution)).toBe('stable 1 → copy 25%');
    expect(resolution.outcome).toMatchObject({
      responseHeaders: [{ op: 'set', name: 'x-a', value: 'b' }],
      requestHeaders: [{ op: 'remove', name: 'x-c' }],
    });
  });

  it.each([
    ['a Gateway that is not there', { parentRefs: [{ name: 'gone' }] }],
    ['a listener that is not there', { parentRefs: [{ name: 'gate', sectionName: 'https' }] }],
    [
      'a Gateway of another namespace, which does not let it',
      { parentRefs: [{ name: 'gate', namespace: 'shop' }] },
    ],
  ])('gets nothing at %s', (why, spec) => {
    const metadata = why.includes('namespace') ? { namespace: 'other' } : {};
    const httpRoutes = [route('main', { rules: [rule(STABLE)], ...spec }, metadata)];
    expect(summary(resolve({ httpRoutes }))).toBe('404');
  });

  it('gets nothing while the class of its Gateway is not installed', () => {
    const httpRoutes = [route('main', { rules: [rule(STABLE)] })];
    expect(summary(resolve({ httpRoutes, gatewayClasses: [] }))).toBe('404');
  });
});
