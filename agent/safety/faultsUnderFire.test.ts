import { beforeEach, describe, expect, it } from 'vitest';
import { aPod, aWorkload } from '../../test/support/builders';
import { FakeClock } from '../../test/support/fakeClock';
import { NATIVE_FAULT, RUN_ID } from '../cluster/labels';
import type { Workload } from '../cluster/snapshot';
import { CoxswainError, type Mode } from '../protocol';
import { FORCE_AFTER_MS } from './faultEndings';
import { ActionGate } from './gate';
import { FakeCluster, statusError } from './testing/fakeCluster';
import { CHECKOUT_ID, CONFIG, FakeWorld } from './testing/fakeWorld';
import { anOrder, aPlan, FOUR_PODS, meshFault, nativeFaults } from './testing/faultPlans';

const FULL_DISK = new CoxswainError('disk-full', 'the disk is full', '');
const DEPLOYMENT = { apiVersion: 'apps/v1', plural: 'deployments', namespace: 'shop', name: 'checkout' };

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
const scaleDown = (runId: string | null = null) =>
  anOrder(aPlan('scale-down', { provider: 'native', workload: cluster.get(CHECKOUT_ID), runId }));
const kill = (mode: 'one' | 'fixed' = 'one', value: number | null = null) =>
  anOrder(aPlan('pod-kill', { provider: 'native', workload: cluster.get(CHECKOUT_ID), mode, value }));
const written = () =>
  cluster.writes().map(({ method, path }) => `${method} ${path.split('/').at(-1)?.split('?')[0]}`);
const show = (changes: Partial<Workload>) => cluster.put({ ...cluster.get(CHECKOUT_ID), ...changes });

describe('a fault right before it is sent', () => {
  it('is given up where the other pods have stopped serving since it was planned', async () => {
    const gate = start();
    cluster.beforeRequest = ({ path }) => {
      if (path.includes('dryRun'))
        show({ pods: FOUR_PODS.pods.map((pod) => ({ ...pod, ready: pod.name === 'a' })) });
    };
    await expect(gate.runFault(kill())).rejects.toThrow('no other pod that is ready');
    expect(written()).toEqual([]);
  });

  it('is judged by the rules that stand after the blast radius as well', async () => {
    const refused = { verb: 'delete', resource: 'pods', namespace: 'shop', allowed: false, purpose: '' };
    cluster.onWrite = () => {
      world.allowed = [refused];
    };
    await expect(start().runFault(kill('fixed', 2))).rejects.toThrow();
    expect(written()).toEqual(['DELETE a']);
  });

  it('hits all the pods that were allowed, though the first of them are gone by then', async () => {
    await start().runFault(kill('fixed', 2));
    expect(written()).toEqual(['DELETE a', 'DELETE b']);
  });
});

describe('pods that were killed a moment ago', () => {
  it('do not count as ready while the watch still shows them', async () => {
    const gate = start();
    const stale = aWorkload([aPod('a'), aPod('b')]);
    cluster.put(stale);
    await gate.runFault(kill());
    cluster.put(stale);
    const next = aPlan('pod-kill', {
      provider: 'native',
      workload: { ...stale, pods: stale.pods.filter(({ name }) => name === 'b') },
    });
    await expect(gate.runFault(anOrder(next))).rejects.toThrow('no other pod that is ready');
    expect(written()).toEqual(['DELETE a']);
  });
});

describe('labels that two Deployments share', () => {
  const cart = aWorkload([aPod('cart-1', { labels: { app: 'checkout', track: 'canary' } })], {
    ref: { kind: 'Deployment', namespace: 'shop', name: 'canary' },
    uid: 'uid-canary',
    selector: { app: 'checkout', track: 'canary' },
  });

  it('keep tools from a fault that go by labels, and not what goes by pods', async () => {
    cluster.put(cart);
    for (const provider of ['chaos-mesh', 'litmus'] as const) {
      const order = anOrder(aPlan('cpu-stress', { provider }));
      await expect(start().runFault(order)).rejects.toThrow('also select pods of shop/canary');
    }
    await start().runFault(kill());
    expect(written()).toEqual(['DELETE a']);
  });

  it('do no harm in another namespace, and the narrower of the two may be hit', async () => {
    cluster.put({ ...cart, ref: { ...cart.ref, namespace: 'elsewhere' } });
    await start().runFault(anOrder(aPlan('cpu-stress')));
    cluster.remove('elsewhere/Deployment/canary');
    cluster.put(cart);
    const narrow = { ...aPlan('cpu-stress', { workload: cart, name: 'narrow' }), affectedPods: 1 };
    world.settings = { ...world.settings, chaos: { ...world.settings.chaos, maxAffectedShare: 1 } };
    world.faultWorkload = () => 'shop/Deployment/other';
    await start().runFault({ ...anOrder(narrow), workload: cart.ref });
    expect(written()).toEqual(['POST stresschaos', 'POST stresschaos']);
  });
});

describe('a disk that is full', () => {
  const fill = () => {
    world.journal.beforeAppend = () => {
      throw FULL_DISK;
    };
  };

  it('does not keep a fault from being ended', async () => {
    const gate = start();
    await gate.runFault(scaleDown());
    cluster.faults = nativeFaults(cluster.get(CHECKOUT_ID));
    fill();
    await gate.endFault(DEPLOYMENT, 'ada');
    expect(cluster.get(CHECKOUT_ID)).toMatchObject({ desiredReplicas: 4, annotations: {} });
  });

  it('keeps a fault from being made', async () => {
    const gate = start();
    fill();
    await expect(gate.runFault(scaleDown())).rejects.toThrow('the disk is full');
    expect(written()).toEqual([]);
  });

  it('in the middle of a plan has what was done taken back', async () => {
    const gate = start();
    const order = scaleDown();
    const second = kill().plan.changes[0];
    world.journal.beforeAppend = () => {
      if (written().length > 0) throw FULL_DISK;
    };
    const plan = { ...order.plan, changes: [order.plan.changes[0], second] as const };
    await expect(gate.runFault(anOrder(plan))).rejects.toThrow('the disk is full');
    expect(cluster.get(CHECKOUT_ID)).toMatchObject({ desiredReplicas: 4, annotations: {} });
  });

  it('after the write does not let the fault be forgotten', async () => {
    const gate = start();
    world.journal.beforeAppend = ({ kind }) => {
      if (kind === 'result') throw FULL_DISK;
    };
    await gate.runFault(scaleDown()).catch(() => undefined);
    await gate.emergencyStop('ada');
    expect(cluster.get(CHECKOUT_ID)).toMatchObject({ desiredReplicas: 4, annotations: {} });
  });
});

describe('a plan that is given up', () => {
  it('has the rest taken back where one part cannot be', async () => {
    const gate = start();
    const one = aPlan('network-delay', { name: 'one' }).changes[0];
    const two = aPlan('network-delay', { name: 'two' }).changes[0];
    const three = aPlan('network-delay', { name: 'three' }).changes[0];
    cluster.beforeRequest = ({ method, path, body }) => {
      if (path.includes('dryRun')) return;
      const refused = method === 'POST' && JSON.stringify(body).includes('"three"');
      if (refused || (method === 'DELETE' && path.includes('/two')))
        throw statusError(403, 'permission-denied', 'not yours');
    };
    const plan = { ...aPlan('network-delay'), changes: [one, two, three] as const };
    await expect(gate.runFault(anOrder(plan))).rejects.toThrow('could not be taken back');
    expect(written().slice(-2)).toEqual(['DELETE two', 'DELETE one']);
  });
});

describe('a native fault whose marks somebody has changed', () => {
  it('is taken back though its run id was removed from the object', async () => {
    await start().runFault(scaleDown('run-1'));
    const { [RUN_ID]: _, ...annotations } = cluster.get(CHECKOUT_ID).annotations;
    show({ annotations });
    cluster.faults = nativeFaults(cluster.get(CHECKOUT_ID));
    expect(await start().emergencyStop('ada')).toMatchObject({ ended: 1, failed: [] });
    expect(cluster.get(CHECKOUT_ID)).toMatchObject({ desiredReplicas: 4, annotations: {} });
  });

  it('and that cannot be read is told by the emergency stop as one that may go on', async () => {
    show({ annotations: { [NATIVE_FAULT]: '{' } });
    cluster.faults = nativeFaults(cluster.get(CHECKOUT_ID));
    const { ended, failed } = await start().emergencyStop('ada');
    expect(ended).toBe(0);
    expect(failed).toMatchObject([{ message: expect.stringContaining('cannot be read') }]);
  });

  it('forged to scale it away is not followed', async () => {
    const record = { id: 'x', name: 'x', runId: null, createdAtMs: 0, durationMs: 1, kind: 'scale-down' };
    show({ annotations: { [NATIVE_FAULT]: JSON.stringify({ ...record, before: 0, during: 4 }) } });
    cluster.faults = nativeFaults(cluster.get(CHECKOUT_ID));
    await start()
      .endFault(DEPLOYMENT, 'ada')
      .catch(() => undefined);
    expect(cluster.get(CHECKOUT_ID).desiredReplicas).toBe(4);
  });
});

describe('mode observe', () => {
  it('comes while the write of a fault is on its way: it is taken back all the same', async () => {
    const gate = start();
    cluster.onWrite = ({ request }) => {
      if (request.method !== 'PATCH' || gate.mode === 'observe') return;
      void gate.endFaultsNow(() => true);
      gate.setMode('observe', 'ada', false);
    };
    await gate.runFault(scaleDown()).catch(() => undefined);
    expect(cluster.get(CHECKOUT_ID)).toMatchObject({ desiredReplicas: 4, annotations: {} });
  });

  it('has nothing cleaned up by force that was asked to end before it, and says what is left', async () => {
    const gate = start();
    await gate.runFault(anOrder(aPlan('network-delay', { name: 'f' })));
    cluster.faults = [meshFault('f')];
    await gate.endFaultsNow(() => true);
    cluster.faults = [meshFault('f', { state: 'recovering' })];
    gate.setMode('observe', 'ada', false);
    cluster.requests.length = 0;
    await clock.advance(FORCE_AFTER_MS);
    await gate.tick();
    expect(written()).toEqual([]);
    expect(world.stuck).toHaveLength(1);
  });
});

describe('an end that fails', () => {
  it('is followed up by force, as if it had been sent', async () => {
    const gate = start();
    await gate.runFault(anOrder(aPlan('network-delay', { name: 'f' })));
    cluster.faults = [meshFault('f')];
    cluster.beforeRequest = () => {
      throw statusError(429, 'api-unreachable', 'too many requests');
    };
    await expect(gate.endFault(meshFault('f').resource, 'ada')).rejects.toThrow('too many requests');
    cluster.beforeRequest = () => undefined;
    cluster.requests.length = 0;
    await clock.advance(FORCE_AFTER_MS);
    await gate.tick();
    expect(written()).toEqual(['PATCH f', 'DELETE f']);
  });

  it('in an emergency is followed up as well, and may be tried again in mode observe', async () => {
    const gate = start('observe');
    cluster.faults = [meshFault('f')];
    cluster.beforeRequest = () => {
      throw statusError(500, 'api-unreachable', 'overloaded');
    };
    expect(await gate.emergencyStop('ada')).toMatchObject({ ended: 0, failed: [{}] });
    cluster.requests.length = 0;
    await clock.advance(FORCE_AFTER_MS);
    await gate.tick();
    expect(cluster.requests.length).toBeGreaterThan(0);
    await expect(gate.endFault(meshFault('f').resource, 'ada')).rejects.toThrow('overloaded');
  });
});

describe('an emergency stop against an API server that never answers', () => {
  it('gives up on each fault within 1.5 s, whatever has to be tried for it', async () => {
    const gate = start();
    cluster.faults = [meshFault('f'), meshFault('g', { provider: 'litmus' })];
    const asked: Record<string, number> = {};
    cluster.beforeRequest = async ({ path, timeoutMs = 0 }) => {
      const name = path.split('/').at(-1)?.split('?')[0] ?? '';
      asked[name] = (asked[name] ?? 0) + timeoutMs;
      await new Promise((resolve) => setTimeout(resolve, timeoutMs));
      throw new CoxswainError('api-unreachable', 'no answer', '');
    };
    const startedMs = performance.now();
    await gate.emergencyStop('ada');
    expect(Math.max(...Object.values(asked))).toBeLessThanOrEqual(1500);
    expect(performance.now() - startedMs).toBeLessThan(2000);
  });
});

describe('an emergency stop with a slow disk', () => {
  it('writes no row before the last answer, so that none of them comes too late to be heard', async () => {
    const gate = start();
    const names = Array.from({ length: 100 }, (_, index) => `f${index}`);
    cluster.faults = names.map((name) => meshFault(name));
    let answered = 0;
    const answeredBeforeRows: number[] = [];
    world.journal.beforeAppend = ({ kind }) => {
      if (kind === 'intent' || kind === 'result') answeredBeforeRows.push(answered);
    };
    cluster.beforeRequest = async () => {
      await new Promise((resolve) => setTimeout(resolve, answered % 7));
      answered += 1;
      throw statusError(404, 'not-found', 'it was deleted');
    };
    expect((await gate.emergencyStop('ada')).failed).toEqual([]);
    expect(answeredBeforeRows).toHaveLength(2 * names.length);
    expect(Math.min(...answeredBeforeRows)).toBe(names.length);
    expect(cluster.requests).toHaveLength(names.length);
  });
});
