import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fakeClock';
import { reduceHpa } from '../cluster/model/autoscaler';
import { HANDOVER } from '../cluster/model/handoverNote';
import type { Autoscaler } from '../cluster/snapshot';
import { CoxswainError } from '../protocol';
import { ActionGate } from './gate';
import { scaleBounds } from './handover/bounds';
import { advised } from './handover/states';
import { anAutoscaler, aTakenOver, objectOf, STAMP } from './testing/autoscalers';
import { FakeCluster } from './testing/fakeCluster';
import { CHECKOUT, CHECKOUT_ID, CONFIG, FakeWorld } from './testing/fakeWorld';
import { aScaleDraft, aScaledWorkload, TAKE_OVER } from './testing/scaling';

let clock: FakeClock;
let cluster: FakeCluster;
let world: FakeWorld;
let wallMs: number;

beforeEach(() => {
  clock = new FakeClock();
  cluster = new FakeCluster([aScaledWorkload([anAutoscaler()])]);
  world = new FakeWorld(cluster, clock);
  wallMs = 0;
  world.monotonicMs = () => wallMs;
});

const hpa = (): Autoscaler => {
  const [first] = cluster.get(CHECKOUT_ID).autoscalers;
  if (!first) throw new Error('there is no autoscaler');
  return first;
};
const put = (...autoscalers: Autoscaler[]) => cluster.put(aScaledWorkload(autoscalers));
const isHandedBack = () => hpa().annotations[HANDOVER] === undefined && hpa().behavior === null;
const propose = (gate: ActionGate) => gate.propose(aScaleDraft(cluster.get(CHECKOUT_ID), TAKE_OVER));

async function takenOver(): Promise<ActionGate> {
  const gate = new ActionGate(world, 'auto');
  expect((await propose(gate)).state.kind).toBe('acted');
  return gate;
}

/** The note alone is gone; the rules of a suspended HPA stand. */
function withoutNote(autoscaler: Autoscaler): Autoscaler {
  const { [HANDOVER]: _, ...annotations } = autoscaler.annotations;
  return { ...autoscaler, annotations, handover: null, resourceVersion: '99' };
}

describe('an HPA is not left suspended', () => {
  it('where the journal takes the intent of a take-over and not its result', async () => {
    const gate = new ActionGate(world, 'auto');
    world.journal.beforeAppend = ({ kind }) => {
      if (kind === 'result') throw new CoxswainError('disk-full', 'no room', '');
    };
    expect((await propose(gate)).state.kind).toBe('failed');
    expect(hpa().handover).toMatchObject({ how: 'own' });
    await gate.tick();
    expect([isHandedBack(), world.held.size]).toEqual([true, 0]);
  });

  it('where somebody takes nothing away but its note', async () => {
    const gate = await takenOver();
    put(withoutNote(hpa()));
    wallMs = 10_000;
    await gate.tick();
    expect([isHandedBack(), hpa().metrics, world.held.size]).toEqual([true, anAutoscaler().metrics, 0]);
  });

  it('by Coxswain, that is: without a note, what somebody has set since stays', async () => {
    const gate = await takenOver();
    const behavior = { scaleDown: { selectPolicy: 'Disabled' } };
    put(anAutoscaler({ behavior, resourceVersion: '99' }));
    wallMs = 10_000;
    await gate.tick();
    expect([hpa().behavior, world.held.size]).toEqual([behavior, 0]);
  });

  it('where it aims at something else now, which nobody watches', async () => {
    const gate = await takenOver();
    const stale = new Map(cluster.snapshot().workloads);
    stale.set(CHECKOUT_ID, aScaledWorkload([]));
    world.snapshot = () => ({ ...cluster.snapshot(), workloads: stale });
    wallMs = 10_000;
    await gate.tick();
    expect([isHandedBack(), world.held.size]).toEqual([true, 0]);
  });

  it('where somebody applies it again as it was dumped while it was taken over', async () => {
    const gate = await takenOver();
    const dumped = hpa();
    await gate.handBack(CHECKOUT_ID, 'enough', 'ada');
    put({ ...dumped, resourceVersion: '99' });
    await gate.tick();
    expect(isHandedBack()).toBe(false);
    wallMs = 10_000;
    await gate.tick();
    expect(isHandedBack()).toBe(true);
  });

  it('by an earlier process whose workload shows up only after the start', async () => {
    await takenOver();
    const left = cluster.get(CHECKOUT_ID);
    cluster.remove(CHECKOUT_ID);
    const later = new FakeWorld(cluster, clock);
    Object.assign(later, { agentId: 'agent-2', journal: world.journal });
    const gate = new ActionGate(later, 'observe');
    await gate.settle(0);
    cluster.put(left);
    await gate.tick();
    expect(isHandedBack()).toBe(true);
    await gate.tick();
    expect(world.journal.events('handover').map(({ how }) => how)).toEqual(['own', 'handed-back']);
  });
});

describe('a forged note', () => {
  const forged = (text: string): Autoscaler =>
    reduceHpa(objectOf(anAutoscaler({ annotated: true, annotations: { [HANDOVER]: text } }))).autoscaler;
  const note = (original: object) =>
    JSON.stringify({ how: 'advise', by: 'eve', atMs: 0, agent: 'agent-0', original });
  const nothing = { minReplicas: 2, metrics: null, behavior: null, annotations: {} };

  it('moves nothing but the HPA that it stands on, and that not beyond its own maximum', async () => {
    put(forged(note({ ...nothing, minReplicas: 10_000, annotations: { 'evil.dev/x': 'y' } })));
    await new ActionGate(world, 'auto').settle(0);
    expect(cluster.writes().map(({ path }) => path.split('?')[0])).toEqual([
      '/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/checkout',
    ]);
    expect([hpa().minReplicas, hpa().maxReplicas, hpa().annotations]).toEqual([10, 10, {}]);
  });

  it.each([
    [
      'nested deeper than anybody can read',
      note(nothing).replace('"metrics":null', `"metrics":${'['.repeat(1e5)}${']'.repeat(1e5)}`),
    ],
    ['for another namespace', note(nothing).replace('"how"', '"namespace":"kube-system","how"')],
    ['with a negative minimum', note({ ...nothing, minReplicas: -1 })],
    ['with a maximum', note({ ...nothing, maxReplicas: 10_000 })],
  ])('%s is none: nothing is written, and people are told', async (_what, text) => {
    put(forged(text));
    expect(hpa().handover).toBe('broken');
    await new ActionGate(world, 'auto').settle(0);
    expect(cluster.writes()).toEqual([]);
    expect(world.journal.events('warning')).toHaveLength(1);
  });
});

describe('the bounds of the scaler', () => {
  it('follow the minimum of an HPA that is taken over, and the original one of an HPA that is advised', () => {
    const owned = { ...aTakenOver(), minReplicas: 6 };
    expect(scaleBounds(CONFIG, CHECKOUT, owned)).toEqual({ min: 6, max: 10 });
    expect(scaleBounds(CONFIG, CHECKOUT, advised(anAutoscaler(), 5, STAMP))).toEqual({ min: 2, max: 10 });
  });
});
