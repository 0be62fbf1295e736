import { describe, expect, it } from 'vitest';
import { RELEASE_NOTE } from '../../../cluster/model/releaseNote';
import type { RouterKind } from '../../../protocol';
import { CONFIG } from '../../../safety/testing/fakeWorld';
import { ReleaseCluster } from '../../../safety/testing/releaseCluster';
import {
  aDeployment,
  aService,
  NEW_IMAGE,
  OLD_IMAGE,
  objectsOf,
} from '../../../safety/testing/releaseObjects';
import { routerFor } from '../routers/routers';
import { splitAt } from './progress';
import { expectSameEnd, ManagedRun, ROUTERS, START, weigh } from './testing/managedRun';

/** Those that can split in three. */
const THREEFOLD = ROUTERS.filter((router) => routerFor(router).canSplitInThree);
const BASELINED = { ...CONFIG, canary: { ...CONFIG.canary, baseline: true } };

describe.each(THREEFOLD)('a release with a baseline over %s', (router) => {
  const begin = () => new ManagedRun(ReleaseCluster.over(router), BASELINED);

  it('has fresh pods of the stable version beside the canary, as many, with as much traffic', async () => {
    const run = begin();
    const before = run.cluster.contents();
    await run.order(START);
    expect(run.cluster.release().weight).toBeNull();
    expect(await run.drive()).toEqual({ kind: 'done' });
    expect(run.cluster.release()).toMatchObject({ weight: 0, baselineWeight: 0, problems: [] });
    expect(run.cluster.get('deployments', 'checkout-baseline')?.spec).toMatchObject({
      replicas: 1,
      selector: { matchLabels: { app: 'checkout-baseline' } },
      template: { spec: { containers: [{ image: OLD_IMAGE }] } },
    });
    expect(run.cluster.get('services', 'checkout-baseline')?.spec.selector).toEqual({
      app: 'checkout-baseline',
    });
    for (const [from, to, baseline, pods] of [
      [0, 10, 10, 1],
      [10, 50, 50, 2],
      [50, 75, 25, 3],
      [75, 25, 25, 1],
    ] as const) {
      await run.order(weigh(from, to));
      expect(await run.drive()).toEqual({ kind: 'done' });
      const { canaryWorkload, baselineWorkload, ...seen } = run.cluster.release();
      expect(seen).toMatchObject({ weight: to, baselineWeight: baseline });
      expect([canaryWorkload?.desiredReplicas, baselineWorkload?.desiredReplicas]).toEqual([pods, pods]);
    }
    await run.order({ kind: 'promote' });
    expect(await run.drive()).toEqual({ kind: 'done' });
    const after = run.cluster.contents();
    expect(JSON.stringify(after)).toBe(JSON.stringify(before).replace(OLD_IMAGE, NEW_IMAGE));
  });

  it('is rolled back with all that was made, the traffic of both first', async () => {
    const run = begin();
    const before = run.cluster.contents();
    await run.order(START);
    await run.drive();
    await run.order(weigh(0, 60));
    await run.drive();
    await run.order({ kind: 'rollback' });
    expect(run.cluster.release()).toMatchObject({ weight: null, baselineWeight: null });
    await run.drive();
    expect(run.cluster.contents()).toEqual(before);
  });

  it('is put back from its mark alone where the note cannot be read', async () => {
    const run = begin();
    const { spec } = run.cluster.get(plural(router), 'checkout') ?? {};
    await run.order(START);
    await run.drive();
    await run.order(weigh(0, 10));
    await run.drive();
    run.cluster.edit('deployments', 'checkout', ({ metadata }) => {
      metadata.annotations = { ...metadata.annotations, [RELEASE_NOTE]: '{' };
    });
    await run.order({ kind: 'rollback' });
    const after = JSON.stringify(run.cluster.get(plural(router), 'checkout')?.spec);
    expect(after).not.toMatch(/checkout-(canary|baseline)/);
    expect(spec).toBeDefined();
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

function plural(router: RouterKind): string {
  return { 'gateway-api': 'httproutes', istio: 'virtualservices', nginx: 'ingresses' }[router];
}

describe('a baseline', () => {
  async function at(weight: number): Promise<ManagedRun> {
    const run = new ManagedRun(ReleaseCluster.over('gateway-api'), BASELINED);
    await run.order(START);
    await run.drive();
    await run.order(weigh(0, weight));
    await run.drive();
    run.sent.splice(0);
    return run;
  }

  it('is refused where the router cannot split in three, with what to do', async () => {
    const run = new ManagedRun(ReleaseCluster.over('nginx'), BASELINED);
    await expect(run.order(START)).rejects.toThrow(
      /NGINX Ingress checkout cannot split its traffic in three: set workloads\.shop\/checkout\.canary\.baseline to false/,
    );
    expect(run.sent).toEqual([]);
  });

  it('is refused over a Deployment or a Service that somebody else has', async () => {
    for (const taken of [
      aDeployment('checkout-baseline', OLD_IMAGE, { app: 'other' }),
      aService('checkout-baseline', { app: 'other' }),
    ]) {
      const run = new ManagedRun(ReleaseCluster.over('gateway-api', [taken]), BASELINED);
      await expect(run.order(START)).rejects.toThrow(`${taken.kind} checkout-baseline already`);
    }
  });

  it('keeps out of a release that was begun without it, whatever the settings become', async () => {
    const cluster = ReleaseCluster.over('gateway-api');
    await new ManagedRun(cluster).order(START);
    const run = new ManagedRun(cluster, BASELINED);
    await run.drive();
    expect(cluster.release()).toMatchObject({ baseline: null, baselineWorkload: null, weight: 0 });
  });

  it('whose weight somebody has changed is told of, until somebody says what to do', async () => {
    const run = await at(10);
    run.cluster.edit('httproutes', 'checkout', ({ spec }) => {
      const rules = spec.rules as { backendRefs: { weight: number }[] }[];
      const [stable, , baseline] = rules.at(-1)?.backendRefs ?? [];
      if (stable && baseline) [stable.weight, baseline.weight] = [50, 40];
    });
    expect(run.next()).toMatchObject({
      kind: 'stuck',
      why: 'somebody else has changed the baseline’s weight: 10 % was set, and the route says 40 %',
      interfered: { of: 'baseline', set: 10, seen: 40 },
    });
    await run.order(weigh(10, 10));
    expect(await run.drive()).toEqual({ kind: 'done' });
    expect(run.cluster.release()).toMatchObject({ weight: 10, baselineWeight: 10 });
  });

  it('that does not answer loses its traffic to the stable version, and gets it back', async () => {
    const run = await at(25);
    const down = () =>
      run.cluster.edit('deployments', 'checkout-baseline', ({ status }) => {
        if (status) status.readyReplicas = 0;
      });
    down();
    expect(await run.step()).toBe('change');
    expect(run.cluster.release()).toMatchObject({ weight: 25, baselineWeight: 0 });
    expect(run.next()).toEqual({ kind: 'wait', why: '0 of 1 pods of the baseline are ready' });
    run.cluster.settle();
    expect(await run.drive()).toEqual({ kind: 'done' });
    expect(run.cluster.release()).toMatchObject({ weight: 25, baselineWeight: 25 });
    // Also while a raise waits for more pods.
    await run.order(weigh(25, 75));
    down();
    await run.step();
    expect(run.cluster.release()).toMatchObject({ weight: 25, baselineWeight: 0 });
  });

  it('that does not answer loses its traffic during a promotion as well', async () => {
    const run = await at(75);
    await run.order({ kind: 'promote' });
    run.cluster.edit('deployments', 'checkout-baseline', ({ status }) => {
      if (status) status.readyReplicas = 0;
    });
    await run.step();
    expect(run.cluster.release()).toMatchObject({ weight: 75, baselineWeight: 0, note: { goal: 'promote' } });
    expect(await run.drive()).toEqual({ kind: 'done' });
    expect(run.cluster.release()).toMatchObject({ note: null, weight: null });
  });

  it('goes down with the canary while a promotion gives the traffic back in steps', async () => {
    const run = await at(75);
    await run.order({ kind: 'promote' });
    const release = run.cluster.release();
    expect(splitAt(release, 60, BASELINED)).toMatchObject({ weightPercent: 60, baselinePercent: 20 });
    expect(splitAt(release, 30, BASELINED)).toMatchObject({ weightPercent: 30, baselinePercent: 10 });
  });

  it('is made again where somebody has deleted it, and gets no traffic before it is ready', async () => {
    const run = await at(10);
    run.cluster.remove('deployments', 'checkout-baseline');
    run.cluster.remove('services', 'checkout-baseline');
    expect(run.cluster.release().baseline).toMatchObject({ pods: [] });
    expect(await run.drive()).toEqual({ kind: 'done' });
    expect(run.sent).toEqual([
      'send 10 % of HTTPRoute checkout to checkout-canary, and 0 % to checkout-baseline',
      'make Deployment checkout-baseline with shop/checkout:1.4',
      'make Service checkout-baseline',
      'send 10 % of HTTPRoute checkout to checkout-canary, and 10 % to checkout-baseline',
    ]);
  });

  it('runs what the stable version runs, also where that is changed meanwhile', async () => {
    const run = await at(10);
    run.cluster.edit('deployments', 'checkout', (object) => {
      object.spec = JSON.parse(JSON.stringify(object.spec).replaceAll(OLD_IMAGE, 'checkout:hotfix'));
    });
    run.cluster.settle();
    expect(await run.drive()).toEqual({ kind: 'done' });
    expect(run.cluster.release().baseline?.containers).toEqual([{ name: 'app', image: 'checkout:hotfix' }]);
  });

  it('that bears no mark of ours any more is not deleted', async () => {
    const run = await at(10);
    run.cluster.edit('deployments', 'checkout-baseline', ({ metadata }) => {
      metadata.labels = { app: 'checkout-baseline' };
    });
    await run.order({ kind: 'rollback' });
    expect(await run.drive()).toEqual({ kind: 'done' });
    expect(run.cluster.get('deployments', 'checkout-baseline')).toBeDefined();
    expect(run.cluster.get('services', 'checkout-baseline')).toBeUndefined();
  });

  it('also stands beside a canary that somebody keeps by himself', async () => {
    const run = new ManagedRun(
      new ReleaseCluster([
        ...objectsOf('gateway-api', { deployment: 'checkout-next' }),
        aDeployment('checkout-next', OLD_IMAGE, { app: 'checkout-next' }),
        aService('checkout-canary', { app: 'checkout-next' }),
      ]),
      BASELINED,
    );
    await run.order(START);
    await run.drive();
    expect(run.cluster.release()).toMatchObject({ weight: 0, baselineWorkload: { desiredReplicas: 3 } });
    await run.order({ kind: 'rollback' });
    await run.drive();
    expect(run.cluster.get('deployments', 'checkout-next')).toBeDefined();
    expect(run.cluster.get('deployments', 'checkout-baseline')).toBeUndefined();
  });
});
