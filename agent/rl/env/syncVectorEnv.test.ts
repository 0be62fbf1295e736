import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../sim/random';
import { NumericError } from '../numericError';
import { actionSize } from './env';
import { createAcrobot } from './reference/acrobot';
import { createCartPole } from './reference/cartPole';
import { createVectorEnv } from './syncVectorEnv';
import { WalkEnv } from './testing/walkEnv';
import type { VectorEnv } from './vectorEnv';

const KINDS = ['discrete', 'box'] as const;
type Kind = (typeof KINDS)[number];

const walks = (kind: Kind, count: number, seed: number, firstIndex = 0) =>
  createVectorEnv(() => new WalkEnv(kind), { count, seed, firstIndex });

/** Actions of one env at one step; the same wherever the env is. */
function writeAction(kind: Kind, random: Random, target: Float32Array): void {
  if (kind === 'discrete') target[0] = random.below(3);
  else target.set([2 * random.uniform() - 1, random.uniform()]);
}

/** Steps by random actions and keeps all that is seen. */
function play(vector: VectorEnv, kind: Kind, steps: number, random: Random) {
  const size = actionSize(vector.actionSpace);
  const actions = new Float32Array(vector.count * size);
  return Array.from({ length: steps }, () => {
    for (let env = 0; env < vector.count; env++) {
      writeAction(kind, random, actions.subarray(env * size, (env + 1) * size));
    }
    vector.step(actions);
    return {
      observations: [...vector.observations],
      rewards: [...vector.rewards],
      terminated: [...vector.terminated],
      truncated: [...vector.truncated],
      episodes: vector.takeEpisodes(),
    };
  });
}

describe('a vector of envs', () => {
  it('steps each env as it would step alone, through the ends of its episodes', () => {
    const vector = walks('discrete', 3, 5);
    const alone = [0, 1, 2].map((index) => walks('discrete', 1, 5, index));
    const random = new Random(1);
    for (let step = 0; step < 200; step++) {
      const actions = Float32Array.from([0, 1, 2], () => random.below(3));
      vector.step(actions);
      for (const [index, one] of alone.entries()) one.step(actions.subarray(index, index + 1));
      expect(vector.observations).toEqual(Float32Array.from(alone.flatMap((one) => [...one.observations])));
      expect(vector.rewards).toEqual(Float32Array.from(alone.flatMap((one) => [...one.rewards])));
      const episodes = alone.flatMap((one) => one.takeEpisodes());
      expect(vector.takeEpisodes()).toEqual(episodes);
    }
  });

  it('begins a new episode in the step in which one ends, and keeps the last observation', () => {
    const vector = walks('discrete', 1, 2);
    const right = Float32Array.of(2);
    let [total, length] = [0, 0];
    do {
      vector.step(right);
      total += vector.rewards[0] as number;
      length++;
    } while (vector.terminated[0] === 0);
    const [position, time] = vector.finalObservations;
    expect(Math.abs(position as number)).toBeGreaterThan(2);
    expect(time).toBe(length);
    expect(Math.abs(vector.observations[0] as number)).toBeLessThanOrEqual(0.5);
    expect(vector.observations[1]).toBe(0);
    const [episode, ...others] = vector.takeEpisodes();
    expect(others).toEqual([]);
    expect(episode).toMatchObject({ env: 0, length, terminated: true });
    expect(episode?.return).toBeCloseTo(total, 5);
    expect(episode?.info['last position']).toBeCloseTo(position as number, 5);
    expect(vector.takeEpisodes()).toEqual([]);
  });

  it('tells an episode that was cut off from one that has ended', () => {
    const vector = createVectorEnv(createAcrobot, { count: 2, seed: 1 });
    const nothing = Float32Array.of(1, 1);
    for (let step = 1; step < 500; step++) vector.step(nothing);
    expect([...vector.truncated]).toEqual([0, 0]);
    vector.step(nothing);
    expect([...vector.truncated]).toEqual([1, 1]);
    expect([...vector.terminated]).toEqual([0, 0]);
    expect(vector.takeEpisodes()).toEqual(
      [0, 1].map((env) => ({ env, return: -500, length: 500, terminated: false, info: {} })),
    );
  });

  it('takes an episode that has ended for ended, although its env calls it cut off too', () => {
    const create = () => {
      const env = new WalkEnv('discrete');
      env.step = () => ({ reward: 1, terminated: true, truncated: true });
      return env;
    };
    const vector = createVectorEnv(create, { count: 1, seed: 1 });
    vector.step(Float32Array.of(1));
    expect([vector.terminated[0], vector.truncated[0]]).toEqual([1, 0]);
    expect(vector.takeEpisodes()).toMatchObject([{ terminated: true, length: 1 }]);
  });

  it('gives each env seeds of its own', () => {
    const starts = [...walks('discrete', 50, 1).observations].filter((_, index) => index % 2 === 0);
    expect(new Set(starts).size).toBe(50);
    expect(new Set([...starts, walks('discrete', 1, 2).observations[0]]).size).toBe(51);
  });

  it('keeps its arrays', () => {
    const vector = walks('box', 4, 1);
    const before = [vector.observations, vector.rewards, vector.terminated, vector.finalObservations];
    play(vector, 'box', 100, new Random(1));
    expect([vector.observations, vector.rewards, vector.terminated, vector.finalObservations]).toEqual(
      before,
    );
    for (const [index, array] of [vector.observations, vector.rewards].entries()) {
      expect(array).toBe(before[index]);
    }
  });

  it('goes on bit by bit after a restore, whatever was played in between', () => {
    fc.assert(
      fc.property(
        fc.record({
          kind: fc.constantFrom(...KINDS),
          count: fc.integer({ min: 1, max: 5 }),
          seed: fc.nat(),
          before: fc.nat({ max: 60 }),
          between: fc.nat({ max: 30 }),
          intoAnother: fc.boolean(),
        }),
        ({ kind, count, seed, before, between, intoAnother }) => {
          const vector = walks(kind, count, seed);
          play(vector, kind, before, new Random(seed));
          const saved = structuredClone(vector.save());
          const expected = play(vector, kind, 40, new Random(3));

          const restored = intoAnother ? walks(kind, count, seed + 1) : vector;
          play(restored, kind, between, new Random(4));
          restored.restore({ values: JSON.parse(JSON.stringify(saved.values)), arrays: saved.arrays });
          expect(play(restored, kind, 40, new Random(3))).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('replays episodes that are longer than its first room for actions', () => {
    const vector = createVectorEnv(createAcrobot, { count: 2, seed: 1 });
    for (let step = 0; step < 300; step++) vector.step(Float32Array.of(step % 3, 1));
    const saved = vector.save();
    expect(saved.arrays.actions?.length).toBe(600);
    const other = createVectorEnv(createAcrobot, { count: 2, seed: 9 });
    other.restore(saved);
    expect(other.observations).toEqual(vector.observations);
  });

  it('keeps episodes that nobody has taken', () => {
    const vector = walks('discrete', 2, 1);
    for (let step = 0; step < 25; step++) vector.step(Float32Array.of(1, 2));
    const saved = vector.save();
    const episodes = vector.takeEpisodes();
    expect(episodes.length).toBeGreaterThan(1);
    vector.restore(saved);
    expect(vector.takeEpisodes()).toEqual(episodes);
  });
});

describe('a vector of envs refuses', () => {
  const broken = (breakIt: (env: WalkEnv, step: number) => void) =>
    createVectorEnv(
      () => {
        const env = new WalkEnv('discrete');
        let step = 0;
        const original = env.step.bind(env);
        env.step = (action) => {
          const result = original(action);
          breakIt(env, ++step);
          return result;
        };
        return env;
      },
      { count: 2, firstIndex: 4, seed: 1 },
    );
  const stay = Float32Array.of(1, 1);
  const run = (vector: VectorEnv) => {
    for (let step = 0; step < 3; step++) vector.step(stay);
  };

  const failures: [string, (env: WalkEnv, step: number) => void, string][] = [
    [
      'NaN in an observation',
      (env, step) => step === 2 && env.observation.set([Number.NaN], 1),
      'env 4: observation "time" at step 2 of its episode is NaN',
    ],
    [
      'an infinite observation',
      (env, step) => step === 1 && env.observation.set([-Infinity]),
      'env 4: observation "position" at step 1 of its episode is -Infinity',
    ],
    [
      'NaN as a reward',
      (env, step) => {
        if (step === 3) env.result.reward = Number.NaN;
      },
      'env 4: reward at step 3 of its episode is NaN',
    ],
  ];
  it.each(failures)('%s, with env, field and step', (_, breakIt, message) => {
    expect(() => run(broken(breakIt))).toThrow(NumericError);
    expect(() => run(broken(breakIt))).toThrow(message);
  });

  it('NaN in the first observation of an episode', () => {
    const create = () => {
      const env = new WalkEnv('discrete');
      env.reset = () => env.observation.fill(Number.NaN);
      return env;
    };
    expect(() => createVectorEnv(create, { count: 1, seed: 1 })).toThrow(
      'env 0: observation "position" at step 0 of its episode is NaN',
    );
  });

  it.each([3, -1, 0.5, Number.NaN])('action %s, with the env', (action) => {
    const vector = createVectorEnv(() => new WalkEnv('discrete'), { count: 2, firstIndex: 4, seed: 1 });
    expect(() => vector.step(Float32Array.of(0, action))).toThrow(RangeError);
    expect(() => vector.step(Float32Array.of(0, action))).toThrow(/^env 5, step \d of its episode: action/);
  });

  it('too few actions', () => {
    expect(() => walks('box', 2, 1).step(new Float32Array(3))).toThrow('3 action numbers, not 4');
  });

  it('to be empty', () => {
    expect(() => walks('box', 0, 1)).toThrow('a vector of 0 envs');
  });

  const states: [string, (vector: VectorEnv) => Parameters<VectorEnv['restore']>[0], string][] = [
    ['of another number of envs', () => walks('discrete', 3, 1).save(), 'it holds 3 envs, here are 2'],
    ['without its actions', (vector) => ({ ...vector.save(), arrays: {} }), 'actions are missing'],
    ['that is something else', () => ({ values: { envs: 2 }, arrays: {} }), 'it is no state of envs'],
    [
      'of another env',
      () => createVectorEnv(createCartPole, { count: 2, seed: 1 }).save(),
      'env or its options have changed',
    ],
  ];
  it.each(states)('a state %s', (_, state, message) => {
    const vector = walks('discrete', 2, 1);
    expect(() => vector.restore(state(vector))).toThrow(
      expect.objectContaining({ code: 'checkpoint-invalid', message: expect.stringContaining(message) }),
    );
  });
});
