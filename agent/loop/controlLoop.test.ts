import { beforeEach, describe, expect, it } from 'vitest';
import { aPod, aWorkload, fresh, MISSING, podMetrics, someMetrics } from '../../test/support/builders';
import { aLearnedHeal } from '../../test/support/learnedHeal';
import { DEFAULT_CONFIG } from '../config/schema';
import type { WorkloadMetrics } from '../metrics/reading';
import type { HealChoice, LearnedHeal } from '../tasks/heal/policies/learned';
import { CRASHED, ID, LoopWorld, PODS } from './testing/loopWorld';

/** A learned policy that always makes the same choice. */
function always(choice: HealChoice, version = 'heal/3'): LearnedHeal {
  return aLearnedHeal({ [choice]: 1 }, { version });
}

describe('the control loop', () => {
  let world: LoopWorld;
  beforeEach(() => {
    world = new LoopWorld();
    world.loop.start();
  });

  it('samples a healthy workload and proposes nothing', async () => {
    await world.clock.advance(60_000);
    expect(world.changes.filter((change) => change.kind === 'sample').length).toBeGreaterThanOrEqual(10);
    expect(world.drafts).toEqual([]);
    expect(world.kinds()).toEqual([]);
  });

  it('takes back what an earlier run has added, once it is idle', async () => {
    const later = new LoopWorld();
    later.workload = aWorkload(['a', 'b', 'c', 'd'].map((name) => aPod(name)));
    later.left = { uid: later.workload.uid, replicas: 4, base: 3 };
    later.metrics = () => later.atNow(someMetrics({}, { cpuUtilisation: fresh(0.2) }));
    later.loop.start();
    await later.clock.advance(120_000);
    expect(later.drafts[0]?.decision.action).toEqual({ kind: 'scale', from: 4, to: 3 });
    later.loop.stop();
  });

  it('looks from close by at once when the metrics become suspicious, and from afar when all is well', async () => {
    await world.clock.advance(60_000);
    const before = world.attention.length;
    expect(world.attention.at(-1)?.attention).toBe('usual');
    const slowest = podMetrics({ latencyP95Seconds: fresh(0.9) });
    world.metrics = () => world.atNow(someMetrics({ a: podMetrics(), b: podMetrics(), c: slowest }));
    await world.clock.advance(5000);
    const [first, second] = world.attention.slice(before);
    expect([first?.attention, second?.attention]).toEqual(['usual', 'close']);
    expect(second?.nowMs).toBe(first?.nowMs);
    await world.clock.advance(5000);
    expect(world.attention.length - before).toBeGreaterThanOrEqual(6);
    world.metrics = () => world.atNow(someMetrics({ a: podMetrics(), b: podMetrics(), c: podMetrics() }));
    await world.clock.advance(60_000);
    expect(world.attention.at(-1)?.attention).toBe('usual');
  });

  it('looks when the next sample is due', async () => {
    await world.clock.advance(60_000);
    const sampledAtMs = world.clock.nowMs() - 2000;
    const at = (value: number) => fresh(value, sampledAtMs);
    world.metrics = () =>
      someMetrics(
        { a: podMetrics() },
        { latencyP95Seconds: at(0.08), errorRate: at(0), scrapeIntervalMs: 10_000 },
      );
    await world.clock.advance(20_000);
    expect(world.attention.map(({ nowMs }) => nowMs)).toContain(sampledAtMs + 10_250);
  });

  it('decides nothing more until the effect of an action was measured', async () => {
    world.workload = aWorkload(CRASHED);
    await world.clock.advance(40_000);
    expect(world.drafts).toHaveLength(1);
    expect(world.outcomes).toEqual([]);
    world.workload = aWorkload(PODS);
    await world.clock.advance(30_000);
    expect(world.outcomes).toEqual(['recovered']);
    expect(world.kinds()).toContain('incident-closed');
  });

  it('gives up after three actions without effect', async () => {
    world.workload = aWorkload(CRASHED);
    await world.clock.advance(300_000);
    expect(world.outcomes).toEqual(['ineffective', 'ineffective', 'ineffective']);
    expect(world.drafts).toHaveLength(3);
  });

  it('looks at a hundred workloads that are all ill no more often than at as many that are well', async () => {
    world.verdict = 'denied';
    world.workload = aWorkload(CRASHED);
    world.others = Array.from({ length: 99 }, (_, index) => {
      const name = `ill-${index}`;
      return aWorkload(CRASHED, { uid: name, ref: { kind: 'Deployment', namespace: 'shop', name } });
    });
    world.loop.clusterChanged({ workloadIds: [], significant: false });
    await world.clock.advance(20_000);
    world.looks.length = 0;
    await world.clock.advance(60_000);
    const everyFiveSeconds = 100 * (60 / 5);
    expect(world.looks.length).toBeLessThanOrEqual(everyFiveSeconds);
    expect(world.looks.length).toBeGreaterThan(everyFiveSeconds / 2);
  });

  it('does not repeat a denied wish every few seconds', async () => {
    world.verdict = 'denied';
    world.workload = aWorkload(CRASHED);
    await world.clock.advance(60_000);
    expect(world.drafts.length).toBeGreaterThanOrEqual(3);
    expect(world.drafts.length).toBeLessThanOrEqual(5);
  });

  it('withdraws what waits once it is no longer needed', async () => {
    world.verdict = 'denied';
    world.workload = aWorkload(CRASHED);
    await world.clock.advance(5000);
    world.workload = aWorkload(PODS);
    await world.clock.advance(10_000);
    expect(world.withdrawn.at(-1)).toContain('no longer needed');
  });

  it('decides nothing without data, and says so once', async () => {
    const nothing = {
      cpuUtilisation: MISSING,
      memoryUtilisation: MISSING,
      latencyP95Seconds: MISSING,
      errorRate: MISSING,
    };
    world.workload = aWorkload(CRASHED);
    world.metrics = () => ({ ...someMetrics({}, nothing), atMs: null });
    await world.clock.advance(60_000);
    expect(world.drafts).toEqual([]);
    expect(world.journal.filter((event) => event.kind === 'warning')).toHaveLength(1);
    expect(world.loop.dataState(ID).kind).toBe('none');
  });

  it('calls data stale when the API server has been silent, whatever the metrics say', async () => {
    await world.clock.advance(10_000);
    expect(world.loop.dataState(ID).kind).toBe('fresh');
    world.watchAgeMs = 61_000;
    expect(world.loop.dataState(ID)).toMatchObject({
      kind: 'stale',
      reason: 'the API server has been silent',
    });
  });

  it('gives new replicas their time to warm up without an incident', async () => {
    await world.clock.advance(10_000);
    const growing = aPod('d', { ready: false, phase: 'Pending', createdAtMs: world.clock.nowMs() });
    world.workload = aWorkload([...PODS, growing]);
    world.metrics = () => world.atNow(someMetrics({}, { latencyP95Seconds: fresh(0.1) }));
    world.loop.clusterChanged({ workloadIds: [ID], significant: true });
    await world.clock.advance(20_000);
    expect(world.kinds()).not.toContain('incident-opened');
  });

  it('looks once at a workload that had to wait for its turn, however long that took', async () => {
    const names = ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'last'];
    const release = Promise.withResolvers<void>();
    world.collect = () => release.promise.then(() => world.metrics());
    world.others = names.map((name) =>
      aWorkload(PODS, { ref: { kind: 'Deployment', namespace: 'shop', name }, uid: `uid-${name}` }),
    );
    world.loop.clusterChanged({ workloadIds: [], significant: false });
    await world.clock.advance(60_000);
    release.resolve();
    await world.clock.advance(100);
    expect(world.looks.filter((name) => name === 'last')).toHaveLength(1);
  });

  it('looks again after a look that an event came into', async () => {
    await world.clock.advance(4000);
    const slow = Promise.withResolvers<WorkloadMetrics>();
    world.collect = () => slow.promise;
    world.loop.clusterChanged({ workloadIds: [ID], significant: true });
    await world.clock.advance(600);
    const before = world.looks.length;
    world.loop.clusterChanged({ workloadIds: [ID], significant: true });
    slow.resolve(world.metrics());
    await world.clock.advance(1200);
    expect(world.looks.length).toBe(before + 1);
  });

  it('survives a journal that cannot be written, and says so', async () => {
    world.record = () => {
      throw new Error('the disk is full');
    };
    world.workload = aWorkload(CRASHED);
    await world.clock.advance(20_000);
    expect(world.errors).toContain('the disk is full');
    expect(world.drafts).toEqual([]);
  });

  it('tells of a look that fails again and again once', async () => {
    world.collect = () => Promise.reject(new Error('no answer'));
    await world.clock.advance(60_000);
    expect(world.journal).toEqual([{ kind: 'warning', workloadId: ID, text: 'this look failed: no answer' }]);
  });

  it('shows that the data grows old while its looks fail', async () => {
    await world.clock.advance(1000);
    world.collect = () => Promise.reject(new Error('no answer'));
    await world.clock.advance(2 * world.config.guard.staleAfter);
    const shown = world.changes.findLast((change) => change.kind === 'workload');
    expect(shown?.kind === 'workload' && shown.workload.data).toMatchObject({ kind: 'stale' });
  });

  it('leaves a workload to the runbook where the learned policy cannot decide', async () => {
    const broken = () => {
      throw new Error('an output of the policy is NaN');
    };
    world.switchTo({ ...always('scale-up'), probabilities: broken });
    world.workload = aWorkload(CRASHED);
    await world.clock.advance(10_000);
    expect(world.drafts.map(({ decision }) => decision.action.kind)).toEqual(['restart-pod']);
    expect(world.drafts[0]?.decision.reason).toContain('could not decide: an output of the policy is NaN');
  });

  it('stays given up when a setting changes that has nothing to do with the policy', async () => {
    world.workload = aWorkload(CRASHED);
    await world.clock.advance(300_000);
    expect(world.drafts).toHaveLength(3);
    world.config = { ...world.config, slo: { ...world.config.slo, errorRate: 0.02 } };
    world.loop.configChanged();
    await world.clock.advance(120_000);
    expect(world.drafts).toHaveLength(3);
  });

  it('waits for the effect of an action that no incident led to', async () => {
    const drained = aPod('d', { drained: true, labels: {} });
    world.workload = aWorkload([...PODS, drained], { desiredReplicas: 3, readyReplicas: 3 });
    await world.clock.advance(DEFAULT_CONFIG.heal.idleFor + 20_000);
    expect(world.drafts.map(({ decision }) => decision.action.kind)).toEqual(['undrain-pod']);
    expect(world.outcomes).toEqual([]);
    world.workload = aWorkload([...PODS, aPod('d')]);
    await world.clock.advance(45_000);
    expect(world.outcomes).toEqual(['recovered']);
  });

  it('calls the outcome of an action unknown when there is no data to measure it with', async () => {
    world.workload = aWorkload(CRASHED);
    await world.clock.advance(10_000);
    expect(world.drafts).toHaveLength(1);
    const nothing = {
      cpuUtilisation: MISSING,
      memoryUtilisation: MISSING,
      latencyP95Seconds: MISSING,
      errorRate: MISSING,
    };
    world.metrics = () => ({ ...someMetrics({}, nothing), atMs: null });
    await world.clock.advance(60_000);
    expect(world.outcomes).toEqual([]);
    await world.clock.advance(60_000);
    expect(world.outcomes).toEqual(['unknown']);
  });

  it('takes its time before it repeats an action that could not be carried out', async () => {
    world.verdict = 'failed';
    world.workload = aWorkload(CRASHED);
    await world.clock.advance(30 * 60_000);
    expect(world.drafts.length).toBeGreaterThanOrEqual(4);
    expect(world.drafts.length).toBeLessThanOrEqual(9);
    expect(world.outcomes).toEqual([]);
  });

  it('knows nothing of a workload of the same name that was there before', async () => {
    world.workload = aWorkload(CRASHED);
    await world.clock.advance(300_000);
    expect(world.drafts).toHaveLength(3);
    world.workload = aWorkload(CRASHED, { uid: 'uid-made-anew' });
    world.loop.clusterChanged({ workloadIds: [ID], significant: true });
    await world.clock.advance(40_000);
    expect(world.drafts).toHaveLength(4);
    expect(world.changes.map((change) => change.kind)).not.toContain('workload-gone');
  });
});

describe('a switch to another policy', () => {
  let world: LoopWorld;
  beforeEach(() => {
    world = new LoopWorld();
    world.workload = aWorkload(CRASHED);
    world.loop.start();
  });
  const policyShown = () =>
    world.changes.flatMap((change) => (change.kind === 'workload' ? [change.workload.policy] : [])).at(-1);

  it('goes on with the incident that is there: the action is measured, then the new one decides', async () => {
    await world.clock.advance(10_000);
    expect(world.policies()).toEqual(['runbook 1']);
    world.switchTo(always('drain-pod'));
    await world.clock.advance(20_000);
    expect(world.drafts).toHaveLength(1);
    await world.clock.advance(60_000);
    expect(world.outcomes[0]).toBe('ineffective');
    expect(world.policies()).toEqual(['runbook 1', 'learned heal/3']);
    expect(world.drafts[1]).toMatchObject({
      policy: { name: 'learned', version: 'heal/3' },
      decision: { action: { kind: 'drain-pod' } },
    });
    expect(world.kinds().filter((kind) => kind.startsWith('incident'))).toEqual(['incident-opened']);
    expect(policyShown()).toEqual({ name: 'learned', version: 'heal/3' });
  });

  it('leads to another version, and back to the rule', async () => {
    world.verdict = 'denied';
    const steering = [always('drain-pod'), always('restart-pod', 'heal/4'), null];
    const shown = [];
    for (const learned of steering) {
      world.switchTo(learned);
      await world.clock.advance(20_000);
      shown.push(policyShown());
    }
    expect(shown).toEqual([
      { name: 'learned', version: 'heal/3' },
      { name: 'learned', version: 'heal/4' },
      { name: 'runbook', version: '1' },
    ]);
  });

  it('leaves what waits for a person, until the need is over', async () => {
    world.verdict = 'pending';
    await world.clock.advance(10_000);
    expect(world.drafts[0]?.policy.name).toBe('runbook');
    world.switchTo(always('none'));
    await world.clock.advance(30_000);
    expect(world.withdrawn).toEqual([]);
    world.workload = aWorkload(PODS);
    await world.clock.advance(10_000);
    expect(world.withdrawn.at(-1)).toContain('no longer needed');
  });
});
