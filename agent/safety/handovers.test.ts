import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fakeClock';
import { HANDOVER } from '../cluster/model/handoverNote';
import type { Autoscaler, Workload } from '../cluster/snapshot';
import { type Action, CoxswainError, type Mode, workloadId } from '../protocol';
import { ActionGate } from './gate';
import { anAutoscaler, aTakenOver } from './testing/autoscalers';
import { FakeCluster, statusError } from './testing/fakeCluster';
import { aDraft, CHECKOUT_ID, FakeWorld } from './testing/fakeWorld';
import { ADVISE, aScaleDraft, aScaledWorkload, DOWN, TAKE_OVER, UP } from './testing/scaling';

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

const checkout = (): Workload => cluster.get(CHECKOUT_ID);
const hpa = (): Autoscaler => {
  const [first] = checkout().autoscalers;
  if (!first) throw new Error('there is no autoscaler');
  return first;
};
const isHandedBack = () => hpa().annotations[HANDOVER] === undefined && hpa().behavior === null;
const start = (mode: Mode) => new ActionGate(world, mode);
const propose = (gate: ActionGate, action: Action, confidence = 0.9) =>
  gate.propose(aScaleDraft(checkout(), action, confidence));
const handovers = () => world.journal.events('handover').map(({ how, by, why }) => ({ how, by, why }));
const put = (autoscalers: readonly Autoscaler[], changes: Partial<Workload> = {}) =>
  cluster.put({ ...aScaledWorkload(autoscalers), desiredReplicas: checkout().desiredReplicas, ...changes });
const patches = () => cluster.writes().filter(({ path }) => path.includes('autoscal'));

async function takenOver(mode: Mode = 'auto'): Promise<ActionGate> {
  const gate = start(mode);
  const { id, state } = await propose(gate, TAKE_OVER);
  if (state.kind === 'pending') await gate.approve(id, 'ada');
  expect(hpa().handover).toMatchObject({ how: 'own' });
  return gate;
}

async function failureOf(action: () => unknown): Promise<CoxswainError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof CoxswainError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a take-over', () => {
  it('happens at once in mode auto, and the keeper and the journal know of it before the API server', async () => {
    const known: unknown[] = [];
    cluster.beforeRequest = () => {
      known.push([[...world.held], world.journal.events('intent').length]);
    };
    await takenOver();
    expect(known).toEqual([
      [['checkout'], 1],
      [['checkout'], 1],
    ]);
    expect(handovers()).toEqual([{ how: 'own', by: 'auto', why: 'because' }]);
  });

  it('waits for a person in mode approve, who is noted, and whose yes holds for the steps after it', async () => {
    const gate = start('approve');
    const proposal = await propose(gate, TAKE_OVER);
    expect([proposal.state.kind, cluster.requests]).toEqual(['pending', []]);
    await gate.approve(proposal.id, 'ada');
    expect(hpa().handover).toMatchObject({ by: 'ada', agent: 'agent-1' });
    const step = await propose(gate, UP);
    expect(step).toMatchObject({
      state: { kind: 'acted' },
      verdict: { reason: 'under the take-over that ada approved' },
    });
    expect(checkout().desiredReplicas).toBe(4);
  });

  it('of which the keeper cannot know does not happen', async () => {
    world.keeper.hold = async () => {
      throw new CoxswainError('internal', 'there is no keeper', '');
    };
    expect((await propose(start('auto'), TAKE_OVER)).state).toMatchObject({
      kind: 'failed',
      why: 'there is no keeper',
    });
    expect(cluster.requests).toEqual([]);
  });

  it('is judged anew once the keeper knows of it', async () => {
    const { hold } = world.keeper;
    world.keeper.hold = async (address) => {
      await hold(address);
      put([anAutoscaler(), anAutoscaler({ name: 'other', uid: 'uid-other' })]);
    };
    expect((await propose(start('auto'), TAKE_OVER)).state).toMatchObject({ kind: 'failed' });
    expect([cluster.requests, world.held.size]).toEqual([[], 0]);
  });

  it('that the API server refuses is not held any more', async () => {
    cluster.beforeRequest = () => {
      throw statusError(403, 'permission-denied', 'no');
    };
    expect((await propose(start('auto'), TAKE_OVER)).state.kind).toBe('failed');
    expect([world.held.size, handovers()]).toEqual([0, []]);
  });

  it('uses the autoscaler as it is when a person says yes', async () => {
    const gate = start('approve');
    const { id } = await propose(gate, TAKE_OVER);
    put([anAutoscaler({ resourceVersion: '99', maxReplicas: 12 })]);
    expect((await gate.approve(id, 'ada')).state.kind).toBe('acted');
    expect(hpa().handover).toMatchObject({ how: 'own' });
  });

  it('is planned anew where only its controller has written to the autoscaler meanwhile', async () => {
    let writes = 0;
    cluster.beforeRequest = () => {
      writes += 1;
      if (writes > 1) return;
      put([anAutoscaler({ resourceVersion: '99', desiredReplicas: 4 })]);
      throw statusError(422, 'conflict', 'testing value /metadata/resourceVersion failed');
    };
    expect((await propose(start('auto'), TAKE_OVER)).state.kind).toBe('acted');
    expect(hpa().handover).toMatchObject({ how: 'own' });
    expect(writes).toBe(3);
  });

  it('of what GitOps owns is proposed, and never made', async () => {
    put([anAutoscaler({ gitOps: [{ kind: 'flux', name: 'shop', owns: 'object' }] })]);
    const gate = start('auto');
    const proposal = await propose(gate, TAKE_OVER);
    expect(proposal).toMatchObject({ state: { kind: 'pending' }, verdict: { rule: 'git-ops' } });
    const error = await failureOf(() => gate.approve(proposal.id, 'ada'));
    expect(error.message).toContain('change it in its repository');
    expect(cluster.requests).toEqual([]);
  });

  const meanwhile: [string, (gate: ActionGate) => unknown][] = [
    ['an emergency stop', (gate) => gate.emergencyStop('ada')],
    ['a pause', (gate) => gate.pause('ada')],
    ['mode observe', (gate) => gate.setMode('observe', 'ada', true)],
    ['a person who wants it back', (gate) => gate.handBack(CHECKOUT_ID, 'no', 'ada')],
    ['the end of the agent', (gate) => gate.handBackAll('the agent ends', 'Coxswain')],
  ];
  it.each(meanwhile)('while whose write is on its way comes %s is handed back at once', async (_, happen) => {
    const gate = start('auto');
    let requests = 0;
    cluster.beforeRequest = () => {
      requests += 1;
      if (requests === 2) void happen(gate);
    };
    expect((await propose(gate, TAKE_OVER)).state.kind).toBe('failed');
    expect(requests).toBeGreaterThan(2);
    expect([isHandedBack(), world.held.size]).toEqual([true, 0]);
    expect(handovers().map(({ how }) => how)).toEqual(['own', 'handed-back']);
  });

  it('whose answer was lost is handed back as soon as the watches show it', async () => {
    const gate = start('auto');
    const shown = cluster.get(CHECKOUT_ID);
    cluster.onWrite = () => {
      cluster.beforeRequest = () => {
        throw new CoxswainError('api-unreachable', 'lost', '');
      };
      throw new CoxswainError('api-unreachable', 'lost', '');
    };
    world.snapshot = () => ({ ...cluster.snapshot(), workloads: new Map([[CHECKOUT_ID, shown]]) });
    expect((await propose(gate, TAKE_OVER)).state).toMatchObject({ kind: 'failed' });
    expect([...world.held]).toEqual(['checkout']);
    cluster.beforeRequest = () => undefined;
    cluster.onWrite = () => undefined;
    await gate.tick();
    expect(isHandedBack()).toBe(false);
    world.snapshot = () => cluster.snapshot();
    await gate.tick();
    expect([isHandedBack(), world.held.size]).toEqual([true, 0]);
    await gate.tick();
    expect(patches()).toHaveLength(2);
  });
});

describe('a step of the scaler', () => {
  it('is denied without a take-over, and healing’s is denied under one', async () => {
    expect(await propose(start('auto'), UP)).toMatchObject({
      state: { kind: 'denied' },
      verdict: { rule: 'replicas-owner' },
    });
    const gate = await takenOver();
    const heals = await gate.propose(aDraft(cluster, UP));
    expect(heals).toMatchObject({ state: { kind: 'denied' }, verdict: { rule: 'replicas-owner' } });
  });

  it('keeps its own pace, neither held up by healing nor in its way', async () => {
    const gate = await takenOver();
    const restart: Action = { kind: 'restart-pod', pod: 'a', podUid: 'uid-a' };
    expect((await gate.propose(aDraft(cluster, restart))).state.kind).toBe('acted');
    expect((await propose(gate, UP)).state.kind).toBe('acted');
    expect(await propose(gate, { kind: 'scale', from: 4, to: 5 })).toMatchObject({
      verdict: { rule: 'cooldown' },
    });
    await clock.advance(60_000);
    const other: Action = { kind: 'restart-pod', pod: 'b', podUid: 'uid-b' };
    expect((await gate.propose(aDraft(cluster, other))).state.kind).toBe('acted');
  });

  it('that fails says nothing about healing: its breaker stays closed', async () => {
    const gate = await takenOver();
    for (let turn = 0; turn < 5; turn += 1) {
      await clock.advance(60_000);
      cluster.beforeRequest = () => {
        throw statusError(500, 'internal', 'no');
      };
      expect((await propose(gate, UP)).state.kind).toBe('failed');
    }
    cluster.beforeRequest = () => undefined;
    await clock.advance(60_000);
    const restart: Action = { kind: 'restart-pod', pod: 'a', podUid: 'uid-a' };
    expect((await gate.propose(aDraft(cluster, restart))).state.kind).toBe('acted');
  });

  it('that did harm is not reverted by the gate, since the next step mends it', async () => {
    const gate = await takenOver();
    const { id } = await propose(gate, UP);
    await gate.recordOutcome(id, { kind: 'regressed', text: 'worse' });
    await clock.advance(600_000);
    await gate.tick();
    expect(checkout().desiredReplicas).toBe(4);
  });

  it('takes no more pods a minute than it may, whatever the steps, also after a restart', async () => {
    put([anAutoscaler({ maxReplicas: 50 })]);
    const gate = await takenOver();
    expect((await propose(gate, { kind: 'scale', from: 3, to: 7 })).state.kind).toBe('acted');
    await clock.advance(30_000);
    const step: Action = { kind: 'scale', from: 7, to: 9 };
    expect(await propose(gate, step)).toMatchObject({ verdict: { rule: 'pods-per-minute' } });
    await clock.advance(30_000);
    expect((await propose(gate, step)).state.kind).toBe('acted');
  });

  const lost: [string, () => void][] = [
    ['a second HPA appears', () => put([hpa(), anAutoscaler({ name: 'other', uid: 'uid-other' })])],
    ['somebody takes the note away', () => put([anAutoscaler()])],
    ['the HPA is gone', () => put([])],
    ['the HPA was made anew', () => put([anAutoscaler({ uid: 'another' })])],
  ];
  it.each(lost)('is denied once %s', async (_, happen) => {
    const gate = await takenOver();
    happen();
    expect((await propose(gate, UP)).state.kind).toBe('denied');
  });
});

describe('advice', () => {
  it('is noted and held with the first, and goes on by itself in mode approve once a person has agreed', async () => {
    const gate = start('approve');
    const { id } = await propose(gate, ADVISE);
    await gate.approve(id, 'ada');
    expect([hpa().minReplicas, [...world.held]]).toEqual([3, ['checkout']]);
    await clock.advance(30_000);
    const more = { ...ADVISE, minReplicas: { from: 3, to: 4 } };
    expect((await propose(gate, more)).state.kind).toBe('acted');
    expect(handovers().map(({ how }) => how)).toEqual(['advise']);
    await gate.handBack(CHECKOUT_ID, 'enough', 'ada');
    expect([hpa().minReplicas, hpa().handover]).toEqual([2, null]);
  });
});

describe('a hand-back', () => {
  it('restores the HPA, lets the keeper go, and is journaled before it is sent', async () => {
    const gate = await takenOver();
    let intents = 0;
    cluster.beforeRequest = () => {
      intents = world.journal.events('intent').length;
    };
    expect(await gate.handBack(CHECKOUT_ID, 'load is unusual', 'Coxswain')).toBe('hand back to HPA checkout');
    expect([isHandedBack(), world.held.size, intents]).toEqual([true, 0, 2]);
    expect(handovers().at(-1)).toEqual({ how: 'handed-back', by: 'Coxswain', why: 'load is unusual' });
    expect(await gate.handBack(CHECKOUT_ID, 'again', 'ada')).toBe('nothing was taken over');
    expect(handovers()).toHaveLength(2);
  });

  const states: [string, (gate: ActionGate) => unknown][] = [
    ['in mode observe', (gate) => gate.setMode('observe', 'ada', true)],
    ['while paused', (gate) => gate.pause('ada')],
    ['with an emergency stop', (gate) => gate.emergencyStop('ada')],
    ['at the end of the agent', (gate) => gate.handBackAll('the agent ends', 'Coxswain')],
  ];
  it.each(states)('happens %s, with whatever data', async (_, happen) => {
    const gate = await takenOver('approve');
    world.data = { kind: 'none', reason: 'none' };
    world.silentMs = null;
    world.settings = { ...world.settings, namespaces: [] };
    await happen(gate);
    await clock.advance(0);
    expect([isHandedBack(), world.held.size]).toEqual([true, 0]);
  });

  it('happens although the journal is full', async () => {
    const gate = await takenOver();
    world.journal.beforeAppend = () => {
      throw new CoxswainError('disk-full', 'no room', '');
    };
    expect((await gate.handBackAll('the agent ends', 'Coxswain')).done).toHaveLength(1);
    expect(isHandedBack()).toBe(true);
  });

  it('looks anew where somebody has changed the HPA since it was seen, and keeps what they have set', async () => {
    const gate = await takenOver();
    const stale = new Map(cluster.snapshot().workloads);
    world.snapshot = () => ({ ...cluster.snapshot(), workloads: stale });
    put([{ ...hpa(), behavior: { scaleDown: { selectPolicy: 'Min' } } }]);
    expect(await gate.handBack(CHECKOUT_ID, 'enough', 'ada')).toContain('somebody has changed since');
    expect([hpa().behavior, hpa().handover]).toEqual([{ scaleDown: { selectPolicy: 'Min' } }, null]);
    expect(handovers().at(-1)?.why).toContain('somebody has changed since');
  });

  it('is over where the HPA is gone, or somebody was faster', async () => {
    const gate = await takenOver();
    const stale = new Map(cluster.snapshot().workloads);
    world.snapshot = () => ({ ...cluster.snapshot(), workloads: stale });
    put([]);
    expect(await gate.handBack(CHECKOUT_ID, 'enough', 'ada')).toBe('nothing was taken over');
    expect(handovers().at(-1)).toMatchObject({
      how: 'handed-back',
      why: 'enough; it was handed back already',
    });
    expect(world.held.size).toBe(0);
  });

  it('happens once, however many want it', async () => {
    const gate = await takenOver();
    await Promise.all([
      gate.handBack(CHECKOUT_ID, 'one', 'ada'),
      gate.handBack(CHECKOUT_ID, 'two', 'bob'),
      gate.handBackAll('three', 'Coxswain'),
    ]);
    expect(patches()).toHaveLength(2);
  });

  it('that failed is tried again, later each time, and says how it is done by hand', async () => {
    const gate = await takenOver();
    cluster.beforeRequest = () => {
      throw statusError(503, 'api-unreachable', 'try later');
    };
    const error = await failureOf(() => gate.handBack(CHECKOUT_ID, 'enough', 'ada'));
    expect(error.remedy).toContain('kubectl get horizontalpodautoscalers -n shop checkout');
    expect(world.journal.events('warning')).toHaveLength(1);
    const attempts = [];
    for (const atMs of [1999, 2000, 5999, 6000, 13_999, 14_000]) {
      wallMs = atMs;
      const before = cluster.requests.length;
      await gate.tick();
      attempts.push(cluster.requests.length - before);
    }
    expect(attempts).toEqual([0, 1, 0, 1, 0, 1]);
    cluster.beforeRequest = () => undefined;
    wallMs = 60_000;
    await gate.tick();
    expect([isHandedBack(), world.held.size]).toEqual([true, 0]);
    expect(world.journal.events('warning')).toHaveLength(1);
  });

  it('of a workload that is gone uses what was seen of it last', async () => {
    const gate = await takenOver();
    const workload = checkout();
    world.snapshot = () => ({ ...cluster.snapshot(), workloads: new Map() });
    expect(await gate.handBack(CHECKOUT_ID, 'target deleted', 'Coxswain')).toBe('hand back to HPA checkout');
    expect(cluster.get(workloadId(workload.ref)).autoscalers[0]?.handover).toBeNull();
  });

  it('gives back each of two HPAs that carry a note', async () => {
    const gate = await takenOver();
    put([hpa(), aTakenOver({ name: 'other', uid: 'uid-other' })]);
    expect(await gate.handBack(CHECKOUT_ID, 'two of them', 'Coxswain')).toBe(
      'hand back to HPA checkout, hand back to HPA other',
    );
    expect(checkout().autoscalers.map(({ handover }) => handover)).toEqual([null, null]);
  });

  it('may also be proposed', async () => {
    const gate = await takenOver();
    gate.setMode('approve', 'ada', true);
    const back: Action = { kind: 'hand-back', autoscaler: TAKE_OVER.autoscaler };
    expect((await propose(gate, back)).state.kind).toBe('acted');
    expect(isHandedBack()).toBe(true);
  });

  it('by somebody else is noticed', async () => {
    const gate = await takenOver();
    put([anAutoscaler()]);
    await gate.tick();
    expect(handovers()).toHaveLength(1);
    wallMs = 10_000;
    await gate.tick();
    expect(handovers().at(-1)).toMatchObject({ how: 'handed-back', by: 'somebody else' });
    expect(world.held.size).toBe(0);
  });
});

describe('what an earlier process has left', () => {
  it.each(['observe', 'approve', 'auto'] as const)(
    'is handed back by the next start in mode %s',
    async (mode) => {
      put([aTakenOver({}, { agent: 'agent-0' })]);
      const gate = start(mode);
      await gate.settle(0);
      expect(isHandedBack()).toBe(true);
      expect(handovers()).toEqual([
        { how: 'handed-back', by: 'Coxswain', why: 'left by an agent that is gone' },
      ]);
      expect(world.journal.rows.map(({ event }) => event.kind)).toEqual(['intent', 'result', 'handover']);
    },
  );

  it('is told where nobody can read it, and is left as it is', async () => {
    put([anAutoscaler({ annotated: true, annotations: { [HANDOVER]: '{' }, handover: 'broken' })]);
    await start('auto').settle(0);
    expect(cluster.writes()).toEqual([]);
    expect(world.journal.events('warning')[0]?.text).toContain('cannot be read');
  });

  it('is forgotten where somebody has handed it back meanwhile', async () => {
    await takenOver();
    put([anAutoscaler()]);
    await start('auto').settle(0);
    expect(handovers().at(-1)).toMatchObject({ how: 'handed-back', by: 'somebody else' });
    await start('auto').settle(0);
    expect(handovers()).toHaveLength(2);
  });

  it('by another process that lives is left to that one', async () => {
    const gate = start('auto');
    await gate.settle(0);
    put([aTakenOver({}, { agent: 'agent-2' })]);
    await gate.tick();
    await gate.emergencyStop('ada');
    expect(cluster.writes()).toEqual([]);
    expect(await gate.handBack(CHECKOUT_ID, 'I want it', 'ada')).toBe('hand back to HPA checkout');
  });
});

describe('proposals of two tasks on one workload', () => {
  it('do not take each other’s place', async () => {
    const gate = start('approve');
    const { id } = await propose(gate, TAKE_OVER);
    const restart: Action = { kind: 'restart-pod', pod: 'a', podUid: 'uid-a' };
    const heals = await gate.propose(aDraft(cluster, restart));
    const again = await propose(gate, TAKE_OVER);
    expect(again.id).toBe(id);
    gate.withdraw(CHECKOUT_ID, 'recovered', 'heal');
    const last = (proposalId: string) =>
      world.proposals.findLast((proposal) => proposal.id === proposalId)?.state.kind;
    expect([last(id), last(heals.id)]).toEqual(['pending', 'outdated']);
  });

  it('lapse where the HPA is made anew', async () => {
    const gate = start('approve');
    const { id } = await propose(gate, TAKE_OVER);
    put([anAutoscaler({ uid: 'another' })]);
    await gate.tick();
    expect((await failureOf(() => gate.approve(id, 'ada'))).code).toBe('proposal-outdated');
  });

  it('a step down waits for the cool-down, and is then made', async () => {
    const gate = await takenOver();
    await propose(gate, UP);
    cluster.put({ ...checkout(), desiredReplicas: 3 });
    expect(await propose(gate, DOWN)).toMatchObject({ verdict: { rule: 'cooldown' } });
    await clock.advance(180_000);
    expect((await propose(gate, DOWN)).state.kind).toBe('acted');
  });
});
