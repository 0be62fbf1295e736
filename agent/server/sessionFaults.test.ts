import { beforeEach, describe, expect, it } from 'vitest';
import { aCluster, aPod, aRunningFault, aWorkload, NOW_MS } from '../../test/support/builders';
import { FakeClock } from '../../test/support/fakeClock';
import { FaultTracker } from '../chaos/faultTracker';
import type { RunningFault } from '../cluster/snapshot';
import type { Control, Mode } from '../protocol';
import { SessionFaults } from './sessionFaults';

const WORKLOAD = aWorkload([aPod('a'), aPod('b')]);

let clock: FakeClock;
let faults: readonly RunningFault[];
let mode: Mode;
let control: Control;
let ended: string[];
let warnings: string[];
let answered: Promise<void>;
let session: SessionFaults;

beforeEach(() => {
  clock = new FakeClock(NOW_MS);
  faults = [];
  mode = 'approve';
  control = { kind: 'running' };
  ended = [];
  warnings = [];
  answered = Promise.resolve();
  session = new SessionFaults(new FaultTracker(), {
    cluster: {
      clock,
      snapshot: () => ({ ...aCluster([WORKLOAD]), faults }),
    },
    journal: { query: () => [], append: () => undefined },
    gate: {
      get mode() {
        return mode;
      },
      get control() {
        return control;
      },
      runFault: async () => undefined,
      endFault: async ({ name }) => {
        ended.push(name);
        await answered;
      },
      pauseFault: async () => undefined,
    },
    isRunning: (runId) => runId === 'goes-on',
    publish: () => undefined,
    warn: (text) => warnings.push(text),
  });
  session.start();
});

function native(changes: Partial<RunningFault> = {}): RunningFault {
  const resource = { apiVersion: 'apps/v1', plural: 'deployments', namespace: 'shop', name: 'checkout' };
  const own = { uid: 'uid-checkout', text: '{}', record: null, intact: true };
  return aRunningFault({
    provider: 'native',
    kind: 'scale-down',
    resource,
    native: own,
    createdAtMs: NOW_MS - 60_000,
    durationMs: 30_000,
    ...changes,
  });
}

function tidy(...shown: readonly RunningFault[]): readonly string[] {
  faults = shown;
  session.follow();
  session.tidy();
  return ended;
}

describe('tidying up', () => {
  it('takes back a native fault whose time is over, and once in a while only', async () => {
    expect(tidy(native())).toEqual(['checkout']);
    await clock.advance(0);
    expect(tidy(native())).toEqual(['checkout']);
    await clock.advance(30_000);
    expect(tidy(native())).toEqual(['checkout', 'checkout']);
  });

  it('waits for the answer of an API server that is slow before it tries again', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    answered = promise;
    tidy(native());
    await clock.advance(300_000);
    expect(tidy(native())).toEqual(['checkout']);
    resolve();
    await clock.advance(0);
    await clock.advance(30_000);
    expect(tidy(native())).toEqual(['checkout', 'checkout']);
  });

  it('takes back what it has only told of in mode observe, once the mode allows it', () => {
    mode = 'observe';
    expect(tidy(native())).toEqual([]);
    expect(tidy(native())).toEqual([]);
    expect(warnings).toHaveLength(1);
    mode = 'approve';
    expect(tidy(native())).toEqual(['checkout']);
  });

  it('never writes in mode observe, but where an emergency stop is in force', async () => {
    mode = 'observe';
    const all = [native(), aRunningFault({ runId: 'over' }), aRunningFault({ id: 'x', state: 'ended' })];
    tidy(...all);
    await clock.advance(120_000);
    expect(tidy(...all)).toEqual([]);
    control = { kind: 'stopped', by: 'ada', atMs: 0 };
    expect(tidy(aRunningFault({ id: 'y', runId: null }))).toEqual(['coxswain-network-delay']);
  });

  it('ends again what an emergency stop could not end, whoever had made it, but not the faults of others', () => {
    control = { kind: 'stopped', by: 'ada', atMs: 0 };
    expect(tidy(aRunningFault(), aRunningFault({ id: 'theirs', ours: false }))).toEqual([
      'coxswain-network-delay',
    ]);
  });

  it.each(['starting', 'failed', 'running', 'paused'] as const)(
    'takes away the object of a tool that is still %s long after its time',
    (state) => {
      const late = aRunningFault({ state, createdAtMs: NOW_MS - 300_000, durationMs: 60_000 });
      expect(tidy({ ...late, createdAtMs: NOW_MS - 100_000 })).toEqual([]);
      expect(tidy(late)).toEqual(['coxswain-network-delay']);
    },
  );

  it('takes away a kill that its tool has never begun: it would come whenever the tool is back', () => {
    const kill = { kind: 'pod-kill', durationMs: null, createdAtMs: NOW_MS - 300_000 } as const;
    expect(tidy(aRunningFault({ ...kill, state: 'starting' }))).toEqual(['coxswain-network-delay']);
  });

  it('leaves a Schedule of ours alone, which has no end', () => {
    const resource = { ...aRunningFault().resource, plural: 'schedules' };
    expect(tidy(aRunningFault({ resource, durationMs: null, createdAtMs: 0 }))).toEqual([]);
  });

  it('does not believe a time that lies ahead: a clock was wrong, or somebody has written it', () => {
    expect(tidy(native({ createdAtMs: NOW_MS + 3_600_000 }))).toEqual(['checkout']);
    expect(tidy(native({ id: 'x', createdAtMs: NOW_MS + 1000 }))).toEqual(['checkout']);
  });

  it('takes back the native fault of a run that goes on only where the run has not done so for long', () => {
    const runId = 'goes-on';
    expect(tidy(native({ runId }))).toEqual([]);
    expect(tidy(native({ runId, createdAtMs: NOW_MS - 600_000 }))).toEqual(['checkout']);
  });
});
