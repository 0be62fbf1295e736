import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Env } from '../rl/env/env';
import { createCanaryEnv } from './canary/canaryEnv';
import { CanaryOptions } from './canary/canaryOptions';
import { SCENARIO_NAMES } from './canary/scenario';
import { FAULTS } from './heal/faults';
import { createHealEnv } from './heal/healEnv';
import { HealOptions } from './heal/healOptions';
import { Random } from './random';
import { DOMAIN_RANGES } from './scale/domain';
import { LOAD_FAMILIES } from './scale/loadFamilies';
import { createScaleEnv } from './scale/scaleEnv';
import { ScaleOptions } from './scale/scaleOptions';

/** Mostly the ends of the interval, where things go wrong. */
const number = (least: number, most: number) =>
  fc.oneof(fc.constant(least), fc.constant(most), fc.double({ min: least, max: most, noNaN: true }));
const whole = (least: number, most: number) =>
  fc.oneof(fc.constant(least), fc.constant(most), fc.integer({ min: least, max: most }));
const pair = <T extends number>(of: fc.Arbitrary<T>) =>
  fc.tuple(of, of).map((two) => two.sort((a, b) => a - b));

const HEAL = fc.record(
  {
    spec: fc.constantFrom('heal/9', 'heal/54'),
    steps: whole(4, 60),
    faults: fc.subarray(
      FAULTS.map(({ name }) => name),
      { minLength: 1 },
    ),
    noFaultShare: number(0, 1),
    replicas: pair(whole(3, 10)),
    utilisation: pair(number(0.05, 0.9)),
    onsetSeconds: pair(number(0, 3600)),
    durationSeconds: pair(number(5, 1e6)),
    detection: fc.constantFrom('events', 'averages'),
    lagSeconds: pair(number(0, 60)),
    scrapeSeconds: pair(number(5, 15)),
    noise: pair(number(0, 0.5)),
    startupSeconds: pair(number(1, 300)),
  },
  { requiredKeys: [] },
);

const DOMAIN = fc.record(
  Object.fromEntries(
    Object.entries(DOMAIN_RANGES).map(
      ([
        key,
        {
          allowed: [least, most],
          whole: isWhole,
        },
      ]) => [key, isWhole ? whole(least, most) : number(least, most)],
    ),
  ),
  { requiredKeys: [] },
);

const SCALE = fc
  .record(
    {
      spec: fc.constantFrom('scale/12', 'scale/36'),
      reward: fc.constantFrom('seed', 'slo-cost'),
      families: fc.subarray([...LOAD_FAMILIES], { minLength: 1 }),
      trace: fc.record({
        values: fc.array(number(0, 1e300), { minLength: 2, maxLength: 50 }),
        intervalSeconds: number(1, 86_400),
      }),
      violationPrice: number(0.1, 10_000),
      minReplicas: whole(1, 29),
      maxReplicas: whole(2, 30),
      episodeSteps: whole(10, 80),
      domain: DOMAIN,
    },
    { requiredKeys: [] },
  )
  .filter((options) => ScaleOptions.safeParse(options).success);

const CANARY = fc.record(
  {
    scenarios: fc.subarray([...SCENARIO_NAMES], { minLength: 1 }),
    steps: whole(10, 60),
    step: number(0.01, 0.5),
    requestsPerSecond: pair(number(0.001, 1e5)),
  },
  { requiredKeys: [] },
);

/** Plays two episodes, by chance or always with one action. */
function checkEpisodes(env: Env, seed: number, always: number | null, mostSteps: number): void {
  const { observationSpace, actionSpace } = env;
  const actions = actionSpace.kind === 'discrete' ? actionSpace.labels.length : 0;
  const random = new Random(seed);
  for (const episode of [seed, seed + 1]) {
    env.reset(episode);
    let steps = 0;
    for (let isOver = false; !isOver; steps++) {
      expect(steps).toBeLessThan(mostSteps);
      const { reward, terminated, truncated } = env.step(
        always === null ? random.below(actions) : always % actions,
      );
      isOver = terminated || truncated;
      if (!Number.isFinite(reward)) throw new Error(`reward ${reward} in step ${steps}`);
      for (const [index, { name, min, max }] of observationSpace.fields.entries()) {
        const value = env.observation[index] as number;
        if (!(value >= Math.fround(min) && value <= Math.fround(max)))
          throw new Error(`${name} is ${value} in step ${steps}`);
      }
    }
    for (const [name, value] of Object.entries(env.info()))
      if (!Number.isFinite(value)) throw new Error(`${name} is ${value} in the end`);
  }
}

describe.each<[string, fc.Arbitrary<object>, (options: object) => Env, { parse(options: object): unknown }]>([
  ['heal', HEAL, createHealEnv, HealOptions],
  ['scale', SCALE, createScaleEnv, ScaleOptions],
  ['canary', CANARY, createCanaryEnv, CanaryOptions],
])('the env %s', (_name, arbitrary, create, schema) => {
  it('ends, and stays within its bounds, whatever valid options it is given', () => {
    fc.assert(
      fc.property(
        arbitrary,
        fc.integer({ min: 0, max: 2 ** 32 - 2 }),
        fc.option(fc.nat(4)),
        (options, seed, always) => {
          schema.parse(options);
          checkEpisodes(create(options), seed, always, 301);
        },
      ),
      { numRuns: 60 },
    );
  });
});
