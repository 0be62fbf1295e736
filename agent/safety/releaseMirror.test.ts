import { describe, expect, it } from 'vitest';
import type { ReleaseOperation } from '../protocol';
import { routerFor, routingOf } from '../tasks/canary/routers/routers';
import type { Write } from './change';
import { managedMismatch } from './rules/releaseWrite/managedWrite';
import { CONFIG } from './testing/fakeWorld';
import { Releasing, START } from './testing/releasing';

const MIRRORED = { ...CONFIG, canary: { ...CONFIG.canary, mirrorPercent: 20 } };
const RAISE: ReleaseOperation = { kind: 'weight', from: 0, to: 10 };

describe.each(['gateway-api', 'istio'] as const)('copies of requests over %s', (router) => {
  /** Why a step that splits the route so is no part of the release; null where it is. */
  function why(run: Releasing, weightPercent: number, mirrorPercent: number | null): string | null {
    const release = run.cluster.release();
    const routing = routingOf(release);
    const split = { weightPercent, baselinePercent: null, header: 'x-canary', mirrorPercent };
    const [change] = routing ? routerFor(router).split(routing, split) : [];
    if (!change) throw new Error('nothing is different');
    return managedMismatch(release, START, change.write, { isStep: true, orderedBy: null });
  }

  it('go to the canary before its first traffic, as many as were noted at the start and no others', async () => {
    const run = await new Releasing('auto', router, MIRRORED).begin();
    expect(run.cluster.release()).toMatchObject({
      weight: 0,
      mirrorPercent: 20,
      note: { mirrorPercent: 20 },
    });
    expect(why(run, 0, 50)).toBe('the write does not copy 20 % of the requests to the canary');
    expect(why(run, 0, null)).toBe('the write does not copy 20 % of the requests to the canary');
    await run.clock.advance(60_000);
    expect((await run.propose(RAISE)).state.kind).toBe('acted');
    expect(await run.drive()).toBeNull();
    expect(run.cluster.release()).toMatchObject({ weight: 10, mirrorPercent: null });
    expect(run.cluster.release().note).not.toHaveProperty('mirrorPercent');
    expect(why(run, 10, 20)).toBe('the write does not copy 0 % of the requests to the canary');
    expect((await run.propose({ kind: 'rollback' })).state.kind).toBe('acted');
    expect(await run.drive()).toBeNull();
    expect(run.cluster.release()).toMatchObject({ note: null, weight: null, mirrorPercent: null });
  });

  it('go nowhere else, and from no rule of another Service', async () => {
    const run = await new Releasing('auto', router, MIRRORED).begin();
    const { route } = run.cluster.release();
    const list = router === 'istio' ? 'http' : 'rules';
    const rules = ((route?.spec ?? {}) as Record<string, object[]>)[list] ?? [];
    const mirror = (service: string) =>
      router === 'istio'
        ? { mirrors: [{ destination: { host: service }, percentage: { value: 20 } }] }
        : {
            filters: [
              { type: 'RequestMirror', requestMirror: { backendRef: { name: service }, percent: 20 } },
            ],
          };
    const isElsewhere = (rule: object) => !JSON.stringify(rule).includes('checkout');
    const written = (service: string): Write => ({
      verb: 'json-patch',
      resource: {
        apiVersion: route?.apiVersion ?? '',
        plural: router === 'istio' ? 'virtualservices' : 'httproutes',
        namespace: 'shop',
        name: 'checkout',
      },
      operations: [
        { op: 'test', path: '/metadata/uid', value: route?.uid ?? '' },
        {
          op: 'replace',
          path: `/spec/${list}`,
          value: rules.map((rule) => (isElsewhere(rule) ? { ...rule, ...mirror(service) } : rule)) as never,
        },
      ],
    });
    expect(rules.some(isElsewhere)).toBe(true);
    for (const service of ['checkout-canary', 'audit'])
      expect(
        managedMismatch(run.cluster.release(), START, written(service), { isStep: true, orderedBy: null }),
      ).toBe('the write changes more of the route than the canary’s part');
  });

  it('are none of a release that was begun without them', async () => {
    const run = await new Releasing('auto', router).begin();
    expect(why(run, 0, 20)).toBe('the write does not copy 0 % of the requests to the canary');
  });
});
