import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aPod, aTaskInput, aWorkload, podMetrics, someMetrics } from '../../../../test/support/builders';
import { FakeClock } from '../../../../test/support/fakeClock';
import { aLearnedHeal } from '../../../../test/support/learnedHeal';
import { type Config, ConfigSchema } from '../../../config/schema';
import type { Decision } from '../../../loop/task';
import { CoxswainError, type Mode } from '../../../protocol';
import { ExperienceStore, type Transition } from '../../online/experienceStore';
import type { LearnResult } from '../../online/learn';
import { createHealTask } from '../heal';
import type { HealChoice, LearnedHeal } from '../policies/learned';
import { HEAL_RICH } from '../rich/richSpec';
import { HealLearning } from './healLearning';

const HOUR_MS = 3_600_000;
const PODS = ['a', 'b', 'c'].map((name) => aPod(name));
const CALM = { a: podMetrics(), b: podMetrics(), c: podMetrics() };
const COMPARISON = { difference: 0, low: 0, high: 0, worth: -1, count: 10 };

function always(choice: HealChoice, version: string): LearnedHeal {
  return aLearnedHeal({ [choice]: 1 }, { version });
}

/** A learner over a world that a test changes by hand. */
class World {
  readonly clock = new FakeClock();
  readonly folder = mkdtempSync(join(tmpdir(), 'coxswain-online-'));
  readonly store = new ExperienceStore(this.folder);
  readonly told: string[] = [];
  readonly promoted: string[] = [];
  mode: Mode = 'approve';
  steering: LearnedHeal | null = always('none', 'heal/3');
  candidate: LearnedHeal = always('none', 'heal/4');
  result: () => LearnResult = () => ({
    ...{ candidate: 4, transitions: 600, replay: COMPARISON, simulator: COMPARISON, text: 'kept as heal/4' },
  });
  learned = 0;
  config: Config = ConfigSchema.parse({
    heal: { onlineLearning: { enabled: true, every: '1h', minTransitions: 100, shadowFor: '2h' } },
  });
  learning = this.open();
  /** As the loop drives it. */
  readonly task = createHealTask(
    () => this.config,
    () => 0.5,
    () => this.steering,
    {
      looked: (...seen) => this.learning.looked(...seen),
      decided: (...seen) => this.learning.decided(...seen),
      feedback: (...seen) => this.learning.feedback(...seen),
      forget: (id) => this.learning.forget(id),
    },
  );

  open(): HealLearning {
    return new HealLearning({
      clock: this.clock,
      config: () => this.config,
      experience: () => this.store,
      mode: () => this.mode,
      steering: () => this.steering,
      policy: async (version) => {
        if (version === this.candidate.version) return this.candidate;
        throw new CoxswainError('not-found', `There is no ${version}.`, '');
      },
      learn: async () => {
        this.learned += 1;
        return this.result();
      },
      promote: async (version, by) => {
        this.promoted.push(`heal/${version} by ${by}`);
        this.steering = this.candidate;
      },
      record: (event) => this.told.push(event.kind === 'warning' ? event.text : event.kind),
    });
  }

  addExperience(count: number): void {
    const state = HEAL_RICH.fields.map((field) => field.default);
    const step = { spec: HEAL_RICH.name, state, action: 0, reward: 0, nextState: state };
    const one: Transition = { ...step, terminated: false, source: 'x', atMs: 0 };
    this.store.add(Array.from({ length: count }, () => one));
  }

  looks(count: number): void {
    for (let look = 0; look < count; look += 1) this.look();
  }

  /** One look of the loop, in which the policy that steers decides. */
  look(metrics = CALM): Decision {
    const input = aTaskInput(
      aWorkload(PODS),
      { ...someMetrics(metrics), atMs: this.clock.nowMs() },
      { nowMs: this.clock.nowMs() },
    );
    const observation = this.task.observe(input);
    if (observation.kind !== 'ready') throw new Error(observation.reason);
    return this.task.createPolicy('shop/Deployment/checkout').decide(observation, this.clock.nowMs());
  }
}

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => {
  world.learning.learner.close();
  world.store.close();
  rmSync(world.folder, { recursive: true, force: true });
});

/** Experience, a fine-tuning, and a candidate that decides in shadow. */
async function untilShadow(): Promise<void> {
  world.addExperience(100);
  await world.clock.advance(61_000);
}

describe('experience', () => {
  it('is stored from the looks of the loop, with the action that was taken', async () => {
    for (let second = 0; second < 20; second += 1) {
      world.look();
      if (second === 6)
        world.task.feedback('shop/Deployment/checkout', {
          kind: 'acted',
          action: { kind: 'scale', from: 3, to: 4 },
          atMs: world.clock.nowMs(),
        });
      await world.clock.advance(1000);
    }
    const stored = world.store.newest(HEAL_RICH.name, 10);
    expect(stored.map(({ action }) => action)).toEqual([0, 2, 0]);
    expect(stored[1]?.reward).toBeCloseTo((stored[0]?.reward ?? 0) - 0.05, 9);
    expect(stored[0]?.state).toHaveLength(HEAL_RICH.fields.length);
  });

  it('is not stored while learning is off, and nothing is learned', async () => {
    world.config = ConfigSchema.parse({});
    world.addExperience(100);
    for (let second = 0; second < 20; second += 1) {
      world.look();
      await world.clock.advance(1000);
    }
    await world.clock.advance(3 * HOUR_MS);
    expect([world.store.count(HEAL_RICH.name), world.learned]).toEqual([100, 0]);
  });
});

describe('online learning', () => {
  it('waits for enough experience, and for a learned policy that steers', async () => {
    world.addExperience(99);
    await world.clock.advance(HOUR_MS);
    expect(world.learned).toBe(0);
    world.steering = null;
    world.addExperience(1);
    await world.clock.advance(HOUR_MS);
    expect(world.learned).toBe(0);
    world.steering = always('none', 'heal/3');
    await world.clock.advance(61_000);
    expect(world.learned).toBe(1);
  });

  it('promotes a candidate that was not worse in shadow, once its time is over', async () => {
    await untilShadow();
    world.looks(100);
    await world.clock.advance(HOUR_MS);
    expect(world.promoted).toEqual([]);
    await world.clock.advance(HOUR_MS + 60_000);
    expect(world.promoted).toEqual(['heal/4 by online learning']);
    expect(world.told.at(-1)).toContain('steers in place of heal/3; back with: coxswain model rollback heal');
  });

  it('promotes nothing after a time in which it has hardly looked, and waits', async () => {
    await untilShadow();
    world.looks(99);
    await world.clock.advance(4 * HOUR_MS);
    expect(world.promoted).toEqual([]);
    world.look();
    await world.clock.advance(120_000);
    expect(world.promoted).toEqual(['heal/4 by online learning']);
  });

  it('does not try again every minute what has failed', async () => {
    world.result = () => {
      throw new CoxswainError('training-failed', 'The fine-tuning has failed.', '');
    };
    await untilShadow();
    await world.clock.advance(30 * 60_000);
    expect(world.learned).toBe(1);
    expect(world.told).toHaveLength(1);
    await world.clock.advance(HOUR_MS);
    expect(world.learned).toBe(2);
  });

  it('asks in mode auto, once, and promotes nothing by itself', async () => {
    world.mode = 'auto';
    await untilShadow();
    world.looks(100);
    await world.clock.advance(4 * HOUR_MS);
    expect(world.promoted).toEqual([]);
    const asked = world.told.filter((text) => text.includes('coxswain model promote heal 4 --yes'));
    expect(asked).toHaveLength(1);
  });

  it('drops a candidate that acts where a workload is well again by itself', async () => {
    world.candidate = always('restart-pod', 'heal/4');
    await untilShadow();
    const slow = {
      ...CALM,
      c: podMetrics({ latencyP95Seconds: { kind: 'fresh', value: 0.9, atMs: world.clock.nowMs() } }),
    };
    world.look(slow);
    await world.clock.advance(50_000);
    world.looks(100);
    await world.clock.advance(2 * HOUR_MS);
    expect(world.promoted).toEqual([]);
    expect(world.told.join('\n')).toContain(
      'in shadow heal/4 would restart pod c, where do nothing was decided',
    );
    expect(world.told.at(-1)).toContain('heal/4 is not promoted, for it did worse in shadow');
  });

  it('tries no candidate that was refused in replay', async () => {
    world.result = () => ({
      ...{
        candidate: null,
        transitions: 600,
        replay: COMPARISON,
        simulator: COMPARISON,
        text: 'refused, for it is worse',
      },
    });
    await untilShadow();
    await world.clock.advance(30 * 60_000);
    expect(world.promoted).toEqual([]);
    expect(world.told).toEqual(['online learning: refused, for it is worse']);
    await world.clock.advance(HOUR_MS);
    expect(world.learned).toBe(2);
  });

  it('ends a trial when another policy steers', async () => {
    await untilShadow();
    world.steering = always('none', 'heal/9');
    await world.clock.advance(120_000);
    expect(world.told.at(-1)).toContain(
      'the trial of heal/4 is over: heal/3, beside which it was tried, steers no more',
    );
  });

  it('goes on with a trial after a new start', async () => {
    await untilShadow();
    world.looks(100);
    await world.clock.advance(HOUR_MS);
    world.learning.learner.close();
    world.learning = world.open();
    await world.clock.advance(HOUR_MS + 120_000);
    expect(world.learned).toBe(1);
    expect(world.promoted).toEqual(['heal/4 by online learning']);
  });

  it('runs one fine-tuning at a time, and only with a policy and some experience', async () => {
    expect(() => world.learning.learner.learnNow()).toThrow(expect.objectContaining({ code: 'usage' }));
    world.addExperience(60);
    const running = world.learning.learner.learnNow();
    expect(() => world.learning.learner.learnNow()).toThrow(expect.objectContaining({ code: 'conflict' }));
    expect(await running).toBe('kept as heal/4');
    world.steering = null;
    expect(() => world.learning.learner.learnNow()).toThrow(expect.objectContaining({ code: 'not-found' }));
  });
});
