import { describe, expect, it } from 'vitest';
import { aCluster, aPod, aWorkload, NOW_MS } from '../../test/support/builders';
import type { RunningFault } from '../cluster/snapshot';
import { FaultTracker, faultId } from './faultTracker';

const CHECKOUT = 'shop/Deployment/checkout';
const WORKLOAD = aWorkload([aPod('a'), aPod('b')]);

function aFault(changes: Partial<RunningFault> = {}, name = 'f1', plural = 'stresschaos'): RunningFault {
  return {
    id: `uid-${name}`,
    kind: 'cpu-stress',
    provider: 'chaos-mesh',
    runId: null,
    trouble: '',
    native: null,
    resource: { apiVersion: 'chaos-mesh.org/v1alpha1', plural, namespace: 'shop', name },
    ours: true,
    namespaces: ['shop'],
    podLabels: { app: 'checkout' },
    pods: [],
    createdAtMs: NOW_MS,
    durationMs: 120_000,
    state: 'starting',
    ...changes,
  };
}

/** A tracker that has looked at a cluster with these faults; `see` looks again. */
function tracking(...before: RunningFault[]) {
  const tracker = new FaultTracker();
  const see = (faults: readonly RunningFault[], afterMs = 1000) =>
    tracker.update({ ...aCluster([WORKLOAD]), faults }, NOW_MS + afterMs);
  return { tracker, see, first: see(before, 0) };
}

describe('the fault tracker', () => {
  it('tells of each change of a fault once, with the pods in its words as soon as they are known', () => {
    const { see } = tracking();
    expect(see([aFault()])).toMatchObject([{ workloadId: CHECKOUT, state: 'starting', text: 'CPU stress' }]);
    expect(see([aFault()])).toEqual([]);
    const running = aFault({ state: 'running', pods: ['a'] });
    expect(see([running])).toMatchObject([{ state: 'running', pods: ['a'], text: 'CPU stress on a' }]);
    expect(see([running])).toEqual([]);
    const ended = aFault({ state: 'ended', pods: ['a'] });
    expect(see([ended], 9000)).toMatchObject([{ state: 'ended', endedAtMs: NOW_MS + 9000 }]);
    expect(see([ended], 10_000)).toEqual([]);
    expect(see([], 11_000)).toEqual([]);
  });

  it('takes an object that is gone for the end of a fault that ran', () => {
    const { see } = tracking(aFault({ state: 'running', pods: ['a'] }));
    expect(see([], 5000)).toMatchObject([{ state: 'ended', endedAtMs: NOW_MS + 5000 }]);
  });

  it('calls a fault failed whose object went before it had begun', () => {
    const { see } = tracking(aFault());
    expect(see([], 5000)).toMatchObject([{ state: 'failed', endedAtMs: NOW_MS + 5000 }]);
  });

  it('does not tell of what was over before it looked for the first time', () => {
    const old = aFault({ state: 'ended', pods: ['a'], createdAtMs: NOW_MS - 3_600_000 });
    const { tracker, first, see } = tracking(old);
    expect(first).toEqual([]);
    expect(see([old])).toEqual([]);
    expect(tracker.behind(CHECKOUT, NOW_MS + 1000)).toBeNull();
  });

  it('tells objects of two kinds apart that have one name, and one made anew from the one before', () => {
    const delay = aFault({ id: 'uid-2', kind: 'network-delay', state: 'running' }, 'f1', 'networkchaos');
    const stress = aFault({ state: 'running' });
    const { tracker, see } = tracking();
    expect(see([stress, delay])).toHaveLength(2);
    see([delay], 2000);
    const again = aFault({ id: 'uid-3', state: 'running', createdAtMs: NOW_MS + 3000 });
    expect(see([again, delay], 3000)).toMatchObject([{ state: 'running', endedAtMs: null }]);
    expect(tracker.get(faultId(again))?.startedAtMs).toBe(NOW_MS + 3000);
  });

  it('finds the latest fault that may be behind what is wrong, for a while after it has ended', () => {
    const { tracker, see } = tracking();
    see([aFault({ state: 'running' })]);
    expect(tracker.behind(CHECKOUT, NOW_MS + 2000)).toMatchObject({ kind: 'cpu-stress' });
    expect(tracker.behind('shop/Deployment/cart', NOW_MS + 2000)).toBeNull();
    see([], 10_000);
    expect(tracker.behind(CHECKOUT, NOW_MS + 100_000)).not.toBeNull();
    expect(tracker.behind(CHECKOUT, NOW_MS + 200_000)).toBeNull();
  });

  it('does not blame a fault that could not be injected', () => {
    const { tracker, see } = tracking();
    see([aFault({ state: 'failed' })]);
    expect(tracker.behind(CHECKOUT, NOW_MS + 2000)).toBeNull();
  });

  it('forgets faults that are over and gone', () => {
    const { tracker, see } = tracking();
    see([aFault({ state: 'running' })]);
    see([], 10_000);
    see([], 500_000);
    expect(tracker.get(faultId(aFault()))).toBeUndefined();
  });

  it('calls what was ordered by the words of the order, and by its run', () => {
    const { tracker, see } = tracking();
    const [begun] = see([aFault()]);
    if (!begun) throw new Error('it is new');
    const ordered = { ...begun, id: 'shop/stresschaos/f2', text: 'CPU stress 100 % on 1 pod', runId: 'r1' };
    tracker.begin(ordered);
    expect(tracker.begun(ordered.id)).toBe(ordered);
    const shown = see([aFault(), aFault({ state: 'running', pods: ['a'] }, 'f2')]);
    expect(shown).toMatchObject([{ id: ordered.id, text: ordered.text, runId: 'r1', pods: ['a'] }]);
    expect(tracker.begun(ordered.id)).toBeUndefined();
    expect(see([aFault()], 9000)).toMatchObject([{ text: ordered.text, state: 'ended' }]);
  });

  it('tells native faults on one object apart by their names', () => {
    const native = (name: string): RunningFault => {
      const record = { id: `shop/${name}`, name, runId: null, createdAtMs: NOW_MS, durationMs: 60_000 };
      const changed = { ...record, kind: 'scale-down', before: 3, during: 2 } as const;
      const resource = { apiVersion: 'apps/v1', plural: 'deployments', namespace: 'shop', name: 'checkout' };
      return {
        ...aFault({ kind: 'scale-down', provider: 'native', state: 'running', podLabels: {} }),
        id: record.id,
        resource,
        native: { uid: 'u', text: '', record: changed, intact: true },
      };
    };
    const { see } = tracking();
    expect(see([native('n1')])).toMatchObject([{ id: 'shop/deployments/checkout/n1', workloadId: CHECKOUT }]);
    expect(see([native('n2')], 2000)).toMatchObject([
      { id: 'shop/deployments/checkout/n2', state: 'running' },
      { id: 'shop/deployments/checkout/n1', state: 'ended' },
    ]);
  });

  it('blames a fault that was over at once', () => {
    const { tracker, see } = tracking();
    const [begun] = see([aFault()]);
    if (!begun) throw new Error('it is new');
    const over = { ...begun, id: 'shop/pods/a/k', startedAtMs: NOW_MS + 5000, endedAtMs: NOW_MS + 5000 };
    tracker.addOver({ ...over, state: 'ended' });
    expect(tracker.behind(CHECKOUT, NOW_MS + 6000)).toMatchObject({ id: over.id });
    expect(see([aFault()], 7000)).toEqual([]);
  });
});
