import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HEAL_9 } from '../spec';
import { CRASHING, DRAINED, NOT_READY } from './podCondition';
import type { RichLook } from './richLook';
import { RichMemory } from './richMemory';
import { HEAL_RICH, RICH_FIELDS } from './richSpec';
import { aLook, aPod, type PodLike } from './testing/builders';
import { writeRich } from './writeRich';

function written(pods: readonly PodLike[], changes: Partial<RichLook> = {}, memory = new RichMemory()) {
  const look = aLook(pods, changes);
  memory.look(look);
  const out = new Float64Array(RICH_FIELDS.length);
  writeRich(look, memory, out);
  return Object.fromEntries(RICH_FIELDS.map(({ name }, index) => [name, out[index] ?? Number.NaN]));
}

const anything = fc.oneof(
  fc.constantFrom(0, 1, Number.NaN, Number.POSITIVE_INFINITY),
  fc.double({ min: 0, max: 1e9, noNaN: true }),
);
const anyPod = fc.record({
  condition: fc.integer({ min: 0, max: 4 }),
  isWarming: fc.boolean(),
  restarts: fc.nat(1000),
  unreadySeconds: fc.double({ min: 0, max: 1e6, noNaN: true }),
  p95Seconds: anything,
  errorRate: fc.oneof(fc.constant(Number.NaN), fc.double({ min: 0, max: 1, noNaN: true })),
  cpu: fc.oneof(fc.constant(Number.NaN), fc.double({ min: 0, max: 2, noNaN: true })),
  memory: fc.oneof(fc.constant(Number.NaN), fc.double({ min: 0, max: 2, noNaN: true })),
  requests: anything,
});

describe('the rich observation', () => {
  it('is named for the number of its fields, begins with heal/9, and names each field once', () => {
    expect(HEAL_RICH.name).toBe(`heal/${RICH_FIELDS.length}`);
    expect(RICH_FIELDS.slice(0, 9)).toEqual(HEAL_9.fields);
    expect(new Set(RICH_FIELDS.map(({ name }) => name)).size).toBe(RICH_FIELDS.length);
  });

  it('stays within its ranges, whatever is seen', () => {
    fc.assert(
      fc.property(
        fc.array(anyPod, { maxLength: 20 }),
        fc.record({ p95Seconds: anything, errorRate: anything, cpu: anything, requestRate: anything }),
        fc.record({ now: fc.nat(1e6), wanted: fc.nat(1000), base: fc.nat(1000), advice: fc.nat(4) }),
        (pods, metrics, counts) => {
          const values = written(pods, { ...metrics, ...counts });
          for (const { name, min, max } of RICH_FIELDS) {
            const value = values[name] ?? Number.NaN;
            if (!(value >= min && value <= max)) throw new Error(`${name} is ${value}`);
          }
        },
      ),
    );
  });

  it('takes each field’s default where nothing is known', () => {
    const unknown = { p95Seconds: Number.NaN, errorRate: Number.NaN, cpu: Number.NaN, memory: Number.NaN };
    const values = written([aPod(unknown), aPod(unknown)], unknown);
    for (const name of [
      'avg_latency',
      'latency_to_objective',
      'errors_to_objective',
      'latency_gap',
      'cpu_gap',
    ])
      expect([name, values[name]]).toEqual([name, 0]);
    expect(values).toMatchObject({ crash_age: 1, action_age: 1, median_errors_to_objective: 0, can_act: 1 });
  });

  it('tells one bad pod from a bad dependency', () => {
    const bad = aPod({ p95Seconds: 1.8, errorRate: 0.05 });
    const one = written([aPod(), aPod(), bad], { p95Seconds: 1.2, errorRate: 0.02 });
    const all = written([bad, bad, bad], { p95Seconds: 1.8, errorRate: 0.05 });
    expect(one).toMatchObject({
      violating_share: expect.closeTo(1 / 3),
      latency_gap: expect.closeTo((1.8 - 0.1) / (1.8 + 0.1)),
      median_latency_to_objective: expect.closeTo(-1 / 3),
      suspect_stands_out: expect.closeTo((6 - 1) / (6 + 1)),
    });
    expect(one.error_significance).toBeGreaterThan(0.5);
    expect(all).toMatchObject({ violating_share: 1, latency_gap: 0, error_gap: 0 });
    expect(all.median_latency_to_objective).toBeCloseTo(0.8);
    expect(all.suspect_stands_out).toBeLessThan(0);
  });

  it('counts pods, and tells what the suspect is', () => {
    const pods = [
      aPod(),
      aPod({ condition: DRAINED }),
      aPod({ condition: NOT_READY, isWarming: true, unreadySeconds: 30 }),
      aPod({ condition: CRASHING, restarts: 2 }),
    ];
    expect(written(pods, { crashes: 1, lastCrashSeconds: 30, lastCrashOom: 1, base: 3 })).toMatchObject({
      healthy_count: 0.1,
      degraded_count: 0.1,
      crashed_count: 0.1,
      drained_count: 0.1,
      warming_count: 0.1,
      extra_replicas: 0.1,
      ready_share: 0.25,
      longest_unready: 0.25,
      suspect_crashing: 1,
      suspect_unready: 0,
      suspect_restarts: 0.4,
      crashes_recent: 0.2,
      crash_age: 0.1,
      last_crash_oom: 1,
    });
  });

  it('tells the last action, what followed, and what the runbook advises once it may act', () => {
    const memory = new RichMemory();
    const bad = [aPod(), aPod({ p95Seconds: 1 })];
    written(bad, { now: 0, p95Seconds: 0.6, errorRate: 0.1 }, memory);
    memory.acted(4, aLook(bad, { now: 0, p95Seconds: 0.6, errorRate: 0.1 }));
    const soon = written(bad, { now: 30, p95Seconds: 0.2, errorRate: 0.02, advice: 1 }, memory);
    expect(soon).toMatchObject({ can_act: 0, action_age: 0.1, last_drain: 1, last_restart: 0 });
    expect(soon).toMatchObject({ latency_since_action: expect.closeTo(-0.5), advice_restart: 0 });
    expect(soon.errors_since_action).toBeCloseTo(-0.08);
    const later = written(bad, { now: 60, advice: 1 }, memory);
    expect(later).toMatchObject({ can_act: 1, advice_restart: 1, advice_scale_up: 0 });
  });
});
