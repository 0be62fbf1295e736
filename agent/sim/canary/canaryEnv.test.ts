import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkEnv } from '../../rl/env/checkEnv';
import { weightedSum } from '../../rl/env/rewardTerms';
import { Random } from '../random';
import { type CanaryEnv, createCanaryEnv, DOWN, HOLD, UP } from './canaryEnv';
import { CANARY_FIELDS } from './observation';
import { SCENARIO_NAMES } from './scenario';

function play(env: CanaryEnv, seed: number): number[] {
  const random = new Random(seed + 1);
  const seen: number[] = [];
  env.reset(seed);
  for (;;) {
    seen.push(...env.observation);
    const { reward, terminated } = env.step(random.below(3));
    seen.push(reward);
    if (terminated) return seen;
  }
}

/** The result of the last of so many equal actions. */
function repeat(env: CanaryEnv, action: number, times: number) {
  let result = env.step(action);
  for (let time = 1; time < times; time++) result = env.step(action);
  return result;
}

const named = (env: CanaryEnv, name: string) =>
  env.observation[CANARY_FIELDS.findIndex((field) => field.name === name)];

/** A seed whose episode fulfils a condition. */
function seedWhere(env: CanaryEnv, fulfils: () => boolean): number {
  for (let seed = 1; seed < 1000; seed++) {
    env.reset(seed);
    if (fulfils()) return seed;
  }
  throw new Error('no such seed');
}

describe('the env canary', () => {
  it('keeps the contract of an env', () => {
    expect(checkEnv(createCanaryEnv())).toEqual([]);
    expect(createCanaryEnv().spec).toBe('canary/30');
    expect(new Set(CANARY_FIELDS.map(({ name }) => name)).size).toBe(30);
  });

  it('plays the same episode for the same seed, whatever was played before', () => {
    const env = createCanaryEnv();
    const first = play(env, 3);
    play(env, 4);
    expect(play(env, 3)).toEqual(first);
    expect(play(createCanaryEnv(), 3)).toEqual(first);
    expect(play(env, 5)).not.toEqual(first);
  });

  it('keeps observations within bounds, and rewards the sum of their terms', () => {
    const env = createCanaryEnv();
    fc.assert(
      fc.property(
        fc.nat(2 ** 32 - 1),
        fc.array(fc.nat(5), { minLength: 120, maxLength: 120 }),
        (seed, draws) => {
          env.reset(seed);
          for (const draw of draws) {
            // Mostly holding, so that episodes last.
            const { reward, terminated, truncated } = env.step(draw > 2 ? HOLD : draw);
            for (const [index, { name, min, max }] of CANARY_FIELDS.entries()) {
              const value = env.observation[index] ?? Number.NaN;
              if (!(value >= min && value <= max)) throw new Error(`${name} is ${value}`);
            }
            const { canaryRequests, canaryErrors, canarySlow, stableErrors, stableRequests } = env.interval;
            expect(canaryErrors).toBeLessThanOrEqual(canaryRequests);
            expect(canarySlow).toBeLessThanOrEqual(canaryRequests);
            expect(stableErrors).toBeLessThanOrEqual(stableRequests);
            expect(reward).toBeCloseTo(weightedSum(env.rewardWeights, env.terms, 0), 6);
            expect(truncated).toBe(false);
            if (terminated) return;
          }
          throw new Error('the time limit did not end it');
        },
      ),
      { numRuns: 150 },
    );
  });

  it('starts with one step of weight; up and down change it by one and come back to the same number', () => {
    const env = createCanaryEnv();
    env.reset(1);
    expect(env.weight).toBe(0.1);
    env.step(UP);
    env.step(UP);
    expect(env.weight).toBeCloseTo(0.3, 12);
    expect(env.stepsAtWeight).toBe(1);
    env.step(HOLD);
    expect(env.stepsAtWeight).toBe(2);
    env.step(DOWN);
    env.step(DOWN);
    expect(env.weight).toBe(0.1);
    expect(named(env, 'weight')).toBeCloseTo(0.1);
  });

  it('promotes at 100 % and ends: right for a good canary, false for a bad one', () => {
    for (const [scenario, wrong] of [
      ['healthy', 0],
      ['buggy', 1],
    ] as const) {
      const env = createCanaryEnv({ scenarios: [scenario] });
      env.reset(1);
      expect(repeat(env, UP, 8).terminated).toBe(false);
      const { terminated, truncated } = env.step(UP);
      expect([terminated, truncated]).toEqual([true, false]);
      expect(env.info()).toMatchObject({
        promoted: 1,
        rolledBack: 0,
        falsePromotion: wrong,
        minutesToVerdict: 4.5,
      });
      expect(env.terms[3]).toBe(1 - wrong);
      expect(env.terms[4]).toBeCloseTo(-wrong);
    }
  });

  it('rolls back at 0 % and ends: right for a bad canary, false for a good one', () => {
    for (const [scenario, wrong] of [
      ['buggy', 0],
      ['healthy', 1],
    ] as const) {
      const env = createCanaryEnv({ scenarios: [scenario] });
      env.reset(1);
      env.step(UP);
      expect(env.step(DOWN).terminated).toBe(false);
      expect(env.step(DOWN).terminated).toBe(true);
      expect(env.info()).toMatchObject({ rolledBack: 1, falseRollback: wrong, minutesToVerdict: 1.5 });
    }
  });

  it('hands the release to a person at the time limit, which is right without traffic alone', () => {
    const undecided = (scenario: string) => {
      const env = createCanaryEnv({ scenarios: [scenario], steps: 20 });
      env.reset(1);
      expect(repeat(env, HOLD, 20).terminated).toBe(true);
      expect(env.info()).toMatchObject({ undecided: 1, promoted: 0, rolledBack: 0 });
      expect(env.info()).not.toHaveProperty('minutesToVerdict');
      return [env.terms[3], env.terms[6]];
    };
    expect(undecided('healthy')).toEqual([0, -1]);
    expect(undecided('no-traffic')).toEqual([1, 0]);
  });

  it('never lets a promotion without traffic count as right', () => {
    const env = createCanaryEnv({ scenarios: ['no-traffic'] });
    env.reset(1);
    repeat(env, UP, 9);
    expect(env.info()).toMatchObject({ promoted: 1, falsePromotion: 1, exposureHarmSeconds: 0 });
    expect(env.interval.canaryRequests).toBe(0);
    expect(named(env, 'canary_has_data')).toBe(0);
  });

  it('gains nothing by going to and fro', () => {
    const env = createCanaryEnv({ scenarios: ['healthy'] });
    env.reset(1);
    let progress = 0;
    for (let turn = 0; turn < 10; turn++) {
      env.step(UP);
      progress += env.terms[0] ?? 0;
      env.step(DOWN);
      progress += env.terms[0] ?? 0;
    }
    expect(progress).toBeCloseTo(0, 6);
  });

  it('counts exposure as weight × harm × seconds, and none for a good canary', () => {
    const env = createCanaryEnv({ scenarios: ['buggy'], requestsPerSecond: [100, 100] });
    env.reset(2);
    const { extraErrorShare } = env.scenario;
    repeat(env, UP, 3);
    const before = env.info().exposureHarmSeconds ?? 0;
    repeat(env, HOLD, 10);
    expect((env.info().exposureHarmSeconds ?? 0) - before).toBeCloseTo(10 * 30 * 0.4 * extraErrorShare, 6);
    const good = createCanaryEnv({ scenarios: ['healthy', 'noisy-stable'] });
    good.reset(2);
    repeat(good, HOLD, 30);
    expect(good.info().exposureHarmSeconds).toBeCloseTo(0, 9);
  });

  it('costs time with every decision, so that nobody holds for ever', () => {
    const env = createCanaryEnv({ scenarios: ['healthy'] });
    env.reset(1);
    env.step(HOLD);
    expect(env.terms[1]).toBe(-1);
    expect(env.objective).toBeLessThan(0);
  });

  it('shows metrics as late as the scenario says', () => {
    const env = createCanaryEnv({ scenarios: ['healthy'], requestsPerSecond: [200, 200] });
    for (const lag of [0, 1, 2]) {
      env.reset(seedWhere(env, () => env.scenario.lag === lag));
      const seen = [env.interval.stableRequests > 0];
      for (let step = 0; step < 3; step++) {
        env.step(HOLD);
        seen.push(env.interval.stableRequests > 0);
      }
      expect(seen.indexOf(true)).toBe(lag);
    }
  });

  it('draws each scenario, good and bad ones, as the options allow', () => {
    const env = createCanaryEnv();
    const drawn = new Map<string, Set<boolean>>();
    for (let seed = 0; seed < 600; seed++) {
      env.reset(seed);
      const { name, bad, requestsPerSecond } = env.scenario;
      drawn.set(name, (drawn.get(name) ?? new Set()).add(bad));
      if (name === 'no-traffic') expect(requestsPerSecond).toBe(0);
      else expect(requestsPerSecond).toBeGreaterThanOrEqual(0.2);
      expect(requestsPerSecond).toBeLessThanOrEqual(200);
    }
    expect([...drawn.keys()].sort()).toEqual([...SCENARIO_NAMES].sort());
    const mixed = [...drawn].filter(([, kinds]) => kinds.size === 2).map(([name]) => name);
    expect(mixed.sort()).toEqual(['flaky', 'low-traffic']);
  });

  it('refuses options that it does not know or cannot use', () => {
    for (const options of [{ surprise: 1 }, { step: 0 }, { scenarios: [] }, { requestsPerSecond: [9, 1] }]) {
      expect(() => createCanaryEnv(options)).toThrow('The options of the env canary are not valid');
    }
  });
});
