import { beforeEach, describe, expect, it } from 'vitest';
import { aPod, aWorkload } from '../../test/support/builders';
import { FakeClock } from '../../test/support/fakeClock';
import type { Action, Mode } from '../protocol';
import { ActionGate } from './gate';
import { FakeCluster } from './testing/fakeCluster';
import { aDraft, CHECKOUT_ID, FakeWorld } from './testing/fakeWorld';

const UP: Action = { kind: 'scale', from: 3, to: 4 };
/** Of any scaling, before one down. */
const COOLDOWN_MS = 181_000;

let clock: FakeClock;
let cluster: FakeCluster;
let world: FakeWorld;

beforeEach(() => {
  clock = new FakeClock();
  cluster = new FakeCluster([aWorkload([aPod('a'), aPod('b'), aPod('c')])]);
  world = new FakeWorld(cluster, clock);
});

const replicas = () => cluster.get(CHECKOUT_ID).desiredReplicas;
const labels = () => cluster.get(CHECKOUT_ID).pods.find(({ name }) => name === 'a')?.labels;

/** The agent as it starts on what the journal holds. */
async function start(mode: Mode = 'auto'): Promise<ActionGate> {
  const gate = new ActionGate(world, mode);
  await gate.settle();
  return gate;
}

/** Does something that makes things worse, and dies before pace lets it take that back. */
async function regress(gate: ActionGate, action: Action = UP): Promise<void> {
  const { id, state } = await gate.propose(aDraft(cluster, action));
  expect(state.kind).toBe('acted');
  await gate.recordOutcome(id, { kind: 'regressed', text: 'p95 rose' });
}

async function later(gate: ActionGate): Promise<void> {
  await clock.advance(COOLDOWN_MS);
  await gate.tick();
}

describe('an action that made things worse, of an agent that has died since', () => {
  it('is taken back by the next one, once pace allows it, and once', async () => {
    await regress(await start());
    const gate = await start();
    await gate.tick();
    expect(replicas()).toBe(4);
    await later(gate);
    expect(replicas()).toBe(3);
    expect(world.journal.events('result').map(({ result }) => result)).toEqual(['done', 'done', 'reverted']);
    expect(world.proposals.at(-1)).toMatchObject({
      policy: { name: 'revert' },
      reason: expect.stringContaining('made things worse: p95 rose'),
    });
    const writes = cluster.writes().length;
    await later(await start());
    expect(cluster.writes()).toHaveLength(writes);
  });

  it('puts a drained pod back into its Service', async () => {
    const before = labels();
    await regress(await start(), { kind: 'drain-pod', pod: 'a', podUid: 'uid-a' });
    expect(labels()).not.toEqual(before);
    await later(await start());
    expect(labels()).toEqual(before);
  });

  it('waits for data, which there is none of at a start', async () => {
    await regress(await start());
    world.data = { kind: 'none', reason: 'no metrics yet' };
    const gate = await start();
    await later(gate);
    expect(replicas()).toBe(4);
    world.data = null;
    await gate.tick();
    expect(replicas()).toBe(3);
  });

  it('waits for the end of a pause', async () => {
    const before = await start();
    await regress(before);
    before.pause('ada');
    const gate = await start();
    await later(gate);
    expect(replicas()).toBe(4);
    gate.resume(false);
    await gate.tick();
    expect(replicas()).toBe(3);
  });

  it('asks a person in mode approve, at each start until there is an answer', async () => {
    await regress(await start());
    await later(await start('approve'));
    const gate = await start('approve');
    await later(gate);
    const proposal = world.proposals.at(-1);
    expect(proposal).toMatchObject({ state: { kind: 'pending' }, policy: { name: 'revert' } });
    gate.reject(proposal?.id ?? '', 'ada');
    const count = world.proposals.length;
    await later(await start('approve'));
    expect(world.proposals).toHaveLength(count);
  });

  it.each<[string, (gate: ActionGate) => unknown]>([
    [
      'a person has set other replicas',
      () => cluster.put({ ...cluster.get(CHECKOUT_ID), desiredReplicas: 6 }),
    ],
    ['the Deployment was made anew', () => cluster.put({ ...cluster.get(CHECKOUT_ID), uid: 'another' })],
    ['the agent was stopped', (gate) => gate.emergencyStop('ada').then(() => gate.resume(true))],
    ['nobody was to write any more', (gate) => gate.setMode('observe', 'ada', true)],
    ['it was long ago', () => clock.advance(3_600_000)],
    [
      'something else was done since',
      async (gate) => {
        await clock.advance(COOLDOWN_MS);
        world.settings = { ...world.settings, guard: { ...world.settings.guard, actionInterval: 0 } };
        await gate.propose(aDraft(cluster, { kind: 'restart-pod', pod: 'a', podUid: 'uid-a' }));
      },
    ],
  ])('is left as it is where %s', async (_what, change) => {
    const gate = await start();
    await regress(gate);
    await change(gate);
    const found = replicas();
    await later(await start());
    expect(replicas()).toBe(found);
  });

  it('is left as it is where it did no harm', async () => {
    const gate = await start();
    const { id } = await gate.propose(aDraft(cluster, UP));
    await gate.recordOutcome(id, { kind: 'improved', text: 'p95 fell' });
    await later(await start());
    expect(replicas()).toBe(4);
  });
});

describe('the replicas that were added', () => {
  it('are known after a restart, over several steps', async () => {
    const gate = await start();
    await gate.propose(aDraft(cluster, UP));
    await clock.advance(COOLDOWN_MS);
    await gate.propose(aDraft(cluster, { kind: 'scale', from: 4, to: 5 }));
    expect((await start()).replicasLeft(CHECKOUT_ID)).toMatchObject({ replicas: 5, base: 3 });
  });

  it('are those of people where they have scaled in between', async () => {
    await (await start()).propose(aDraft(cluster, UP));
    cluster.put({ ...cluster.get(CHECKOUT_ID), desiredReplicas: 6 });
    await clock.advance(COOLDOWN_MS);
    await (await start()).propose(aDraft(cluster, { kind: 'scale', from: 6, to: 7 }));
    expect((await start()).replicasLeft(CHECKOUT_ID)).toMatchObject({ replicas: 7, base: 6 });
  });

  it('are told of the last write that arrived, also where its answer was lost with the agent', async () => {
    world.journal.append({ kind: 'connected', context: 'test', server: 'https://test' });
    const gate = await start();
    world.journal.beforeAppend = (event) => {
      if (event.kind === 'result') throw new Error('killed');
    };
    await gate.propose(aDraft(cluster, UP));
    world.journal.beforeAppend = () => undefined;
    expect((await start()).replicasLeft(CHECKOUT_ID)).toMatchObject({ replicas: 4, base: 3 });
  });

  it('are not known of what was never scaled', async () => {
    expect((await start()).replicasLeft(CHECKOUT_ID)).toBeNull();
  });
});
