import { describe, expect, it } from 'vitest';
import type { RouterKind } from '../../../protocol';
import { CONFIG } from '../../../safety/testing/fakeWorld';
import { ReleaseCluster } from '../../../safety/testing/releaseCluster';
import { NEW_IMAGE, OLD_IMAGE } from '../../../safety/testing/releaseObjects';
import { splitAt } from './progress';
import { expectSameEnd, ManagedRun, START, weigh } from './testing/managedRun';

const MIRRORED = { ...CONFIG, canary: { ...CONFIG.canary, mirrorPercent: 50 } };
const PLURALS: Partial<Record<RouterKind, string>> = {
  'gateway-api': 'httproutes',
  istio: 'virtualservices',
};

interface Rule {
  filters?: object[];
  mirror?: object;
  mirrors?: { percentage: { value: number } }[];
}

/** Somebody else changes every rule of the route. */
function edit({ cluster }: ManagedRun, router: RouterKind, change: (rule: Rule) => void): void {
  cluster.edit(PLURALS[router] ?? '', 'checkout', ({ spec }) => {
    for (const rule of (spec.rules ?? spec.http) as Rule[]) change(rule);
  });
}

/** Adds a mirror to a rule, as its router has them. */
function mirrorTo(rule: Rule, router: RouterKind, name: string): void {
  if (router === 'istio') {
    const percentage = { value: 10 };
    rule.mirrors = [...(rule.mirrors ?? []), { destination: { host: name }, percentage } as never];
  } else {
    const requestMirror = { backendRef: { name, port: 80 }, percent: 10 };
    rule.filters = [...(rule.filters ?? []), { type: 'RequestMirror', requestMirror }];
  }
}

describe.each(['gateway-api', 'istio'] as const)('a release that begins with copies over %s', (router) => {
  const begin = () => new ManagedRun(ReleaseCluster.over(router), MIRRORED);
  const routeOf = ({ cluster }: ManagedRun) =>
    JSON.stringify(cluster.get(PLURALS[router] ?? '', 'checkout')?.spec);

  it('copies from the moment its pods are ready until its first traffic, and not again', async () => {
    const run = begin();
    const before = run.cluster.contents();
    await run.order(START);
    expect(run.cluster.release()).toMatchObject({ weight: null, mirrorPercent: null });
    expect(await run.drive()).toEqual({ kind: 'done' });
    expect(run.cluster.release()).toMatchObject({ weight: 0, mirrorPercent: 50, problems: [] });
    // As many pods as so many requests need.
    expect(run.cluster.release().canaryWorkload?.desiredReplicas).toBe(2);
    for (const [from, to] of [
      [0, 10],
      [10, 0],
    ] as const) {
      await run.order(weigh(from, to));
      expect(await run.drive()).toEqual({ kind: 'done' });
      expect(run.cluster.release()).toMatchObject({ weight: to, mirrorPercent: null });
      expect(run.cluster.release().canaryWorkload?.desiredReplicas).toBe(1);
    }
    await run.order({ kind: 'promote' });
    expect(await run.drive()).toEqual({ kind: 'done' });
    const after = run.cluster.contents();
    expect(JSON.stringify(after)).toBe(JSON.stringify(before).replace(OLD_IMAGE, NEW_IMAGE));
  });

  it('is rolled back while it copies, and leaves all as it was', async () => {
    const run = begin();
    const before = run.cluster.contents();
    await run.order(START);
    await run.drive();
    await run.order({ kind: 'rollback' });
    expect(routeOf(run)).not.toContain('checkout-canary');
    await run.drive();
    expect(run.cluster.contents()).toEqual(before);
  });

  it('leaves a mirror that somebody else has had before as it was', async () => {
    const run = begin();
    edit(run, router, (rule) => mirrorTo(rule, router, 'audit'));
    const before = routeOf(run);
    await run.order(START);
    await run.drive();
    expect(run.cluster.release().mirrorPercent).toBe(50);
    await run.order({ kind: 'rollback' });
    await run.drive();
    expect(routeOf(run)).toBe(before);
  });

  it('leaves a mirror that somebody else has added meanwhile', async () => {
    const run = begin();
    await run.order(START);
    await run.drive();
    edit(run, router, (rule) => mirrorTo(rule, router, 'tap'));
    expect(await run.drive()).toEqual({ kind: 'done' });
    await run.order(weigh(0, 10));
    await run.drive();
    expect(run.cluster.release()).toMatchObject({ weight: 10, mirrorPercent: null });
    await run.order({ kind: 'rollback' });
    await run.drive();
    expect(routeOf(run)).toContain('"tap"');
    expect(routeOf(run)).not.toContain('checkout-canary');
  });

  it('tells of copies that somebody else has changed, until somebody says what to do', async () => {
    const run = begin();
    await run.order(START);
    await run.drive();
    edit(run, router, (rule) => mirrorTo(rule, router, 'checkout-canary'));
    expect(run.next()).toMatchObject({
      kind: 'stuck',
      why: 'somebody else has changed what is copied to the canary: 50 % was set, and the route says 60 %',
      interfered: { of: 'mirror', set: 50, seen: 60 },
    });
    await run.order(weigh(0, 0));
    expect(await run.drive()).toEqual({ kind: 'done' });
    expect(run.cluster.release().mirrorPercent).toBe(50);
    await run.order(weigh(0, 25));
    await run.drive();
    edit(run, router, (rule) => mirrorTo(rule, router, 'checkout-canary'));
    expect(run.next()).toMatchObject({ kind: 'stuck', interfered: { of: 'mirror', set: 0, seen: 10 } });
  });

  it('is not begun where somebody else sends copies to the canary already, nor taken for its split', async () => {
    for (const config of [MIRRORED, CONFIG]) {
      const run = new ManagedRun(ReleaseCluster.over(router), config);
      edit(run, router, (rule) => mirrorTo(rule, router, 'checkout-canary'));
      await expect(run.order(START)).rejects.toThrow(
        'sends copies to Service checkout-canary already: take that mirror away',
      );
      await expect(run.order({ kind: 'reset' })).rejects.toThrow('nothing was left behind');
    }
  });

  it.each([
    ['promote', 'before'],
    ['promote', 'after'],
    ['rollback', 'before'],
    ['rollback', 'after'],
  ] as const)('ends the same by %s when the agent dies %s any of its writes', (end, when) =>
    expectSameEnd(begin, end, when),
  );
});

describe('copies of requests', () => {
  it.each<[string, RouterKind, (rule: Rule) => void]>([
    [
      'NGINX Ingress checkout cannot copy a share of them: release it over the Gateway API or Istio',
      'nginx',
      () => undefined,
    ],
    [
      'VirtualService checkout has `mirror`, beside which Istio takes no `mirrors`: write it as one of `mirrors`',
      'istio',
      (rule) => {
        rule.mirror = { host: 'audit' };
      },
    ],
    [
      'a rule of HTTPRoute checkout has 16 filters already, as many as it may have: take one away',
      'gateway-api',
      (rule) => {
        rule.filters = Array.from({ length: 16 }, () => ({ type: 'RequestHeaderModifier' }));
      },
    ],
  ])('are refused with what to do: %s', async (why, router, change) => {
    const run = new ManagedRun(ReleaseCluster.over(router), MIRRORED);
    if (PLURALS[router]) edit(run, router, change);
    await expect(run.order(START)).rejects.toThrow(
      `canary.mirrorPercent asks for copies of requests, and ${why}, or set workloads.shop/checkout.canary.mirrorPercent to 0`,
    );
    expect(run.sent).toEqual([]);
    const workloads = { 'shop/checkout': { canary: { mirrorPercent: 0 }, observeOnly: false } };
    const without = new ManagedRun(run.cluster, { ...MIRRORED, workloads });
    await without.order(START);
    await without.drive();
    expect(run.cluster.release()).toMatchObject({ weight: 0, mirrorPercent: null });
  });

  it('are all requests where the API server does not know of shares, which is told', async () => {
    const run = new ManagedRun(ReleaseCluster.over('gateway-api'), MIRRORED);
    await run.order(START);
    await run.drive();
    edit(run, 'gateway-api', ({ filters = [] }) => {
      for (const filter of filters as { requestMirror: { percent?: number } }[])
        delete filter.requestMirror.percent;
    });
    expect(run.next()).toMatchObject({ kind: 'stuck', interfered: { of: 'mirror', set: 50, seen: 100 } });
  });

  it('keep out of a release that was begun without them, and stay in one that was begun with them', async () => {
    for (const [first, then, percent] of [
      [CONFIG, MIRRORED, null],
      [MIRRORED, CONFIG, 50],
    ] as const) {
      const cluster = ReleaseCluster.over('gateway-api');
      await new ManagedRun(cluster, first).order(START);
      await new ManagedRun(cluster, then).drive();
      expect(cluster.release()).toMatchObject({ weight: 0, mirrorPercent: percent });
    }
  });

  it('are of the canary alone where it has a baseline, with as many pods', async () => {
    const config = { ...CONFIG, canary: { ...MIRRORED.canary, baseline: true } };
    const run = new ManagedRun(ReleaseCluster.over('gateway-api'), config);
    await run.order(START);
    expect(await run.drive()).toEqual({ kind: 'done' });
    const { baselineWorkload, ...seen } = run.cluster.release();
    expect(seen).toMatchObject({ weight: 0, baselineWeight: 0, mirrorPercent: 50 });
    expect(baselineWorkload?.desiredReplicas).toBe(2);
    run.cluster.edit('deployments', 'checkout-baseline', ({ status }) => {
      if (status) status.readyReplicas = 0;
    });
    expect(splitAt(run.cluster.release(), 0, config)).toMatchObject({ mirrorPercent: 50 });
  });
});
