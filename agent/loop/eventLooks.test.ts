import { beforeEach, describe, expect, it } from 'vitest';
import { aWorkload, MISSING, someMetrics } from '../../test/support/builders';
import type { WorkloadMetrics } from '../metrics/reading';
import { CRASHED, ID, LoopWorld, PODS } from './testing/loopWorld';

describe('what the watch shows', () => {
  let world: LoopWorld;
  beforeEach(() => {
    world = new LoopWorld();
    world.loop.start();
  });

  const hanging = () => new Promise<WorkloadMetrics>(() => undefined);
  const crash = () => {
    world.workload = aWorkload(CRASHED);
    world.loop.clusterChanged({ workloadIds: [ID], significant: true });
  };
  const wishes = () => world.drafts.map((draft) => draft.decision.action.kind);

  it('reaches a decision within a second of an event, long before its interval', async () => {
    await world.clock.advance(10_200);
    crash();
    await world.clock.advance(600);
    expect(world.kinds()).toContain('incident-opened');
    expect(wishes()).toEqual(['restart-pod']);
  });

  it('does not wait for slow metrics when something happens, while the last ones are fresh', async () => {
    await world.clock.advance(20_000);
    const slow = Promise.withResolvers<WorkloadMetrics>();
    world.collect = () => slow.promise;
    crash();
    await world.clock.advance(1500);
    expect(wishes()).toEqual(['restart-pod']);
    const looks = world.looks.length;
    slow.resolve(world.metrics());
    await world.clock.advance(2000);
    expect(world.looks.length).toBeGreaterThan(looks);
  });

  it('decides within a second of an event while an earlier look waits for a Prometheus that hangs', async () => {
    await world.clock.advance(20_000);
    world.collect = hanging;
    await world.clock.advance(10_000);
    crash();
    await world.clock.advance(950);
    expect(wishes()).toEqual(['restart-pod']);
  });

  it('decides within a second of an event while many other workloads wait for a Prometheus that hangs', async () => {
    world.others = Array.from({ length: 20 }, (_, index) => {
      const name = `other-${index}`;
      return aWorkload(PODS, { uid: name, ref: { kind: 'Deployment', namespace: 'shop', name } });
    });
    world.loop.clusterChanged({ workloadIds: [], significant: false });
    await world.clock.advance(20_000);
    world.collect = hanging;
    await world.clock.advance(10_000);
    crash();
    await world.clock.advance(950);
    expect(wishes()).toEqual(['restart-pod']);
  });

  it('decides by what is fresh where the question brings nothing', async () => {
    await world.clock.advance(20_000);
    const nothing = { latencyP95Seconds: MISSING, errorRate: MISSING, cpuUtilisation: MISSING };
    world.metrics = () => ({ ...someMetrics({}, nothing), memoryUtilisation: MISSING, atMs: null });
    crash();
    await world.clock.advance(950);
    expect(wishes()).toEqual(['restart-pod']);
  });

  it('does not measure an action by what was known before it', async () => {
    await world.clock.advance(10_200);
    const slow = Promise.withResolvers<WorkloadMetrics>();
    world.collect = () => slow.promise;
    crash();
    await world.clock.advance(1500);
    expect(wishes()).toEqual(['restart-pod']);
    // The time to settle is over, and what was known before the action is fresh still.
    await world.clock.advance(44_000);
    crash();
    await world.clock.advance(2000);
    expect(world.outcomes).toEqual([]);
    world.collect = async () => world.metrics();
    slow.resolve(world.metrics());
    await world.clock.advance(2000);
    expect(world.outcomes).toEqual(['ineffective']);
  });

  it('decides nothing by what is no longer fresh', async () => {
    await world.clock.advance(20_000);
    world.collect = hanging;
    await world.clock.advance(61_000);
    crash();
    await world.clock.advance(5000);
    expect(wishes()).toEqual([]);
  });

  it('asks a Prometheus that hangs once for each workload', async () => {
    await world.clock.advance(20_000);
    const before = world.looks.length;
    world.collect = hanging;
    crash();
    await world.clock.advance(30_000);
    expect(world.looks.length - before).toBe(1);
  });
});
