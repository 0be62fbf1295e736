import { beforeEach, describe, expect, it } from 'vitest';
import { aPod, aWorkload } from '../../test/support/builders';
import { FakeClock } from '../../test/support/fakeClock';
import { type Action, CoxswainError, type Mode, type OutcomeKind, type Proposal } from '../protocol';
import { ActionGate } from './gate';
import { FakeCluster, statusError } from './testing/fakeCluster';
import { aDraft, CHECKOUT_ID, CONFIG, FakeWorld } from './testing/fakeWorld';

const UP: Action = { kind: 'scale', from: 3, to: 4 };
const RESTART: Action = { kind: 'restart-pod', pod: 'a', podUid: 'uid-a' };

let clock: FakeClock;
let cluster: FakeCluster;
let world: FakeWorld;

beforeEach(() => {
  clock = new FakeClock();
  cluster = new FakeCluster([aWorkload([aPod('a'), aPod('b'), aPod('c')])]);
  world = new FakeWorld(cluster, clock);
});

const replicas = () => cluster.get(CHECKOUT_ID).desiredReplicas;
const start = (mode: Mode) => new ActionGate(world, mode);
const kinds = () => world.journal.rows.map((row) => row.event.kind);
const propose = (gate: ActionGate, action: Action = UP, confidence = 0.9) =>
  gate.propose(aDraft(cluster, action, confidence));

async function failureOf(action: () => unknown): Promise<CoxswainError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof CoxswainError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a proposal', () => {
  it('is carried out at once in mode auto, with its intent recorded before anything is sent', async () => {
    const gate = start('auto');
    const sentAfter: number[] = [];
    cluster.beforeRequest = () => {
      sentAfter.push(world.journal.events('intent').length);
    };
    const proposal = await propose(gate);
    expect(proposal.state).toMatchObject({ kind: 'acted', by: 'auto' });
    expect(replicas()).toBe(4);
    expect(kinds()).toEqual(['verdict', 'intent', 'result']);
    expect(sentAfter).toEqual([1, 1]);
    expect(cluster.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'PATCH /apis/apps/v1/namespaces/shop/deployments/checkout/scale?fieldManager=coxswain&dryRun=All',
      'PATCH /apis/apps/v1/namespaces/shop/deployments/checkout/scale?fieldManager=coxswain',
    ]);
  });

  it('waits for a person in mode approve, and is carried out when one agrees', async () => {
    const gate = start('approve');
    const proposal = await propose(gate);
    expect(proposal.state).toEqual({ kind: 'pending' });
    expect(cluster.requests).toEqual([]);
    const approved = await gate.approve(proposal.id, 'ada');
    expect(approved).toMatchObject({
      state: { kind: 'acted', by: 'ada' },
      verdict: { reason: 'approved by ada' },
    });
    expect(replicas()).toBe(4);
    expect(kinds()).toEqual(['verdict', 'verdict', 'approved', 'intent', 'result']);
  });

  it('is denied in mode observe and nothing is sent', async () => {
    const proposal = await propose(start('observe'));
    expect(proposal).toMatchObject({ state: { kind: 'denied' }, verdict: { rule: 'mode' } });
    expect(cluster.requests).toEqual([]);
  });

  it('can be decided once', async () => {
    const gate = start('approve');
    const { id } = await propose(gate);
    const first = gate.approve(id, 'ada');
    expect((await failureOf(() => gate.approve(id, 'bob'))).code).toBe('proposal-decided');
    await first;
    expect((await failureOf(() => gate.approve(id, 'bob'))).message).toContain('acted by ada');
    expect((await failureOf(() => gate.reject(id, 'bob'))).code).toBe('proposal-decided');
    expect(cluster.writes()).toHaveLength(1);
  });

  it('cannot be approved after it has expired, seen by a tick or not', async () => {
    const gate = start('approve');
    const unseen = await propose(gate);
    await clock.advance(CONFIG.guard.proposalExpiry);
    expect((await failureOf(() => gate.approve(unseen.id, 'ada'))).code).toBe('proposal-expired');
    const seen = await propose(gate);
    await clock.advance(CONFIG.guard.proposalExpiry);
    await gate.tick();
    expect(world.proposals.at(-1)).toMatchObject({ id: seen.id, state: { kind: 'expired' } });
    expect((await failureOf(() => gate.approve(seen.id, 'ada'))).code).toBe('proposal-expired');
    expect(world.journal.events('lapsed').map((event) => event.state)).toEqual(['expired', 'expired']);
    expect(cluster.requests).toEqual([]);
  });

  const changes: [name: string, change: () => void][] = [
    ['replicas have changed', () => cluster.put({ ...cluster.get(CHECKOUT_ID), desiredReplicas: 5 })],
    ['the workload is gone', () => cluster.remove(CHECKOUT_ID)],
    ['the workload was made anew', () => cluster.put({ ...cluster.get(CHECKOUT_ID), uid: 'other' })],
  ];
  it.each(changes)('is outdated when %s', async (_, change) => {
    const gate = start('approve');
    const { id } = await propose(gate);
    change();
    expect((await failureOf(() => gate.approve(id, 'ada'))).code).toBe('proposal-outdated');
    expect((await failureOf(() => gate.reject(id, 'ada'))).code).toBe('proposal-outdated');
    expect(cluster.requests).toEqual([]);
  });

  it('is outdated when its pod is gone, as soon as a tick sees it', async () => {
    const gate = start('approve');
    const { id } = await propose(gate, RESTART);
    cluster.put(aWorkload([aPod('b'), aPod('c')]));
    await gate.tick();
    expect(world.proposals.at(-1)).toMatchObject({ id, state: { kind: 'outdated', why: 'pod a is gone' } });
  });

  it('is refreshed by the same action and outdated by another', async () => {
    const gate = start('approve');
    const first = await propose(gate);
    await clock.advance(30_000);
    const again = await propose(gate, UP, 0.8);
    expect(again).toMatchObject({ id: first.id, confidence: 0.8, createdAtMs: first.createdAtMs });
    expect(again.expiresAtMs).toBe(first.expiresAtMs + 30_000);
    expect(kinds()).toEqual(['verdict']);
    const other = await propose(gate, RESTART);
    expect(other.id).not.toBe(first.id);
    expect((await failureOf(() => gate.approve(first.id, 'ada'))).code).toBe('proposal-outdated');
    await gate.approve(other.id, 'ada');
    expect(replicas()).toBe(3);
  });

  it('that is denied again and again is recorded once in the time of an expiry', async () => {
    const gate = start('observe');
    for (let index = 0; index < 5; index += 1) {
      await propose(gate);
      await clock.advance(30_000);
    }
    expect(world.journal.events('verdict')).toHaveLength(2);
  });

  it('is not made again soon after a person has refused it', async () => {
    const gate = start('approve');
    const { id } = await propose(gate);
    expect(gate.reject(id, 'ada', 'sale today').state).toMatchObject({ kind: 'rejected', why: 'sale today' });
    expect((await propose(gate)).verdict.rule).toBe('rejection');
    expect((await propose(gate, RESTART)).state.kind).toBe('pending');
    await clock.advance(CONFIG.guard.proposalExpiry);
    expect((await propose(gate)).state.kind).toBe('pending');
  });

  it('stays when the guard denies it at the moment of approval', async () => {
    const gate = start('approve');
    const { id } = await propose(gate);
    world.data = { kind: 'none', reason: 'no Prometheus' };
    const error = await failureOf(() => gate.approve(id, 'ada'));
    expect(error).toMatchObject({ code: 'guard-denied' });
    expect(error.message).toContain('no Prometheus');
    world.data = null;
    expect((await gate.approve(id, 'ada')).state.kind).toBe('acted');
  });

  it('is withdrawn when the policy no longer wants it', async () => {
    const gate = start('approve');
    const { id } = await propose(gate);
    gate.withdraw(CHECKOUT_ID, 'recovered by itself');
    expect((await failureOf(() => gate.approve(id, 'ada'))).message).toContain('recovered by itself');
  });

  it('that is not known is an error', async () => {
    expect((await failureOf(() => start('approve').approve('nonsense', 'ada'))).code).toBe('not-found');
  });
});

describe('an action', () => {
  it('is not sent when its intent cannot be recorded', async () => {
    const gate = start('auto');
    world.journal.beforeAppend = (event) => {
      if (event.kind === 'intent') throw new CoxswainError('internal', 'disk full', '');
    };
    const proposal = await propose(gate);
    expect(proposal.state).toMatchObject({ kind: 'failed', why: 'disk full' });
    expect(cluster.requests).toEqual([]);
  });

  it('is not sent when the dry run is refused', async () => {
    const gate = start('auto');
    cluster.beforeRequest = () => {
      throw statusError(403, 'permission-denied', 'not yours');
    };
    expect((await propose(gate)).state).toMatchObject({ kind: 'failed', why: 'not yours' });
    expect(cluster.writes()).toEqual([]);
    expect(world.journal.events('result')).toMatchObject([{ result: 'failed' }]);
  });

  const interruptions: [name: string, interrupt: (gate: ActionGate) => unknown][] = [
    ['pauses', (gate) => gate.pause('ada')],
    ['stops', (gate) => gate.emergencyStop('ada')],
    ['goes to observe', (gate) => gate.setMode('observe', 'ada', false)],
    ['goes to approve', (gate) => gate.setMode('approve', 'ada', false)],
  ];
  it.each(interruptions)('is not sent when somebody %s during its dry run', async (_, interrupt) => {
    const gate = start('auto');
    cluster.beforeRequest = () => {
      interrupt(gate);
    };
    expect((await propose(gate)).state.kind).toBe('failed');
    expect(cluster.writes()).toEqual([]);
    expect(world.journal.events('result')).toMatchObject([{ result: 'not-done' }]);
  });

  it('counts after a restart of the agent', async () => {
    await propose(start('auto'));
    await clock.advance(59_999);
    cluster.put({ ...cluster.get(CHECKOUT_ID), desiredReplicas: 3 });
    const restarted = start('auto');
    expect((await propose(restarted)).verdict.rule).toBe('action-interval');
    await clock.advance(1);
    expect((await propose(restarted)).state.kind).toBe('acted');
  });

  it('counts as just now when its time lies ahead', async () => {
    await propose(start('auto'));
    const earlier = new FakeClock(clock.nowMs() - 3_600_000);
    const later = new FakeWorld(cluster, earlier);
    later.journal.rows.push(...world.journal.rows);
    cluster.put({ ...cluster.get(CHECKOUT_ID), desiredReplicas: 3 });
    const gate = new ActionGate(later, 'auto');
    expect((await propose(gate)).verdict.rule).toBe('action-interval');
    await earlier.advance(60_000);
    expect((await propose(gate)).state.kind).toBe('acted');
  });

  it('that got no answer is looked for in the cluster', async () => {
    const gate = start('auto');
    cluster.onWrite = () => {
      throw new CoxswainError('api-unreachable', 'cut', '');
    };
    expect((await propose(gate)).state.kind).toBe('acted');
  });

  it('of which nothing can be known is called unknown and not sent again', async () => {
    const gate = start('auto');
    cluster.beforeRequest = (request) => {
      if (!request.path.includes('dryRun')) throw new CoxswainError('api-unreachable', 'cut', '');
    };
    const proposal = await propose(gate);
    expect(proposal.state).toMatchObject({ kind: 'failed', why: 'Whether it was done is not known. cut' });
    expect(world.journal.events('result')).toMatchObject([{ result: 'unknown' }]);
    expect(cluster.writes().filter(({ method }) => method === 'PATCH')).toHaveLength(1);
  });
});

describe('a regression', () => {
  const outcome = (kind: OutcomeKind) => ({ kind, text: 'p95 rose from 80 ms to 900 ms' });

  it('is taken back as soon as pace allows', async () => {
    const gate = start('auto');
    const { id } = await propose(gate);
    await clock.advance(45_000);
    await gate.recordOutcome(id, outcome('regressed'));
    expect(replicas()).toBe(4);
    await clock.advance(134_999);
    await gate.tick();
    expect(replicas()).toBe(4);
    await clock.advance(1);
    await gate.tick();
    expect(replicas()).toBe(3);
    const [original, revert] = world.journal.events('intent');
    expect(revert?.change).toMatchObject({ reverts: original?.transactionId });
    expect(world.journal.events('result').map((event) => event.result)).toEqual(['done', 'done', 'reverted']);
    expect(world.journal.events('result').at(-1)?.transactionId).toBe(original?.transactionId);
  });

  it('asks before it is taken back in mode approve, and a policy that rests does not withdraw that', async () => {
    const gate = start('approve');
    const { id } = await propose(gate);
    await gate.approve(id, 'ada');
    await clock.advance(200_000);
    await gate.recordOutcome(id, outcome('regressed'));
    gate.withdraw(CHECKOUT_ID, 'nothing to do');
    const revert = world.proposals.at(-1);
    expect(revert).toMatchObject({ policy: { name: 'revert' }, state: { kind: 'pending' } });
    await gate.approve(revert?.id ?? '', 'ada');
    expect(replicas()).toBe(3);
  });

  it('is not taken back twice: a revert that does harm stays', async () => {
    const gate = start('auto');
    const { id } = await propose(gate);
    await clock.advance(200_000);
    await gate.recordOutcome(id, outcome('regressed'));
    const revert = world.proposals.at(-1);
    await clock.advance(200_000);
    await gate.recordOutcome(revert?.id ?? '', outcome('regressed'));
    await clock.advance(200_000);
    await gate.tick();
    expect(replicas()).toBe(3);
    expect(world.journal.events('intent')).toHaveLength(2);
  });

  it('is left alone where somebody has changed the workload meanwhile', async () => {
    const gate = start('auto');
    const { id } = await propose(gate);
    cluster.put({ ...cluster.get(CHECKOUT_ID), desiredReplicas: 7 });
    await clock.advance(200_000);
    await gate.recordOutcome(id, outcome('regressed'));
    expect(world.proposals.at(-1)?.verdict.rule).toBe('up-to-date');
    expect(replicas()).toBe(7);
  });

  it.each(['recovered', 'improved', 'ineffective', 'unknown'] as const)('is not what %s is', async (kind) => {
    const gate = start('auto');
    const { id } = await propose(gate);
    await clock.advance(200_000);
    await gate.recordOutcome(id, outcome(kind));
    expect(world.proposals.at(-1)).toMatchObject({ id, state: { kind: 'measured', outcome: kind } });
    expect(replicas()).toBe(4);
  });

  it('of several actions in a row opens the breaker, which outlives a restart and then lets one try', async () => {
    let gate = start('auto');
    const act = async (): Promise<Proposal> => {
      const pod = cluster.get(CHECKOUT_ID).pods.find((candidate) => candidate.ready);
      cluster.put(aWorkload([aPod('a'), aPod('b'), aPod('c')]));
      await clock.advance(60_000);
      expect(pod).toBeDefined();
      return propose(gate, RESTART);
    };
    for (let index = 0; index < 3; index += 1)
      await gate.recordOutcome((await act()).id, outcome('regressed'));
    expect((await act()).verdict.rule).toBe('breaker');
    gate = start('auto');
    expect((await act()).verdict.rule).toBe('breaker');
    await clock.advance(CONFIG.guard.breaker.openFor);
    const trial = await act();
    expect(trial.state.kind).toBe('acted');
    expect((await act()).verdict.reason).toContain('waits for the outcome');
    await gate.recordOutcome(trial.id, outcome('ineffective'));
    expect((await act()).state.kind).toBe('acted');
  });
});

describe('mode and control', () => {
  it('goes to auto only when that is confirmed', async () => {
    const gate = start('approve');
    const error = await failureOf(() => gate.setMode('auto', 'ada', false));
    expect(error.code).toBe('confirmation-needed');
    expect(error.message).toContain('shop');
    gate.setMode('auto', 'ada', true);
    expect(gate.mode).toBe('auto');
    expect(world.modes).toEqual(['auto']);
    expect(world.journal.events('mode-changed')).toEqual([{ kind: 'mode-changed', mode: 'auto', by: 'ada' }]);
  });

  it('withdraws what waits when it goes to observe', async () => {
    const gate = start('approve');
    const { id } = await propose(gate);
    gate.setMode('observe', 'ada', false);
    expect((await failureOf(() => gate.approve(id, 'ada'))).code).toBe('proposal-outdated');
  });

  it('lets nothing through while paused, and takes up again', async () => {
    const gate = start('auto');
    expect(gate.pause('ada')).toMatchObject({ kind: 'paused', by: 'ada' });
    expect((await propose(gate)).verdict.rule).toBe('control');
    expect(gate.resume(false)).toEqual({ kind: 'running' });
    expect((await propose(gate)).state.kind).toBe('acted');
  });

  it('stays stopped after a restart until the stop is cleared', async () => {
    await start('auto').emergencyStop('ada');
    const gate = start('auto');
    expect(gate.control).toMatchObject({ kind: 'stopped', by: 'ada' });
    expect(gate.pause('bob').kind).toBe('stopped');
    expect((await failureOf(() => gate.resume(false))).code).toBe('confirmation-needed');
    expect(gate.resume(true)).toEqual({ kind: 'running' });
  });

  it('tightens even when the journal fails, and does not loosen then', async () => {
    const gate = start('auto');
    world.journal.beforeAppend = () => {
      throw new CoxswainError('internal', 'disk full', '');
    };
    await failureOf(() => gate.pause('ada'));
    expect(gate.control.kind).toBe('paused');
    await failureOf(() => gate.resume(false));
    expect(gate.control.kind).toBe('paused');
    await failureOf(() => gate.setMode('observe', 'ada', false));
    expect(gate.mode).toBe('observe');
    await failureOf(() => gate.setMode('auto', 'ada', true));
    expect(gate.mode).toBe('observe');
  });
});

describe('the settlement', () => {
  /** Leaves an intent without a result, as a crash does; `sent` says whether the write arrived. */
  async function crash(sent: boolean): Promise<void> {
    world.journal.append({ kind: 'connected', context: 'test', server: 'https://test' });
    const gate = start('auto');
    world.journal.beforeAppend = (event) => {
      if (event.kind === 'result') throw new Error('killed');
    };
    cluster.beforeRequest = ({ path }) => {
      if (!sent && !path.includes('dryRun')) throw new Error('killed');
    };
    await propose(gate);
    world.journal.beforeAppend = () => undefined;
    cluster.beforeRequest = () => undefined;
    expect(world.journal.events('result')).toEqual([]);
  }

  const cases: [name: string, sent: boolean, change: () => void, result: string][] = [
    ['a write that arrived is done', true, () => undefined, 'done'],
    ['a write that did not is not', false, () => undefined, 'not-done'],
    [
      'a value that fits neither is unknown',
      true,
      () => cluster.put({ ...cluster.get(CHECKOUT_ID), desiredReplicas: 9 }),
      'unknown',
    ],
    ['an object that is gone is unknown', true, () => cluster.remove(CHECKOUT_ID), 'unknown'],
  ];
  it.each(cases)('%s', async (_, sent, change, result) => {
    await crash(sent);
    const writes = cluster.writes().length;
    change();
    const gate = start('auto');
    await clock.advance(60_000);
    if (result !== 'unknown') expect((await propose(gate, RESTART)).verdict.rule).toBe('settled');
    const settled = await gate.settle();
    expect(settled).toMatchObject([{ result }]);
    expect(world.journal.events('result')).toMatchObject([{ result }]);
    expect(cluster.writes()).toHaveLength(writes);
    expect(await gate.settle()).toEqual([]);
  });

  it('lets actions through again, and is not needed after a clean end', async () => {
    await crash(true);
    const gate = start('auto');
    await clock.advance(60_000);
    await gate.settle();
    expect((await propose(gate, RESTART)).state.kind).toBe('acted');
    expect(await start('auto').settle()).toEqual([]);
  });

  it('waits for a write that may still be on its way before it says that it was not done', async () => {
    await crash(false);
    const settling = start('auto').settle();
    await clock.advance(1000);
    cluster.put({ ...cluster.get(CHECKOUT_ID), desiredReplicas: 4 });
    expect(world.journal.events('result')).toEqual([]);
    await clock.advance(1000);
    expect(await settling).toMatchObject([{ result: 'done' }]);
  });

  it('does not ask another cluster', async () => {
    await crash(true);
    const [row] = world.journal.rows;
    if (row?.event.kind === 'connected')
      world.journal.rows[0] = { ...row, event: { ...row.event, context: 'other' } };
    expect(await start('auto').settle()).toMatchObject([{ result: 'unknown' }]);
  });

  it('is tried again when the API server could not be asked', async () => {
    await crash(true);
    const gate = start('auto');
    cluster.beforeRequest = () => {
      throw new CoxswainError('api-unreachable', 'down', '');
    };
    expect((await failureOf(() => gate.settle())).code).toBe('api-unreachable');
    cluster.beforeRequest = () => undefined;
    expect(await gate.settle()).toMatchObject([{ result: 'done' }]);
  });
});
