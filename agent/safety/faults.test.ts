import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fakeClock';
import { NATIVE_FAULT } from '../cluster/labels';
import { CoxswainError, type Mode } from '../protocol';
import { FORCE_AFTER_MS } from './faultEndings';
import { ActionGate } from './gate';
import { FakeCluster, statusError } from './testing/fakeCluster';
import { aDraft, CHECKOUT_ID, CONFIG, FakeWorld } from './testing/fakeWorld';
import { anOrder, aPlan, FOUR_PODS, meshFault, nativeFaults } from './testing/faultPlans';

let clock: FakeClock;
let cluster: FakeCluster;
let world: FakeWorld;

beforeEach(() => {
  clock = new FakeClock();
  cluster = new FakeCluster([FOUR_PODS]);
  world = new FakeWorld(cluster, clock);
  world.settings = { ...CONFIG, chaos: { ...CONFIG.chaos, maxConcurrent: 10 } };
});

const start = (mode: Mode = 'approve') => new ActionGate(world, mode);
const delay = (name: string) => anOrder(aPlan('network-delay', { name }));
const scaleDown = () =>
  anOrder(aPlan('scale-down', { provider: 'native', workload: cluster.get(CHECKOUT_ID) }));
const resourceOf = (name: string) => meshFault(name).resource;
/** Method and last part of the path of what was really written. */
const written = () =>
  cluster.writes().map(({ method, path }) => `${method} ${path.split('/').at(-1)?.split('?')[0]}`);

async function failureOf(action: () => unknown): Promise<CoxswainError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof CoxswainError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** Makes a fault that the watch then shows. */
async function running(gate: ActionGate, ...names: string[]): Promise<void> {
  for (const name of names) {
    cluster.faults = [];
    await gate.runFault(delay(name));
    cluster.faults = [meshFault(name, { state: 'ended' })];
    await gate.tick();
  }
  cluster.faults = names.map((name) => meshFault(name));
}

describe('a fault', () => {
  it('is made when a person orders it, recorded like any write', async () => {
    await start().runFault(delay('f'));
    expect(written()).toEqual(['POST networkchaos']);
    expect(world.journal.events('intent')).toMatchObject([{ action: null, workloadId: CHECKOUT_ID }]);
    expect(world.journal.events('result')).toMatchObject([{ result: 'done' }]);
  });

  it('is refused in mode observe, and says why', async () => {
    const error = await failureOf(() => start('observe').runFault(delay('f')));
    expect(error.code).toBe('guard-denied');
    expect(error.message).toContain('mode observe never writes');
    expect(cluster.requests).toEqual([]);
  });

  it('is not made twice at once on one workload, whether a watch shows the first or not', async () => {
    const gate = start();
    const first = gate.runFault(delay('f'));
    expect((await failureOf(() => gate.runFault(delay('g')))).message).toContain('fault f still runs');
    await first;
    cluster.faults = [meshFault('f')];
    expect((await failureOf(() => gate.runFault(delay('g')))).message).toContain('fault f still runs');
    cluster.faults = [meshFault('f', { state: 'ended' })];
    await gate.runFault(delay('g'));
  });

  it('is not made twice at once on one object, and the one that is made is not forgotten over that', async () => {
    const gate = start();
    const first = gate.runFault(scaleDown());
    expect((await failureOf(() => gate.runFault(scaleDown()))).message).toContain(
      'fault checkout still runs',
    );
    await first;
    expect(await gate.emergencyStop('ada')).toMatchObject({ ended: 1 });
    expect(cluster.get(CHECKOUT_ID)).toMatchObject({ desiredReplicas: 4, annotations: {} });
  });

  it('of several changes is taken back where a later one fails', async () => {
    const gate = start();
    const plan = aPlan('scale-down', { provider: 'native' });
    const bad = aPlan('pod-kill', { provider: 'native' }).changes[0];
    cluster.beforeRequest = ({ method, path }) => {
      if (method === 'DELETE' && !path.includes('dryRun'))
        throw statusError(403, 'permission-denied', 'not yours');
    };
    const error = await failureOf(() => gate.runFault(anOrder({ ...plan, changes: [plan.changes[0], bad] })));
    expect(error.message).toBe('not yours');
    expect(cluster.get(CHECKOUT_ID)).toMatchObject({ desiredReplicas: 4, annotations: {} });
    expect(world.journal.events('result').map(({ result }) => result)).toEqual([
      'done',
      'failed',
      'done',
      'reverted',
    ]);
    await gate.emergencyStop('ada');
    expect(written()).toEqual(['PATCH checkout', 'DELETE a', 'PATCH checkout']);
  });

  it('that leaves nothing to be taken back is forgotten once it is done', async () => {
    const gate = start();
    await gate.runFault(anOrder(aPlan('pod-kill', { provider: 'native' })));
    expect(cluster.get(CHECKOUT_ID).pods.map(({ name }) => name)).not.toContain('a');
    const next = aPlan('pod-kill', { provider: 'native', workload: cluster.get(CHECKOUT_ID) });
    await gate.runFault(anOrder(next));
    expect(written()).toEqual(['DELETE a', 'DELETE b']);
  });
});

describe('the end of a fault', () => {
  it('is possible while paused, but not in mode observe, and not for faults of others', async () => {
    const gate = start();
    await gate.runFault(delay('f'));
    cluster.faults = [meshFault('f'), meshFault('theirs', { ours: false })];
    gate.setMode('observe', 'ada', false);
    expect((await failureOf(() => gate.endFault(resourceOf('f'), 'ada'))).code).toBe('guard-denied');
    gate.setMode('approve', 'ada', false);
    gate.pause('ada');
    expect((await failureOf(() => gate.endFault(resourceOf('theirs'), 'ada'))).code).toBe('not-found');
    await gate.endFault(resourceOf('f'), 'ada');
    expect(written()).toEqual(['POST networkchaos', 'DELETE f']);
  });

  it('puts back what a native fault has changed, before and after a watch shows it', async () => {
    const gate = start();
    for (const isShown of [false, true]) {
      await gate.runFault(scaleDown());
      const changed = cluster.get(CHECKOUT_ID);
      expect(changed.desiredReplicas).toBe(3);
      expect(Object.keys(changed.annotations)).toEqual([NATIVE_FAULT]);
      cluster.faults = isShown ? nativeFaults(changed) : [];
      await gate.endFault(
        { apiVersion: 'apps/v1', plural: 'deployments', namespace: 'shop', name: 'checkout' },
        'ada',
      );
      cluster.faults = [];
      expect(cluster.get(CHECKOUT_ID)).toMatchObject({ desiredReplicas: 4, annotations: {} });
    }
  });

  it('is forced after ten seconds, and reported with a command after ten more', async () => {
    const gate = start();
    await running(gate, 'f');
    await gate.endFault(resourceOf('f'), 'ada');
    cluster.faults = [meshFault('f', { state: 'recovering', trouble: 'the daemon is gone' })];
    cluster.requests.length = 0;
    await clock.advance(FORCE_AFTER_MS - 1);
    await gate.tick();
    expect(cluster.requests).toEqual([]);
    await clock.advance(1);
    await gate.tick();
    expect(cluster.requests.map(({ method }) => method)).toEqual(['PATCH']);
    expect(world.stuck).toEqual([]);
    await clock.advance(FORCE_AFTER_MS);
    await gate.tick();
    await clock.advance(FORCE_AFTER_MS);
    await gate.tick();
    expect(world.stuck).toHaveLength(1);
    expect(world.stuck[0]?.message).toBe(
      'The fault networkchaos shop/f does not go away: the daemon is gone.',
    );
    expect(world.stuck[0]?.remedy).toContain('kubectl patch networkchaos.chaos-mesh.org -n shop f');
  });

  it('that an earlier run of the agent has begun is seen to as well, but in mode observe', async () => {
    const gate = start('observe');
    cluster.faults = [meshFault('f', { state: 'recovering' })];
    await gate.tick();
    await clock.advance(FORCE_AFTER_MS);
    await gate.tick();
    expect(written()).toEqual([]);
    gate.setMode('approve', 'ada', false);
    await gate.tick();
    await clock.advance(FORCE_AFTER_MS);
    cluster.beforeRequest = () => {
      throw statusError(404, 'not-found', 'the fake has no such object');
    };
    await gate.tick();
    expect(cluster.requests.map(({ method }) => method)).toEqual(['DELETE']);
  });

  it('reaches no further than the fault’s own object, whatever its annotation says', async () => {
    const gate = start();
    await gate.runFault(scaleDown());
    const [fault] = nativeFaults(cluster.get(CHECKOUT_ID));
    if (!fault) throw new Error('it carries a fault');
    const honest = world.provider('native');
    const elsewhere = { apiVersion: 'apps/v1', plural: 'deployments', namespace: 'kube-system', name: 'dns' };
    world.provider = () => ({
      ...honest,
      recover: (each) =>
        honest
          .recover(each)
          .map((change) => ({ ...change, write: { ...change.write, resource: elsewhere } })),
    });
    cluster.faults = [fault];
    const error = await failureOf(() => gate.endFault(fault.resource, 'ada'));
    expect(error).toMatchObject({ code: 'guard-denied' });
    expect(written()).toEqual(['PATCH checkout']);
  });
});

describe('a pause of a fault', () => {
  it('is refused where its tool has none, and taken up again only while Coxswain runs', async () => {
    const gate = start();
    await gate.runFault(scaleDown());
    cluster.faults = [...nativeFaults(cluster.get(CHECKOUT_ID)), meshFault('f')];
    const [native] = cluster.faults;
    if (!native) throw new Error('it carries a fault');
    const error = await failureOf(() => gate.pauseFault(native.resource, true, 'ada'));
    expect(error).toMatchObject({ code: 'capability-missing', message: expect.stringContaining('native') });
    gate.pause('ada');
    const denied = await failureOf(() => gate.pauseFault(resourceOf('f'), false, 'ada'));
    expect(denied).toMatchObject({ code: 'guard-denied' });
    cluster.faults = [];
    expect((await failureOf(() => gate.pauseFault(resourceOf('f'), true, 'ada'))).code).toBe('not-found');
  });

  it('is a change of the chaos object', async () => {
    const gate = start();
    await running(gate, 'f');
    await gate.pauseFault(resourceOf('f'), true, 'ada');
    expect(written().at(-1)).toBe('PATCH f');
    expect(world.journal.events('intent').at(-1)?.description).toBe('pause fault f, by ada');
  });
});

describe('the emergency stop', () => {
  it('ends proposals, our running faults, and those that no watch has shown yet', async () => {
    const gate = start();
    const up = { kind: 'scale', from: 4, to: 5 } as const;
    const { id } = await gate.propose(aDraft(cluster, up));
    await running(gate, 'seen', 'over');
    await gate.runFault(anOrder(aPlan('network-delay', { name: 'unseen' }))).catch(() => undefined);
    cluster.faults = [meshFault('over', { state: 'ended' })];
    await gate.runFault(delay('unseen'));
    cluster.faults = [
      meshFault('seen'),
      meshFault('over', { state: 'ended' }),
      meshFault('theirs', { ours: false }),
    ];
    const stopped = await gate.emergencyStop('ada');
    expect(stopped).toMatchObject({ control: { kind: 'stopped', by: 'ada' }, ended: 2, failed: [] });
    const deleted = written().filter((write) => write.startsWith('DELETE'));
    expect(deleted.toSorted()).toEqual(['DELETE over', 'DELETE seen', 'DELETE unseen']);
    expect((await failureOf(() => gate.approve(id, 'ada'))).code).toBe('proposal-outdated');
    expect((await gate.propose(aDraft(cluster, up))).verdict.rule).toBe('control');
    expect((await failureOf(() => gate.runFault(delay('late')))).code).toBe('guard-denied');
  });

  it('works in mode observe, after a restart, for native faults, and though the journal fails', async () => {
    await start().runFault(scaleDown());
    cluster.faults = nativeFaults(cluster.get(CHECKOUT_ID));
    const gate = start('observe');
    world.journal.beforeAppend = () => {
      throw new CoxswainError('internal', 'disk full', '');
    };
    const stopped = await gate.emergencyStop('ada');
    expect(stopped.ended).toBe(1);
    expect(stopped.failed).toMatchObject([{ message: 'disk full' }]);
    expect(gate.control.kind).toBe('stopped');
    expect(cluster.get(CHECKOUT_ID)).toMatchObject({ desiredReplicas: 4, annotations: {} });
  });

  it('sends no dry run, and all at once', async () => {
    const gate = start();
    const names = ['f', 'g', 'h'];
    await running(gate, ...names);
    cluster.requests.length = 0;
    const gone = Promise.withResolvers<void>();
    cluster.beforeRequest = () => {
      if (cluster.requests.length === names.length) gone.resolve();
      return gone.promise;
    };
    expect(await gate.emergencyStop('ada')).toMatchObject({ ended: names.length });
    expect(cluster.requests.map(({ path }) => path).filter((path) => path.includes('dryRun'))).toEqual([]);
  });

  it('ends the other faults when one cannot be ended, and says which', async () => {
    const gate = start();
    await running(gate, 'f', 'g');
    cluster.beforeRequest = ({ method, path }) => {
      if (path.endsWith('/f') || (method === 'PATCH' && path.includes('/f?')))
        throw statusError(500, 'api-unreachable', 'cannot delete f');
    };
    const stopped = await gate.emergencyStop('ada');
    expect(stopped).toMatchObject({ ended: 1 });
    expect(stopped.failed).toMatchObject([
      { message: 'Fault f could not be ended: cannot delete f', remedy: expect.stringContaining('kubectl') },
    ]);
  });

  it('ends a fault whose creation was on its way when the stop came', async () => {
    const gate = start();
    const stops: Promise<unknown>[] = [];
    cluster.beforeRequest = ({ method, path }) => {
      if (method === 'POST' && !path.includes('dryRun')) stops.push(gate.emergencyStop('ada'));
    };
    await gate.runFault(delay('f'));
    await Promise.all(stops);
    expect(written().at(-1)).toBe('DELETE f');
    const path = '/apis/chaos-mesh.org/v1alpha1/namespaces/shop/networkchaos/f';
    await expect(cluster.send({ method: 'GET', path })).rejects.toThrow('not found');
  });
});
