import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkEnv } from '../../rl/env/checkEnv';
import { weightedSum } from '../../rl/env/rewardTerms';
import { Random } from '../random';
import { type CanaryEnv, createCanaryEnv, DOWN, HOLD, UP } from './canaryEnv';
import { CANARY_FIELDS, CANARY_GROUPS } from './observation';
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

/** Raises the weight whenever the env lets it, to the end. */
function raise(env: CanaryEnv, seed: number) {
  env.reset(seed);
  for (;;) if (env.step(UP).terminated) return env.info();
}

const named = (env: CanaryEnv, name: string) =>
  env.observation[CANARY_FIELDS.findIndex((field) => field.name === name)];
const term = (env: CanaryEnv, name: CanaryEnv['rewardTerms'][number]) =>
  env.terms[env.rewardTerms.indexOf(name)];

/** A seed whose episode fulfils a condition. */
function seedWhere(env: CanaryEnv, fulfils: () => boolean): number {
  for (let seed = 1; seed < 1000; seed++) {
    env.reset(seed);
    if (fulfils()) return seed;
  }
  throw new Error('no such seed');
}

const BUSY = { requestsPerSecond: [100, 200] };

describe('the env canary', () => {
  it('keeps the contract of an env', () => {
    expect(checkEnv(createCanaryEnv())).toEqual([]);
    expect(createCanaryEnv().spec).toBe('canary/35');
    expect(new Set(CANARY_FIELDS.map(({ name }) => name)).size).toBe(35);
    expect(CANARY_GROUPS.flatMap(({ fields }) => fields)).toEqual(CANARY_FIELDS.map(({ name }) => name));
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
    const envs = [createCanaryEnv(), createCanaryEnv({ verdict: 'policy', compare: 'same-age', steps: 60 })];
    fc.assert(
      fc.property(
        fc.constantFrom(...envs),
        fc.nat(2 ** 32 - 1),
        fc.array(fc.nat(5), { minLength: 240, maxLength: 240 }),
        (env, seed, draws) => {
          env.reset(seed);
          for (const draw of draws) {
            // Mostly holding, so that episodes last.
            const { reward, terminated, truncated } = env.step(draw > 2 ? HOLD : draw);
            for (const [index, { name, min, max }] of CANARY_FIELDS.entries()) {
              const value = env.observation[index] ?? Number.NaN;
              if (!(value >= min && value <= max)) throw new Error(`${name} is ${value}`);
            }
            const { canaryRequests, canaryErrors, canarySlow, canaryVerySlow } = env.interval;
            expect(canaryErrors).toBeLessThanOrEqual(canaryRequests);
            expect(canaryVerySlow).toBeLessThanOrEqual(canarySlow);
            expect(canarySlow).toBeLessThanOrEqual(canaryRequests);
            expect(reward).toBeCloseTo(weightedSum(env.rewardWeights, env.terms, 0), 6);
            expect(truncated).toBe(false);
            if (terminated) return;
          }
          throw new Error('the time limit did not end it');
        },
      ),
      { numRuns: 100 },
    );
  });

  it('draws each scenario, good and bad ones, as the options allow', () => {
    const env = createCanaryEnv();
    const drawn = new Map<string, Set<boolean>>();
    for (let seed = 0; seed < 1000; seed++) {
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

  it('shows metrics as late as the scenario says', () => {
    const env = createCanaryEnv({ scenarios: ['healthy'], ...BUSY });
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

  it('counts exposure as weight × harm × seconds, and none for a good canary', () => {
    const env = createCanaryEnv({ scenarios: ['buggy'], ...BUSY, minRequests: 1_000_000, start: 0.2 });
    env.reset(2);
    const { extraErrorShare } = env.scenario;
    const before = env.info().exposureHarmSeconds ?? 0;
    repeat(env, HOLD, 10);
    expect(term(env, 'exposure')).toBeCloseTo(-0.2 * extraErrorShare, 6);
    expect((env.info().exposureHarmSeconds ?? 0) - before).toBeCloseTo(10 * 30 * 0.2 * extraErrorShare, 6);
    const good = createCanaryEnv({ scenarios: ['healthy', 'slower-mix', 'common-incident', 'cold-start'] });
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      good.reset(seed);
      repeat(good, HOLD, 30);
      expect(good.info().exposureHarmSeconds).toBeCloseTo(0, 9);
    }
  });

  it('costs time with every decision and something with every change, so that nobody holds or dances for ever', () => {
    const env = createCanaryEnv({ scenarios: ['healthy'], verdict: 'policy' });
    env.reset(1);
    env.step(HOLD);
    expect([term(env, 'time'), term(env, 'changes')]).toEqual([-1, 0]);
    env.step(UP);
    expect([term(env, 'time'), term(env, 'changes')]).toEqual([-1, -1]);
    expect(env.objective).toBeCloseTo(-0.022, 6);
  });

  it('may become another release while it runs', () => {
    const env = createCanaryEnv({ scenarios: ['healthy'], ...BUSY });
    env.reset(1);
    repeat(env, HOLD, 20);
    expect(env.evidence.verdict).toBe('undecided');
    env.become('buggy');
    expect(env.scenario).toMatchObject({ name: 'buggy', bad: true });
    let steps = 0;
    while (!env.step(HOLD).terminated) expect(++steps).toBeLessThan(40);
    expect(env.info()).toMatchObject({ rolledBack: 1, falseRollback: 0, bad: 1 });
    env.reset(2);
    env.become('no-traffic');
    repeat(env, HOLD, 4);
    expect(env.interval.stableRequests).toBe(0);
    env.become('healthy');
    repeat(env, HOLD, 4);
    expect(env.interval.stableRequests).toBeGreaterThan(0);
  });
});

describe('a release whose verdict the tests own', () => {
  it('promotes a good canary after the bake and rolls a bad one back, whoever sets the pace', () => {
    const good = createCanaryEnv({ scenarios: ['healthy'], ...BUSY });
    expect(raise(good, 1)).toMatchObject({ promoted: 1, falsePromotion: 0 });
    expect(good.info().minutes).toBeGreaterThanOrEqual(45);
    expect(good.info().minutes).toBeLessThan(50);
    const bad = createCanaryEnv({ scenarios: ['one-endpoint-broken'], ...BUSY });
    expect(raise(bad, 1)).toMatchObject({ rolledBack: 1, falseRollback: 0 });
    expect(bad.info().minutes).toBeLessThan(10);
  });

  it('goes up by steps as far as the evidence allows, and never below where it began', () => {
    const env = createCanaryEnv({ scenarios: ['healthy'], ...BUSY });
    env.reset(1);
    expect(env.weight).toBe(0.05);
    env.step(DOWN);
    expect(env.weight).toBe(0.05);
    // Nothing is known yet: 10 % is the most.
    env.reset(seedWhere(env, () => env.scenario.lag === 2));
    env.step(UP);
    expect(env.weight).toBe(0.1);
    for (let step = 0; step < 60; step++) {
      const { mostWeight, weight } = env;
      env.step(UP);
      expect(env.weight).toBeLessThanOrEqual(Math.max(weight, mostWeight) + 1e-9);
    }
    expect(env.weight).toBe(0.95);
    env.step(DOWN);
    expect(env.weight).toBe(0.85);
    expect(named(env, 'weight')).toBeCloseTo(0.85);
    expect(env.atWeightSeconds).toBe(30);
  });

  it('takes the weights of a rule as it takes steps, and lets 100 % mean to wait', () => {
    const env = createCanaryEnv({ scenarios: ['healthy'], ...BUSY });
    env.reset(1);
    for (let step = 0; step < 20; step++) env.routeTo(0.25);
    expect(env.weight).toBe(0.25);
    env.routeTo(1);
    expect(env.weight).toBe(0.25);
    env.routeTo(0);
    expect(env.weight).toBe(0.05);
  });

  it('asks for half of the traffic before it promotes, for some canaries break under load alone', () => {
    const env = createCanaryEnv({ scenarios: ['healthy'], ...BUSY });
    env.reset(1);
    expect(repeat(env, HOLD, 239).terminated).toBe(false);
    const lenient = createCanaryEnv({ scenarios: ['healthy'], ...BUSY, promoteFrom: 0 });
    lenient.reset(1);
    while (!lenient.step(HOLD).terminated);
    expect(lenient.info()).toMatchObject({ promoted: 1, limited: 0 });
    const breaking = createCanaryEnv({ scenarios: ['breaks-under-load'], ...BUSY });
    expect(raise(breaking, 1)).toMatchObject({ rolledBack: 1 });
  });

  it('never promotes without traffic, and hands it to a person at the time limit, which is right', () => {
    const env = createCanaryEnv({ scenarios: ['no-traffic'], steps: 100 });
    expect(raise(env, 1)).toMatchObject({ undecided: 1, promoted: 0, provable: 0, exposureHarmSeconds: 0 });
    expect(env.info()).not.toHaveProperty('minutesToVerdict');
    expect([term(env, 'verdict'), term(env, 'undecided')]).toEqual([1, 0]);
    expect(named(env, 'canary_has_data')).toBe(0);
    expect(env.weight).toBe(0.1);
  });

  it('promotes with limited proof at the time limit where there is little traffic', () => {
    const env = createCanaryEnv({ scenarios: ['low-traffic'], steps: 240 });
    const infos = Array.from({ length: 40 }, (_, seed) => raise(env, seed));
    const limited = infos.filter((info) => info.limited === 1);
    expect(limited.length).toBeGreaterThan(3);
    expect(limited.every((info) => info.minutes === 120 && info.promoted === 1)).toBe(true);
  });

  it('is hardly ever wrong where routes are told apart, and often where a slower mix is pooled', () => {
    const falseRollbacks = (compare: string) => {
      const env = createCanaryEnv({ scenarios: ['slower-mix'], requestsPerSecond: [20, 200], compare });
      return Array.from({ length: 60 }, (_, seed) => raise(env, seed).falseRollback ?? 0).reduce(
        (sum, wrong) => sum + wrong,
        0,
      );
    };
    expect(falseRollbacks('pooled')).toBeGreaterThan(20);
    expect(falseRollbacks('routes')).toBeLessThanOrEqual(2);
    expect(falseRollbacks('same-age')).toBeLessThanOrEqual(3);
  });
});

describe('a release whose verdict the policy owns', () => {
  it('is promoted at 100 %: right for a good canary, false for a bad one', () => {
    for (const [scenario, wrong] of [
      ['healthy', 0],
      ['buggy', 1],
    ] as const) {
      const env = createCanaryEnv({ scenarios: [scenario], verdict: 'policy', start: 0.1 });
      env.reset(1);
      expect(repeat(env, UP, 8).terminated).toBe(false);
      const { terminated, truncated } = env.step(UP);
      expect([terminated, truncated]).toEqual([true, false]);
      expect(env.info()).toMatchObject({ promoted: 1, falsePromotion: wrong, minutesToVerdict: 4.5 });
      expect(term(env, 'verdict')).toBe(1 - wrong);
      expect(term(env, 'falsePromotion')).toBeCloseTo(-wrong);
    }
  });

  it('is rolled back at 0 %: right for a bad canary, false for a good one', () => {
    for (const [scenario, wrong] of [
      ['buggy', 0],
      ['healthy', 1],
    ] as const) {
      const env = createCanaryEnv({ scenarios: [scenario], verdict: 'policy', start: 0.1 });
      env.reset(1);
      env.step(UP);
      expect(env.step(DOWN).terminated).toBe(false);
      expect(env.step(DOWN).terminated).toBe(true);
      expect(env.info()).toMatchObject({ rolledBack: 1, falseRollback: wrong, minutesToVerdict: 1.5 });
    }
  });

  it('is handed to a person at the time limit; promoted without traffic it is wrong', () => {
    const env = createCanaryEnv({ scenarios: ['healthy'], verdict: 'policy', steps: 20 });
    env.reset(1);
    expect(repeat(env, HOLD, 20).terminated).toBe(true);
    expect(env.info()).toMatchObject({ undecided: 1 });
    expect(term(env, 'undecided')).toBe(-1);
    const silent = createCanaryEnv({ scenarios: ['no-traffic'], verdict: 'policy' });
    silent.reset(1);
    silent.routeTo(1);
    expect(silent.info()).toMatchObject({ promoted: 1, falsePromotion: 1 });
  });
});
