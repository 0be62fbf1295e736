import { describe, expect, it } from 'vitest';
import { canaryNames } from '../../../cluster/model/releaseNames';
import { CANARY, RELEASE_NOTE, readReleaseNote } from '../../../cluster/model/releaseNote';
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
import { nextChange } from './nextChange';
import { expectSameEnd, ManagedRun, ROUTERS, START, weigh } from './testing/managedRun';

describe.each(ROUTERS)('a release over %s', (router) => {
  it('is begun, given traffic, and promoted, and leaves the route as it was', async () => {
    const run = new ManagedRun(ReleaseCluster.over(router));
    const before = run.cluster.contents();
    await run.order(START);
    expect(await run.drive()).toEqual({ kind: 'done' });
    expect(run.cluster.release()).toMatchObject({ weight: 0, problems: [] });
    await run.order(weigh(0, 50));
    await run.drive();
    expect(run.cluster.release()).toMatchObject({ weight: 50, note: { weight: 50 } });
    expect(run.cluster.release().canaryWorkload?.desiredReplicas).toBe(2);
    await run.order({ kind: 'promote' });
    expect(await run.drive()).toEqual({ kind: 'done' });
    const after = run.cluster.contents();
    expect(JSON.stringify(after)).toBe(JSON.stringify(before).replace(OLD_IMAGE, NEW_IMAGE));
  });

  it('is rolled back, the route first, and leaves all as it was', async () => {
    const run = new ManagedRun(ReleaseCluster.over(router));
    const before = run.cluster.contents();
    await run.order(START);
    await run.drive();
    await run.order(weigh(0, 25));
    await run.drive();
    run.sent.splice(0);
    await run.order({ kind: 'rollback' });
    expect(run.cluster.release().weight).toBeNull();
    expect(run.sent).toEqual([expect.stringContaining('roll back'), expect.stringContaining('send all of')]);
    await run.drive();
    expect(run.cluster.contents()).toEqual(before);
  });

  it('is rolled back in the middle of its promotion', async () => {
    const run = new ManagedRun(ReleaseCluster.over(router));
    const before = run.cluster.contents();
    await run.order(START);
    await run.drive();
    await run.order(weigh(0, 75));
    await run.drive();
    await run.order({ kind: 'promote' });
    await run.order({ kind: 'abort' });
    await run.drive();
    expect(run.cluster.contents()).toEqual(before);
  });

  it.each([
    ['promote', 'before'],
    ['promote', 'after'],
    ['rollback', 'before'],
    ['rollback', 'after'],
  ] as const)('ends the same by %s when the agent dies %s any of its writes', (end, when) =>
    expectSameEnd(() => new ManagedRun(ReleaseCluster.over(router)), end, when),
  );
});

describe('a release of Coxswain', () => {
  it('makes the canary so that the stable Service does not find it', async () => {
    const run = new ManagedRun(ReleaseCluster.over('gateway-api'));
    await run.order(START);
    const canary = run.cluster.get('deployments', 'checkout-canary');
    expect(canary?.spec).toMatchObject({
      replicas: 1,
      selector: { matchLabels: { app: 'checkout-canary' } },
      template: { metadata: { labels: { app: 'checkout-canary', tier: 'web' } } },
    });
    expect(run.cluster.get('services', 'checkout-canary')).toMatchObject({
      metadata: { labels: { team: 'shop', 'app.kubernetes.io/managed-by': 'coxswain' } },
      spec: { selector: { app: 'checkout-canary' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    });
    expect(run.cluster.get('services', 'checkout-canary')?.metadata.labels).not.toHaveProperty([
      'app.kubernetes.io/instance',
    ]);
    expect(run.cluster.release().problems).toEqual([]);
  });

  it('makes the canary so that no other Service finds it either: its traffic would go past the split', async () => {
    const cluster = ReleaseCluster.over('gateway-api', [aService('shop-web', { tier: 'web' })]);
    cluster.edit('deployments', 'checkout', ({ spec }) => {
      const { template } = spec as { template: { metadata: { labels: Record<string, string> } } };
      template.metadata.labels = { ...template.metadata.labels, tier: 'web', team: 'blue' };
    });
    cluster.settle();
    await new ManagedRun(cluster).order(START);
    const { template } = cluster.get('deployments', 'checkout-canary')?.spec ?? {};
    expect(template).toMatchObject({ metadata: { labels: { tier: 'web-canary', team: 'blue' } } });
  });

  it('gives no traffic to a canary that is not ready', async () => {
    const run = new ManagedRun(ReleaseCluster.over('gateway-api'));
    await run.order(START);
    expect(run.next()).toEqual({ kind: 'wait', why: '0 of 1 pods of the canary are ready' });
    expect(run.cluster.release().weight).toBeNull();
  });

  it('says so when the image never starts, with all traffic on stable', async () => {
    const run = new ManagedRun(ReleaseCluster.over('istio'));
    run.cluster.broken.add(NEW_IMAGE);
    await run.order(START);
    const end = await run.drive();
    expect(end).toMatchObject({ kind: 'stuck', why: expect.stringContaining('ImagePullBackOff') });
    expect(run.cluster.release().weight).toBeNull();
    await run.order({ kind: 'rollback' });
    expect(await run.drive()).toEqual({ kind: 'done' });
  });

  it('waits with the route of a promotion until the stable version is rolled out', async () => {
    const run = new ManagedRun(ReleaseCluster.over('gateway-api'));
    await run.order(START);
    await run.drive();
    await run.order(weigh(0, 50));
    await run.drive();
    await run.order({ kind: 'promote' });
    expect(run.next()).toMatchObject({ kind: 'wait' });
    expect(run.cluster.release().weight).toBe(50);
  });

  it('makes the pods before it gives them traffic, and takes them away after', async () => {
    const run = new ManagedRun(ReleaseCluster.over('gateway-api'));
    await run.order(START);
    await run.drive();
    run.sent.splice(0);
    await run.order(weigh(0, 75));
    expect(run.cluster.release().weight).toBe(0);
    await run.drive();
    await run.order(weigh(75, 10));
    await run.drive();
    expect(run.sent).toEqual([
      'note 75 % of checkout for the canary',
      'scale deployment checkout-canary 1 → 3',
      'send 75 % of HTTPRoute checkout to checkout-canary',
      'note 10 % of checkout for the canary',
      'send 10 % of HTTPRoute checkout to checkout-canary',
      'scale deployment checkout-canary 3 → 1',
    ]);
  });

  it('tells of weights that somebody else has set, and leaves them alone until somebody says what to do', async () => {
    const run = new ManagedRun(ReleaseCluster.over('gateway-api'));
    await run.order(START);
    await run.drive();
    await run.order(weigh(0, 10));
    await run.drive();
    run.cluster.edit('httproutes', 'checkout', ({ spec }) => {
      const rules = spec.rules as { backendRefs: { weight: number }[] }[];
      for (const [index, ref] of (rules.at(-1)?.backendRefs ?? []).entries())
        ref.weight = index === 0 ? 40 : 60;
    });
    expect(run.next()).toMatchObject({ kind: 'stuck', interfered: { set: 10, seen: 60 } });
    await run.order(weigh(60, 20));
    expect(run.next()).toEqual({ kind: 'done' });
    expect(run.cluster.release().weight).toBe(20);
  });

  it('tells of a weight that somebody has lowered in one of several rules, and does not raise it again', async () => {
    const cluster = ReleaseCluster.over('gateway-api');
    cluster.edit('httproutes', 'checkout', ({ spec }) => {
      const backendRefs = [{ name: 'checkout', port: 80 }];
      const match = (value: string) => [{ path: { type: 'PathPrefix', value } }];
      spec.rules = [
        { matches: match('/pay'), backendRefs },
        { matches: match('/'), backendRefs },
      ];
    });
    const run = new ManagedRun(cluster);
    await run.order(START);
    await run.drive();
    await run.order(weigh(0, 10));
    expect(await run.drive()).toEqual({ kind: 'done' });
    run.cluster.edit('httproutes', 'checkout', ({ spec }) => {
      const rules = spec.rules as { backendRefs: { weight: number }[] }[];
      const [stable, canary] = rules.find(({ backendRefs }) => backendRefs.length === 2)?.backendRefs ?? [];
      if (stable && canary) [stable.weight, canary.weight] = [100, 0];
    });
    expect(run.next()).toMatchObject({ kind: 'stuck', interfered: { set: 10, seen: 0 } });
  });

  it('makes no canary of what must not run twice at once', async () => {
    const cluster = ReleaseCluster.over('gateway-api');
    cluster.edit('deployments', 'checkout', ({ spec }) => {
      spec.strategy = { type: 'Recreate' };
    });
    cluster.settle();
    await expect(new ManagedRun(cluster).order(START)).rejects.toThrow('strategy is Recreate');
  });

  it('tells of a route that somebody has put back', async () => {
    const run = new ManagedRun(ReleaseCluster.over('nginx'));
    await run.order(START);
    await run.drive();
    await run.order(weigh(0, 10));
    await run.drive();
    run.cluster.remove('ingresses', 'checkout-canary');
    expect(run.next()).toMatchObject({ kind: 'stuck', interfered: { set: 10, seen: null } });
  });

  it('keeps what others have changed in the route meanwhile', async () => {
    const run = new ManagedRun(ReleaseCluster.over('gateway-api'));
    await run.order(START);
    await run.drive();
    const added = {
      matches: [{ path: { type: 'Exact', value: '/new' } }],
      backendRefs: [{ name: 'new', port: 80 }],
    };
    run.cluster.edit('httproutes', 'checkout', ({ spec }) => {
      spec.rules = [added, ...(spec.rules as unknown[])];
    });
    await run.order({ kind: 'rollback' });
    await run.drive();
    const rules = run.cluster.get('httproutes', 'checkout')?.spec.rules;
    expect(rules).toHaveLength(3);
    expect(rules).toEqual(expect.arrayContaining([added]));
  });

  it('keeps a canary that somebody has made by himself', async () => {
    const run = new ManagedRun(
      new ReleaseCluster([
        ...objectsOf('gateway-api', { deployment: 'checkout-next' }),
        aDeployment('checkout-next', OLD_IMAGE, { app: 'checkout-next' }),
        aService('checkout-canary', { app: 'checkout-next' }),
      ]),
    );
    await run.order(START);
    await run.drive();
    expect(run.cluster.release()).toMatchObject({
      weight: 0,
      canary: { containers: [{ image: NEW_IMAGE }] },
    });
    await run.order({ kind: 'rollback' });
    await run.drive();
    expect(run.cluster.get('deployments', 'checkout-next')).toBeDefined();
    expect(run.cluster.get('services', 'checkout-canary')).toBeDefined();
  });

  it('is another subset of the same Service where the route goes by subsets', async () => {
    const labels = { app: 'checkout', version: 'v1' };
    const [deployment, , route] = objectsOf('istio');
    if (!deployment || !route) throw new Error('nothing to start with');
    const { annotations } = deployment.metadata;
    route.spec.http = [{ route: [{ destination: { host: 'checkout', subset: 'v1' } }] }];
    const subsets = [{ name: 'v1', labels: { version: 'v1' } }];
    const run = new ManagedRun(
      new ReleaseCluster([
        aDeployment('checkout', OLD_IMAGE, labels, annotations),
        aService('checkout', { app: 'checkout' }),
        route,
        {
          apiVersion: 'networking.istio.io/v1',
          kind: 'DestinationRule',
          metadata: { name: 'checkout' },
          spec: { host: 'checkout', subsets },
        },
      ]),
    );
    const before = run.cluster.contents();
    await run.order(START);
    await run.drive();
    await run.order(weigh(0, 40));
    await run.drive();
    expect(run.cluster.release()).toMatchObject({ weight: 40, problems: [] });
    const canary = { app: 'checkout', version: 'v1-canary' };
    expect(run.cluster.get('deployments', 'checkout-canary')?.spec.selector).toEqual({ matchLabels: canary });
    expect(run.cluster.get('destinationrules', 'checkout')?.spec.subsets).toEqual([
      ...subsets,
      { name: 'v1-canary', labels: { version: 'v1-canary' } },
    ]);
    const rule = run.cluster.get('destinationrules', 'checkout');
    run.cluster.remove('destinationrules', 'checkout');
    await run.order({ kind: 'rollback' });
    run.nowMs += 60_000;
    expect(await run.drive()).toMatchObject({
      kind: 'stuck',
      why: expect.stringContaining('DestinationRule'),
    });
    expect(run.cluster.get('deployments', 'checkout-canary')).toBeDefined();
    if (rule) run.cluster.put(rule);
    await run.drive();
    expect(run.cluster.contents()).toEqual(before);
  });

  it('begins nothing over names that somebody else has', async () => {
    const taken = aDeployment('checkout-canary', OLD_IMAGE, { app: 'other' });
    const run = new ManagedRun(ReleaseCluster.over('gateway-api', [taken]));
    await expect(run.order(START)).rejects.toThrow('there is a Deployment checkout-canary already');
  });

  it('is stuck on a note that cannot be read, and still gives the traffic back', async () => {
    const run = new ManagedRun(ReleaseCluster.over('gateway-api'));
    await run.order(START);
    await run.drive();
    await run.order(weigh(0, 10));
    await run.drive();
    run.cluster.edit('deployments', 'checkout', ({ metadata }) => {
      metadata.annotations = { ...metadata.annotations, [RELEASE_NOTE]: '{' };
    });
    expect(run.next()).toMatchObject({ kind: 'stuck' });
    await run.order({ kind: 'rollback' });
    expect(run.cluster.release().weight).toBeNull();
  });

  it('notes what it makes before it makes it', async () => {
    const run = new ManagedRun(ReleaseCluster.over('nginx'));
    await run.order(START);
    const { settings, annotations } = run.cluster.release();
    if (settings === 'broken') throw new Error('broken');
    const names = canaryNames('checkout', settings);
    expect(readReleaseNote(annotations)).toMatchObject({
      by: 'Ada',
      images: [{ container: 'app', image: NEW_IMAGE }],
      previousImages: [{ container: 'app', image: OLD_IMAGE }],
      made: [`Deployment/${names.deployment}`, `Service/${names.service}`, `Ingress/${names.ingress}`],
    });
  });
});

/** What has gone wrong where traffic went to a Service without pods. */
describe('the end of a release', () => {
  async function at(weight: number, router: RouterKind = 'gateway-api'): Promise<ManagedRun> {
    const run = new ManagedRun(ReleaseCluster.over(router));
    await run.order(START);
    await run.drive();
    await run.order(weigh(0, weight));
    await run.drive();
    return run;
  }

  it.each(['promote', 'rollback'] as const)(
    'by %s takes no pods away while the routes may not be seen',
    async (end) => {
      const run = await at(50);
      const blind = () => ({ ...run.cluster.release(), route: null, weight: null, isRouteListed: false });
      await run.order({ kind: end });
      run.cluster.settle();
      run.nowMs += 60_000;
      const step = nextChange(blind(), { nowMs: run.nowMs, config: CONFIG });
      expect(step).toMatchObject({ kind: 'stuck', why: expect.stringContaining('cannot be seen') });
    },
  );

  it('goes by the settings that it was begun with, whatever becomes of the annotation', async () => {
    for (const text of [undefined, '{"router":"gateway-api","route":"other","service":"checkout"}']) {
      const run = await at(50);
      run.cluster.edit('deployments', 'checkout', ({ metadata }) => {
        const { [CANARY]: _, ...annotations } = metadata.annotations ?? {};
        metadata.annotations = text === undefined ? annotations : { ...annotations, [CANARY]: text };
      });
      expect(run.cluster.release()).toMatchObject({
        weight: 50,
        problems: [expect.stringContaining(CANARY)],
      });
      await run.order({ kind: 'rollback' });
      const { spec } = ReleaseCluster.over('gateway-api').get('httproutes', 'checkout') ?? {};
      expect(run.cluster.get('httproutes', 'checkout')?.spec).toEqual(spec);
      expect(run.next()).toMatchObject({ kind: 'change' });
    }
  });

  it('gives no traffic to a stable version without pods', async () => {
    const run = await at(50);
    await run.order({ kind: 'promote' });
    run.cluster.edit('deployments', 'checkout', ({ spec }) => {
      spec.replicas = 0;
    });
    run.cluster.settle();
    expect(run.next()).toMatchObject({ kind: 'stuck', why: expect.stringContaining('scaled to zero') });
    expect(run.cluster.release().weight).toBe(50);
  });

  it('does not promote over what somebody has put on the stable version meanwhile', async () => {
    const run = await at(50);
    run.cluster.edit('deployments', 'checkout', (object) => {
      object.spec = JSON.parse(JSON.stringify(object.spec).replaceAll(OLD_IMAGE, 'checkout:hotfix'));
    });
    run.cluster.settle();
    await expect(run.order({ kind: 'promote' })).rejects.toThrow('somebody else has set checkout:hotfix');
  });
});
