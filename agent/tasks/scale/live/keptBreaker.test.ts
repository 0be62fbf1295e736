import { describe, expect, it } from 'vitest';
import { aWorkload } from '../../../../test/support/builders';
import { FakeClock } from '../../../../test/support/fakeClock';
import type { Workload } from '../../../cluster/snapshot';
import { DEFAULT_CONFIG } from '../../../config/schema';
import { noLoad } from '../../../metrics/loadReadings';
import { MemoryJournal } from '../../../safety/testing/fakeWorld';
import { KeptBreaker, notedBreaker } from './keptBreaker';
import { ScalingWorld } from './testing/scalingWorld';

const { failures, openFor } = DEFAULT_CONFIG.scale.breaker;
const WORKLOAD = aWorkload([]);

/** A breaker, and what the next start finds of it. */
class World {
  readonly clock = new FakeClock();
  readonly journal = new MemoryJournal(this.clock);
  readonly errors: string[] = [];
  config = DEFAULT_CONFIG;
  noted = (of: Pick<Workload, 'ref' | 'uid'>) => notedBreaker(this.journal, of);
  breaker = this.start();

  start(workload = WORKLOAD): KeptBreaker {
    this.breaker = new KeptBreaker(workload, {
      clock: this.clock,
      config: () => this.config,
      notedBreaker: (of) => this.noted(of),
      record: (event) => this.journal.append(event),
      onError: ({ message }) => this.errors.push(message),
    });
    return this.breaker;
  }

  harm(times: number): void {
    for (let time = 0; time < times; time += 1) {
      const atMs = this.clock.nowMs();
      this.breaker.note({ kind: 'action', event: { kind: 'harmful', atMs } }, 'it got worse');
    }
  }
}

describe('a breaker after a new start', () => {
  it('is as open as it was, and says why', () => {
    const world = new World();
    world.harm(failures);
    const { openUntilMs } = world.breaker;
    expect(openUntilMs).toBe(world.clock.nowMs() + openFor);
    expect(world.start().openUntilMs).toBe(openUntilMs);
    expect(world.breaker.reason).toBe('the circuit breaker has opened: it got worse');
    expect(world.breaker.leftOpenAtMs).toBe(world.clock.nowMs());
    expect(world.breaker.mayTakeOver()).toBe(false);
  });

  it('has counted what failed before it', () => {
    const world = new World();
    world.harm(failures - 1);
    world.start();
    expect([world.breaker.openUntilMs, world.breaker.leftOpenAtMs]).toEqual([null, null]);
    world.harm(1);
    expect(world.breaker.openUntilMs).not.toBeNull();
  });

  it('is on its one trial, after which it opens on the first harm', () => {
    const world = new World();
    world.harm(failures);
    world.breaker.note({ kind: 'action', event: { kind: 'begun', atMs: world.clock.nowMs() } }, '');
    world.start();
    expect(world.breaker.openUntilMs).toBeNull();
    world.harm(1);
    expect(world.breaker.openUntilMs).not.toBeNull();
  });

  it('is closed where a person has closed it, and where the workload was made anew', () => {
    const world = new World();
    world.harm(failures);
    expect(world.start(aWorkload([], { uid: 'another' })).openUntilMs).toBeNull();
    world.start();
    world.breaker.close();
    expect(world.start().openUntilMs).toBeNull();
  });

  it('is open no longer than the config of now says, also where the clock is behind', () => {
    const world = new World();
    world.harm(failures);
    world.config = {
      ...DEFAULT_CONFIG,
      scale: { ...DEFAULT_CONFIG.scale, breaker: { failures, openFor: 1000 } },
    };
    expect(world.start().openUntilMs).toBe(world.clock.nowMs() + 1000);
  });

  it('is closed where the journal cannot be read, which is told', () => {
    const world = new World();
    world.harm(failures);
    world.noted = () => {
      throw new Error('the disk is gone');
    };
    expect(world.start().openUntilMs).toBeNull();
    expect(world.errors).toEqual(['the disk is gone']);
  });

  it('tells a change once, and counts also where the journal takes no rows', () => {
    const world = new World();
    world.harm(failures + 1);
    world.breaker.note({ kind: 'seen', doubtful: false, atMs: world.clock.nowMs() }, '');
    expect(world.journal.events('breaker').map(({ breaker }) => breaker.kind)).toEqual([
      ...Array.from({ length: failures - 1 }, () => 'closed'),
      'open',
    ]);
    world.breaker.close();
    world.journal.beforeAppend = () => {
      throw new Error('the disk is full');
    };
    world.harm(failures);
    expect(world.breaker.openUntilMs).not.toBeNull();
    expect(world.errors).toContain('the disk is full');
  });
});

describe('a scaler after a new start', () => {
  it('takes over no sooner than if the agent had run on', async () => {
    const world = await ScalingWorld.started('auto');
    world.config({ steering: 'own' });
    await world.steps(2);
    Object.assign(world.measured, noLoad('Prometheus does not answer'));
    await world.steps(failures);
    const { handedBack } = world.state;
    expect([world.how, handedBack?.retryAtMs]).toEqual([null, expect.any(Number)]);
    world.measured = {};
    await world.restart();
    await world.steps(2);
    expect(world.how).toBeNull();
    expect(world.state.handedBack).toMatchObject({ why: handedBack?.why, retryAtMs: handedBack?.retryAtMs });
    await world.steps(openFor / 15_000);
    expect([world.how, world.state.handedBack]).toEqual(['own', null]);
  });

  it('tries an advice once more as well', async () => {
    const world = await ScalingWorld.started('auto');
    world.rate = 100;
    world.config({ steering: 'advise' });
    await world.steps(4);
    expect(world.how).toBe('advise');
    Object.assign(world.measured, noLoad('Prometheus does not answer'));
    await world.steps(failures);
    world.measured = {};
    await world.restart();
    await world.steps(openFor / 15_000 + 4);
    expect(world.how).toBe('advise');
  });
});
