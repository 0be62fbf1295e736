import { describe, expect, it } from 'vitest';
import { readReleaseNote } from '../cluster/model/releaseNote';
import type { Proposal, ReleaseOperation } from '../protocol';
import { routerFor, routingOf } from '../tasks/canary/routers/routers';
import type { Write } from './change';
import { ActionGate } from './gate';
import { managedMismatch } from './rules/releaseWrite/managedWrite';
import { statusError } from './testing/fakeCluster';
import { aDraft, CONFIG } from './testing/fakeWorld';
import { CHECKOUT_ID } from './testing/releaseCluster';
import { NEW_IMAGE, OLD_IMAGE } from './testing/releaseObjects';
import { aReleaseDraft, carrying, Releasing, START } from './testing/releasing';

const PROMOTE: ReleaseOperation = { kind: 'promote' };
const ROLLBACK: ReleaseOperation = { kind: 'rollback' };

function weigh(from: number, to: number): ReleaseOperation {
  return { kind: 'weight', from, to };
}

function ends(proposal: Proposal): string {
  return proposal.state.kind === 'failed' ? `failed: ${proposal.state.why}` : proposal.state.kind;
}

describe('a release in mode auto', () => {
  it('goes from its start to its promotion, each write recorded before it is sent', async () => {
    const run = new Releasing('auto');
    const unrecorded: string[] = [];
    run.cluster.beforeRequest = ({ path }) => {
      if (run.world.journal.events('intent').length === 0) unrecorded.push(path);
    };
    expect(ends(await run.propose(START))).toBe('acted');
    expect(await run.drive()).toBeNull();
    await run.clock.advance(60_000);
    expect(ends(await run.propose(weigh(0, 50)))).toBe('acted');
    await run.drive();
    expect(run.cluster.release().weight).toBe(50);
    await run.clock.advance(60_000);
    expect(ends(await run.propose(PROMOTE))).toBe('acted');
    await run.drive();
    expect(run.cluster.release()).toMatchObject({ note: null, weight: null, canary: null });
    expect(run.cluster.release().stable?.containers).toEqual([{ name: 'app', image: NEW_IMAGE }]);
    expect(unrecorded).toEqual([]);
    const results = run.world.journal.events('result');
    expect(results.map(({ result }) => result)).toEqual(results.map(() => 'done'));
    expect(run.world.journal.events('intent')).toHaveLength(results.length);
  });

  it('goes through with a baseline, which gets what is its part and runs what the stable version does', async () => {
    const canary = { ...CONFIG.canary, baseline: true };
    const run = await new Releasing('auto', 'gateway-api', { ...CONFIG, canary }).begin();
    expect(ends(await run.propose(weigh(0, 25)))).toBe('acted');
    expect(await run.drive()).toBeNull();
    expect(run.cluster.release()).toMatchObject({ weight: 25, baselineWeight: 25 });
    const why = (write: Write) =>
      managedMismatch(run.cluster.release(), START, write, { isStep: true, orderedBy: null });
    const { baselineWorkload } = run.cluster.release();
    const resource = {
      apiVersion: 'apps/v1',
      plural: 'deployments',
      namespace: 'shop',
      name: 'checkout-baseline',
    };
    const uid = baselineWorkload?.uid ?? '';
    const image = '/spec/template/spec/containers/0/image';
    const setting: Write = {
      verb: 'json-patch',
      resource,
      operations: [
        { op: 'test', path: '/metadata/uid', value: uid },
        { op: 'replace', path: image, value: NEW_IMAGE },
      ],
    };
    expect(why(setting)).toContain('other images than the stable version’s');
    expect(why({ verb: 'delete', resource, uid })).not.toBeNull();
    const routing = routingOf(run.cluster.release());
    const split = { weightPercent: 25, baselinePercent: 60, header: 'x-canary', mirrorPercent: null };
    const [shift] = routing ? routerFor('gateway-api').split(routing, split) : [];
    if (!shift) throw new Error('nothing is shifted');
    expect(why(shift.write)).toContain('sends the baseline what is not its part');
    await run.clock.advance(60_000);
    expect(ends(await run.propose(PROMOTE))).toBe('acted');
    expect(await run.drive()).toBeNull();
    expect(run.cluster.release()).toMatchObject({ note: null, weight: null, baseline: null });
    expect(run.cluster.get('deployments', 'checkout-baseline')).toBeUndefined();
  });

  it('raises no further than the evidence carries, and promotes nothing without', async () => {
    const run = await new Releasing('auto').begin();
    const evidence = carrying(run.clock.nowMs(), { mostWeight: 10, verdict: 'undecided' });
    expect(await run.propose(weigh(0, 25), { evidence })).toMatchObject({ verdict: { rule: 'evidence' } });
    expect(await run.propose(PROMOTE, { evidence })).toMatchObject({ verdict: { rule: 'evidence' } });
    expect(await run.propose(PROMOTE, { evidence: null })).toMatchObject({ verdict: { rule: 'evidence' } });
    const few = carrying(run.clock.nowMs(), { requests: 99 });
    expect(await run.propose(PROMOTE, { evidence: few })).toMatchObject({ verdict: { rule: 'evidence' } });
    expect(run.cluster.release()).toMatchObject({ weight: 0, note: { goal: 'progress' } });
    expect(ends(await run.propose(weigh(0, 10), { evidence }))).toBe('acted');
  });

  it('lets a person promote who was told what speaks against it', async () => {
    const run = await new Releasing('auto').begin(10);
    expect(ends(await run.propose(PROMOTE, { evidence: null, orderedBy: 'ada' }))).toBe('acted');
  });
});

describe('a release in mode approve', () => {
  it('asks for a raise and a promotion, but not to lower or roll back, nor for what follows from a yes', async () => {
    const run = new Releasing('approve');
    const start = await run.propose(START);
    expect(start.state.kind).toBe('pending');
    expect(run.cluster.writes()).toEqual([]);
    expect(ends(await run.gate.approve(start.id, 'ada'))).toBe('acted');
    expect(readReleaseNote(run.cluster.release().annotations)).toMatchObject({ by: 'ada' });
    expect(await run.drive()).toBeNull();
    await run.clock.advance(60_000);
    const raise = await run.propose(weigh(0, 50));
    expect(raise.state.kind).toBe('pending');
    expect(ends(await run.gate.approve(raise.id, 'ada'))).toBe('acted');
    await run.drive();
    await run.clock.advance(60_000);
    expect(ends(await run.propose(weigh(50, 10)))).toBe('acted');
    await run.clock.advance(60_000);
    const promotion = await run.propose(PROMOTE);
    expect(promotion.state.kind).toBe('pending');
    expect(ends(await run.propose(ROLLBACK))).toBe('acted');
    await run.drive();
    expect(run.cluster.release()).toMatchObject({ note: null, weight: null });
  });

  it('refreshes the same wish, and lets one lapse that no longer fits', async () => {
    const run = await new Releasing('approve').begin();
    const first = await run.propose(weigh(0, 25));
    expect((await run.propose(weigh(0, 25))).id).toBe(first.id);
    expect((await run.propose(weigh(0, 10))).id).not.toBe(first.id);
    await run.propose(weigh(0, 5), { orderedBy: 'ada' });
    await run.gate.tick();
    expect(run.world.journal.events('lapsed').map(({ why }) => why)).toContain(
      'a newer proposal takes its place',
    );
    await expect(run.gate.approve(first.id, 'ada')).rejects.toMatchObject({ code: 'proposal-outdated' });
  });

  it('is planned anew when somebody agrees, as things are then', async () => {
    const run = await new Releasing('approve').begin();
    const { id } = await run.propose(weigh(0, 25));
    run.cluster.edit('httproutes', 'checkout', ({ spec }) => {
      spec.hostnames = ['checkout.shop.test', 'www.shop.test'];
    });
    run.cluster.edit('deployments', 'checkout', ({ metadata }) => {
      metadata.annotations = { ...metadata.annotations, touched: 'yes' };
    });
    expect(ends(await run.gate.approve(id, 'ada'))).toBe('acted');
    expect(run.cluster.release().weight).toBe(25);
  });

  it('can be refused, and is then not asked for again at once', async () => {
    const run = await new Releasing('approve').begin();
    const { id } = await run.propose(weigh(0, 25));
    run.gate.reject(id, 'ada');
    expect(await run.propose(weigh(0, 25))).toMatchObject({ verdict: { rule: 'rejection' } });
  });
});

describe('changes of which one fails', () => {
  it('are taken back in reverse, with rows that say so', async () => {
    const run = new Releasing('auto');
    const before = run.cluster.contents();
    run.cluster.beforeRequest = ({ path, method }) => {
      if (method === 'POST' && path.includes('/services'))
        throw statusError(403, 'permission-denied', 'services are forbidden');
    };
    expect(ends(await run.propose(START))).toMatch(/failed: .*forbidden/);
    expect(run.cluster.contents()).toEqual(before);
    expect(run.world.journal.events('result').map(({ result }) => result)).toEqual([
      'done',
      'done',
      'failed',
      'done',
      'reverted',
      'done',
      'reverted',
    ]);
    expect(
      run.world.journal
        .events('intent')
        .map(({ description }) => description)
        .slice(3),
    ).toEqual([
      'take back "make Deployment checkout-canary with shop/checkout:1.5"',
      `take back "begin the release of ${NEW_IMAGE}"`,
    ]);
  });

  it('stay where nobody knows whether one was done: the next look goes on', async () => {
    const run = new Releasing('auto');
    run.cluster.beforeRequest = ({ path, method }) => {
      if (
        method === 'POST' &&
        path.includes('/deployments?fieldManager=coxswain') &&
        !path.includes('dryRun')
      )
        throw new Error('the connection is gone');
    };
    expect(ends(await run.propose(START))).toMatch(/failed: Whether it was done is not known/);
    run.cluster.beforeRequest = () => undefined;
    expect(await run.drive()).toBeNull();
    expect(run.cluster.release().weight).toBe(0);
  });

  it('of a roll back stay done, and it is tried again as things are then', async () => {
    const run = await new Releasing('auto').begin(25);
    let edits = 0;
    run.cluster.beforeRequest = ({ path, method }) => {
      if (method !== 'PATCH' || !path.includes('/httproutes/') || path.includes('dryRun') || edits > 0)
        return;
      edits += 1;
      run.cluster.edit('httproutes', 'checkout', ({ spec }) => {
        const rules = spec.rules as { timeouts?: unknown }[];
        for (const rule of rules) rule.timeouts = { request: '2s' };
      });
    };
    const rolling = run.propose(ROLLBACK);
    await run.clock.advance(100);
    expect(ends(await rolling)).toBe('acted');
    expect(run.cluster.release().weight).toBeNull();
    run.cluster.beforeRequest = () => undefined;
    await run.drive();
    expect(run.cluster.release()).toMatchObject({ note: null, weight: null });
  });
});

describe('the way back to stable', () => {
  it.each(['observe', 'paused', 'stopped'] as const)('is open to a person in %s', async (state) => {
    const run = await new Releasing('auto').begin(25);
    if (state === 'observe') run.gate.setMode('observe', 'ada', true);
    if (state === 'paused') run.gate.pause('ada');
    if (state === 'stopped') {
      run.world.returns = [];
      run.world.releaseReturns = () => [];
      await run.gate.emergencyStop('ada');
    }
    expect(await run.propose(weigh(25, 50), { orderedBy: 'ada' })).toMatchObject({
      state: { kind: 'denied' },
    });
    expect(await run.propose(weigh(25, 5))).toMatchObject({ state: { kind: 'denied' } });
    expect(ends(await run.propose(ROLLBACK, { orderedBy: 'ada', evidence: null }))).toBe('acted');
    expect(await run.drive()).toBeNull();
    expect(run.cluster.release()).toMatchObject({ note: null, weight: null, canary: null });
  });

  it('is taken by an emergency stop, the route first and without a dry run', async () => {
    const run = await new Releasing('auto').begin(25);
    const paths: string[] = [];
    run.cluster.beforeRequest = ({ path }) => void paths.push(path.split('/').slice(-2).join('/'));
    const { returned, failed, control } = await run.gate.emergencyStop('ada');
    run.cluster.beforeRequest = () => undefined;
    expect({ returned, failed }).toEqual({ returned: ['shop/checkout'], failed: [] });
    expect(control.kind).toBe('stopped');
    expect(run.cluster.release()).toMatchObject({ weight: null, note: { goal: 'roll-back' } });
    expect(paths).toEqual([
      'httproutes/checkout?fieldManager=coxswain',
      'deployments/checkout?fieldManager=coxswain',
    ]);
    expect(await run.drive()).toBeNull();
    expect(run.cluster.release()).toMatchObject({ note: null, canary: null });
  });

  it('waits for no API server that is slow longer than two seconds in all', async () => {
    const run = await new Releasing('auto').begin(25);
    let waitedMs = 0;
    run.cluster.beforeRequest = ({ timeoutMs = Number.POSITIVE_INFINITY }) => {
      waitedMs += timeoutMs;
      throw new Error(`no answer within ${timeoutMs} ms`);
    };
    await run.gate.emergencyStop('ada');
    expect(waitedMs).toBeGreaterThan(0);
    expect(waitedMs).toBeLessThan(2000);
  });

  it('needs no note: where the Deployment takes no write its traffic goes back all the same', async () => {
    const run = await new Releasing('auto').begin(25);
    run.cluster.beforeRequest = ({ path, method }) => {
      if (method === 'PATCH' && path.includes('/deployments/'))
        throw statusError(403, 'permission-denied', 'denied by an admission webhook');
    };
    expect(ends(await run.propose(ROLLBACK))).toMatch(/failed: .*admission webhook/);
    expect(run.cluster.release().weight).toBeNull();
  });

  it('does not wait for a journal that takes no rows', async () => {
    const run = await new Releasing('auto').begin(25);
    run.world.journal.append = () => {
      throw new Error('no space left on the disk');
    };
    await expect(run.propose(weigh(25, 5))).rejects.toThrow('no space left');
    expect(run.cluster.release().weight).toBe(25);
    await expect(run.propose(ROLLBACK)).rejects.toThrow('no space left');
    expect(run.cluster.release()).toMatchObject({ weight: null, note: { goal: 'roll-back' } });
  });

  it('is asked for once where two want it', async () => {
    const run = await new Releasing('auto').begin(25);
    const before = run.cluster.writes().length;
    await Promise.all([run.gate.emergencyStop('ada'), run.gate.returnReleases('the end', 'ada')]);
    expect(run.cluster.writes().length - before).toBe(2);
  });

  it('is reported where the API server does not answer', async () => {
    const run = await new Releasing('auto').begin(25);
    run.cluster.beforeRequest = () => {
      throw new Error('no answer');
    };
    const { done, failed } = await run.gate.returnReleases('the end', 'ada');
    expect(done).toEqual([]);
    expect(failed).toEqual([expect.objectContaining({ message: expect.stringContaining('shop/checkout') })]);
  });
});

describe('an agent that finds a release', () => {
  it('settles what was on its way, and goes on', async () => {
    const run = new Releasing('auto');
    run.cluster.afterRequest = ({ path, method }) => {
      if (method === 'POST' && path.includes('/deployments') && !path.includes('dryRun'))
        throw new Error('the agent is dead');
    };
    run.cluster.beforeRequest = ({ method }) => {
      if (method === 'GET') throw new Error('the agent is dead');
    };
    let isDead = false;
    run.world.journal.beforeAppend = (event) => {
      if (event.kind === 'result' && event.result === 'unknown') isDead = true;
      if (isDead) throw new Error('the agent is dead');
    };
    await run.propose(START);
    run.cluster.afterRequest = () => undefined;
    run.cluster.beforeRequest = () => undefined;
    run.world.journal.beforeAppend = () => undefined;
    run.gate = new ActionGate(run.world, 'auto');
    expect(await run.drive()).toMatch(/not settled yet/);
    const settled = await run.gate.settle(0);
    expect(settled).toEqual([expect.objectContaining({ result: 'done' })]);
    expect(await run.drive()).toBeNull();
    expect(run.cluster.release()).toMatchObject({ weight: 0, note: { goal: 'progress' } });
  });
});

describe('a step', () => {
  it('is only what the note says is next', async () => {
    const run = new Releasing('auto');
    await run.propose(START);
    const other = aReleaseDraft(run.world, ROLLBACK);
    await expect(run.gate.stepRelease(other)).rejects.toMatchObject({ code: 'conflict' });
    expect(run.cluster.release().note).toMatchObject({ goal: 'progress' });
  });

  it('is not made in mode observe, nor while paused', async () => {
    const run = new Releasing('auto');
    await run.propose(START);
    run.cluster.settle();
    run.gate.pause('ada');
    expect(await run.drive()).toMatch(/paused by ada/);
    run.gate.resume(true);
    run.gate.setMode('observe', 'ada', true);
    expect(await run.drive()).toMatch(/observe never writes/);
    expect(run.cluster.release().weight).toBeNull();
  });
});

describe('what the ledger makes of releases', () => {
  it('is none of healing’s limits, and one raise in an interval', async () => {
    const run = await new Releasing('auto').begin();
    expect(ends(await run.propose(weigh(0, 5)))).toBe('acted');
    await run.drive();
    expect(await run.propose(weigh(5, 10))).toMatchObject({ verdict: { rule: 'release-pace' } });
    await run.clock.advance(CONFIG.canary.interval);
    expect(ends(await run.propose(weigh(5, 10)))).toBe('acted');
    const scale = { kind: 'scale', from: 3, to: 4 } as const;
    const proposal = await run.gate.propose(aDraft({ get: () => run.cluster.release().workload }, scale));
    expect(proposal.verdict).toMatchObject({ outcome: 'allow' });
  });

  it('changes a release of which the image is the same in no way', async () => {
    const run = new Releasing('auto');
    const same: ReleaseOperation = { kind: 'start', images: [{ container: 'app', image: OLD_IMAGE }] };
    expect(await run.propose(same)).toMatchObject({
      state: { kind: 'denied' },
      verdict: { rule: 'up-to-date', reason: expect.stringContaining('already') },
    });
    expect(run.cluster.writes()).toEqual([]);
    expect(run.cluster.snapshot().releases.has(CHECKOUT_ID)).toBe(true);
  });
});
