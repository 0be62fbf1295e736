import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fakeClock';
import { CoxswainError, type Mode } from '../protocol';
import { ActionGate } from './gate';
import { FakeCluster, statusError } from './testing/fakeCluster';
import { CHECKOUT_ID, CONFIG, FakeWorld } from './testing/fakeWorld';
import { anOrder, aPlan, FOUR_PODS, nativeFaults } from './testing/faultPlans';

let cluster: FakeCluster;
let world: FakeWorld;
let wallMs: number;

beforeEach(() => {
  wallMs = 0;
  cluster = new FakeCluster([FOUR_PODS]);
  world = new FakeWorld(cluster, new FakeClock());
  world.monotonicMs = () => wallMs;
  world.settings = { ...CONFIG, chaos: { ...CONFIG.chaos, maxConcurrent: 10 } };
});

const start = (mode: Mode = 'approve') => new ActionGate(world, mode);
const scaleDown = () => anOrder(aPlan('scale-down', { provider: 'native' }));
const show = () => {
  cluster.faults = nativeFaults(cluster.get(CHECKOUT_ID));
};
const isKept = () => world.kept.size > 0;

describe('a native fault', () => {
  it('is known to the keeper before anything is sent, to the letter of its annotation', async () => {
    const known: number[] = [];
    cluster.beforeRequest = () => void known.push(world.kept.size);
    await start().runFault(scaleDown());
    expect(known).toEqual([1, 1]);
    show();
    expect([...world.kept.values()]).toMatchObject([
      { kind: 'fault', workloadId: CHECKOUT_ID, text: cluster.faults[0]?.native?.text },
    ]);
  });

  it('is not made where the keeper cannot be had', async () => {
    world.keeper.hold = async () => {
      throw new CoxswainError('internal', 'there is no keeper', '');
    };
    await expect(start().runFault(scaleDown())).rejects.toThrow('there is no keeper');
    expect(cluster.requests).toEqual([]);
  });

  it.each([
    ['is ended', (gate: ActionGate) => gate.endFault(scaleDown().plan.changes[0].write.resource, 'ada')],
    ['is ended by an emergency stop', (gate: ActionGate) => gate.emergencyStop('ada')],
    ['is ended with the agent', (gate: ActionGate) => gate.endFaultsNow(() => true)],
  ])('is no business of the keeper’s once it %s', async (_how, end) => {
    const gate = start();
    await gate.runFault(scaleDown());
    show();
    await gate.tick();
    expect(isKept()).toBe(true);
    await end(gate);
    expect(isKept()).toBe(false);
  });

  it.each([
    ['somebody else has ended', undefined],
    ['was refused', statusError(403, 'permission-denied', 'not yours')],
  ])('that %s is let go of once the watches must have shown it', async (_what, refusal) => {
    const gate = start();
    cluster.beforeRequest = () => {
      if (refusal) throw refusal;
    };
    await gate.runFault(scaleDown()).catch(() => undefined);
    await gate.tick();
    expect(isKept()).toBe(true);
    wallMs += 10_000;
    await gate.tick();
    expect(isKept()).toBe(false);
  });
});

describe('a native fault that the watches do not show', () => {
  it('is not let go of while an API server that is slow has not answered', async () => {
    const gate = start();
    cluster.beforeRequest = async () => {
      wallMs += 9000;
      await gate.tick();
    };
    await gate.runFault(scaleDown());
    expect(isKept()).toBe(true);
  });

  it('is not let go of while they are silent', async () => {
    const gate = start();
    await gate.runFault(scaleDown());
    wallMs += 60_000;
    for (const silentMs of [60_000, null]) {
      world.silentMs = silentMs;
      await gate.tick();
      expect(isKept()).toBe(true);
    }
    world.silentMs = 0;
    await gate.tick();
    expect(isKept()).toBe(false);
  });
});

it('a native fault that was there and is not any more is let go of at once', async () => {
  const gate = start();
  await gate.runFault(scaleDown());
  show();
  await gate.tick();
  expect(isKept()).toBe(true);
  cluster.faults = [];
  await gate.tick();
  expect(isKept()).toBe(false);
});

it.each([
  ['a fault that its tool ends', anOrder(aPlan('network-delay'))],
  ['a pod that is killed', anOrder(aPlan('pod-kill', { provider: 'native' }))],
])('%s needs no keeper', async (_what, order) => {
  await start().runFault(order);
  expect(isKept()).toBe(false);
});
