import { describe, expect, it } from 'vitest';
import { createTarget } from '../../../test/support/oneStepEnvs';
import { Random } from '../../sim/random';
import { createEngine } from '../engine/engines';
import type { Env } from '../env/env';
import { createCartPole } from '../env/reference/cartPole';
import { timeLimit } from '../env/timeLimit';
import type { NormaliserState } from '../policy/policyModel';
import type { SavedState } from '../savedState';
import type { CollectorSpec, CollectRequest, Rollout } from './collector';
import { createDistribution } from './distributions/distribution';
import { ppoNetwork } from './ppoNetwork';
import { createCollector } from './rollout';
import { RolloutActor } from './rolloutActor';
import { emptyRollout, joinRollouts } from './rolloutArrays';
import { joinActorStates, splitActorState } from './rolloutState';

/** Short enough for episodes that terminate and episodes that are cut off. */
const shortCartPole = () => timeLimit(createCartPole(), 12);

const NETWORK = { netArch: [8], activation: 'tanh' as const, sharedTrunk: false };

function specOf(makeEnv: () => Env, { envs = 5, steps = 20, seed = 3 } = {}): CollectorSpec {
  const { actionSpace, observationSpace } = makeEnv();
  const { head, outputs } = createDistribution(actionSpace);
  const network = ppoNetwork(observationSpace.fields.length, outputs, NETWORK);
  return { env: { name: '', options: {} }, network, head, engine: 'wasm', envs, steps, seed };
}

/** A policy that is not quite indifferent. */
function requestOf(
  { network, head }: CollectorSpec,
  normaliser: NormaliserState | null = null,
): CollectRequest {
  const made = createEngine('wasm').createNetwork(network, { maxRows: 1, random: new Random(9) });
  const parameters = made.readParameters().map((value) => 2 * value);
  const outputs = made.outputs[0]?.columns ?? 0;
  const logStandardDeviations = new Float32Array(head === 'gaussian' ? outputs : 0).fill(0.5);
  return { parameters, logStandardDeviations, normaliser };
}

async function collectOnce(makeEnv: () => Env, normaliser: NormaliserState | null = null): Promise<Rollout> {
  const spec = specOf(makeEnv);
  return createCollector(spec, makeEnv).collect(requestOf(spec, normaliser));
}

/** The value network's answers to some rows of observations, normalised already. */
function valuesOf({ network }: CollectorSpec, { parameters }: CollectRequest, observations: number[][]) {
  const critic = createEngine('wasm').createNetwork(network, { maxRows: 1, random: new Random(0) });
  critic.writeParameters(parameters);
  return observations.map((observation) => {
    critic.input.values.set(observation);
    critic.forward(1);
    return critic.outputs[1]?.values[0];
  });
}

const rowsOf = (values: Float32Array, width: number) =>
  Array.from({ length: values.length / width }, (_, row) => [
    ...values.subarray(row * width, (row + 1) * width),
  ]);

describe('a rollout', () => {
  it('holds what the envs show when its actions are played again', async () => {
    const spec = specOf(shortCartPole, { envs: 2, steps: 40 });
    const rollout = await createCollector(spec, shortCartPole).collect(requestOf(spec));
    expect(rollout.episodes.length).toBeGreaterThan(3);
    const episode = rollout.episodes.find(({ env }) => env === 1);
    const length = episode?.length ?? 0;
    const ends = Array.from(
      { length: 40 },
      (_, step) => rollout.terminated[step * 2 + 1] || rollout.truncated[step * 2 + 1],
    );
    expect(ends.indexOf(1)).toBe(length - 1);
    expect(episode?.return).toBe(length);
    expect(rollout.rewards.every((reward) => reward === 1)).toBe(true);
    // The cart moves by its velocity: x' = x + 0.02·v.
    const rows = rowsOf(rollout.observations, 4);
    for (let step = 0; step < length - 1; step++) {
      const [x = 0, v = 0] = rows[step * 2 + 1] ?? [];
      expect(rows[step * 2 + 3]?.[0]).toBeCloseTo(x + 0.02 * v, 6);
    }
  });

  it('has the values of its observations, and of those that come after it', async () => {
    const spec = specOf(shortCartPole);
    const request = requestOf(spec);
    const collector = createCollector(spec, shortCartPole);
    const first = structuredClone(await collector.collect(request));
    const second = await collector.collect(request);
    expect([...first.values]).toEqual(valuesOf(spec, request, rowsOf(first.observations, 4)));
    const next = rowsOf(second.observations.subarray(0, spec.envs * 4), 4);
    expect([...first.lastValues]).toEqual(valuesOf(spec, request, next));
  });

  it('has the value of the final observation where an episode was truncated, and only there', async () => {
    const finals: number[][] = [];
    const spec = specOf(shortCartPole, { envs: 1, steps: 200 });
    const request = requestOf(spec);
    const collector = createCollector(spec, () => spied(shortCartPole(), finals));
    const { truncated, terminated, truncationValues } = await collector.collect(request);
    const expected = valuesOf(spec, request, finals);
    expect(truncationValues.filter((value) => value !== 0)).toHaveLength(finals.length);
    expect(terminated.filter((end) => end === 1).length).toBeGreaterThan(0);
    const found = [...truncationValues].filter((_, step) => truncated[step] === 1);
    expect(finals.length).toBeGreaterThan(1);
    expect(found).toEqual(expected);
  });

  it('keeps actions as they were drawn, and clips them for the env alone', async () => {
    const seen: number[] = [];
    const makeEnv = () => {
      const env = createTarget();
      const step = env.step.bind(env);
      env.step = (action) => {
        if (typeof action !== 'number') seen.push(...action);
        return step(action);
      };
      return env;
    };
    const { actions } = await collectOnce(makeEnv);
    expect(Math.max(...actions.map(Math.abs))).toBeGreaterThan(1);
    expect(seen).toEqual([...actions].map((action) => Math.min(Math.max(action, -1), 1)));
  });

  it('has raw observations, but a policy that acts on normalised ones', async () => {
    const normaliser = { mean: Float64Array.of(1, 0), variance: Float64Array.of(4, 1), count: 9, clip: 0.75 };
    const spec = specOf(createTarget);
    const request = requestOf(spec, normaliser);
    const { observations, values } = await createCollector(spec, createTarget).collect(request);
    const clip = (value: number) => Math.fround(Math.min(Math.max(value, -0.75), 0.75));
    const normalised = rowsOf(observations, 2).map(([a = 0, b = 0]) => [
      clip((a - 1) / Math.sqrt(4 + 1e-8)),
      clip(b / Math.sqrt(1 + 1e-8)),
    ]);
    expect([...values]).toEqual(valuesOf(spec, request, normalised));
    expect(values).not.toEqual((await collectOnce(createTarget)).values);
  });
});

/** Records the observations with which episodes are cut off. */
function spied(env: Env, finals: number[][]): Env {
  const step = env.step.bind(env);
  env.step = (action) => {
    const result = step(action);
    if (result.truncated) finals.push([...env.observation]);
    return result;
  };
  return env;
}

describe('envs in parts', () => {
  const cases: [string, () => Env][] = [
    ['choices', shortCartPole],
    ['numbers', createTarget],
  ];
  const actorsOf = (spec: CollectorSpec, makeEnv: () => Env, counts: readonly number[]) => {
    let first = 0;
    return counts.map((count) => {
      const actor = new RolloutActor(spec, { first, count }, makeEnv);
      first += count;
      return actor;
    });
  };
  const collectAll = (actors: RolloutActor[], request: CollectRequest) =>
    joinRollouts(
      actors.map((actor) => {
        const rollout = emptyRollout(actor.shape);
        actor.collect(request, rollout);
        return rollout;
      }),
      null,
    );

  it.each(cases)('give the same bits as all together: %s', (_, makeEnv) => {
    const spec = specOf(makeEnv);
    const request = requestOf(spec);
    const whole = actorsOf(spec, makeEnv, [5]);
    const parts = actorsOf(spec, makeEnv, [2, 1, 2]);
    for (let round = 0; round < 3; round++) {
      expect(collectAll(parts, request)).toEqual(collectAll(whole, request));
    }
    expect(joinActorStates(parts.map((actor) => actor.save()))).toEqual(whole[0]?.save());
  });

  it.each(cases)('go on from a state that others have saved: %s', (_, makeEnv) => {
    const spec = specOf(makeEnv);
    const request = requestOf(spec);
    const [before, after] = [actorsOf(spec, makeEnv, [3, 2]), actorsOf(spec, makeEnv, [1, 4])];
    collectAll(before, request);
    const state = joinActorStates(before.map((actor) => actor.save()));
    const fromFile: SavedState = { ...state, values: JSON.parse(JSON.stringify(state.values)) };
    for (const [index, part] of splitActorState(fromFile, [1, 4]).entries()) after[index]?.restore(part);
    expect(collectAll(after, request)).toEqual(collectAll(before, request));
  });

  it('are refused where there are not as many, and where the state is none', () => {
    const [actor] = actorsOf(specOf(createTarget), createTarget, [5]);
    const state = actor?.save() ?? { values: null, arrays: {} };
    const refusal = expect.objectContaining({ code: 'checkpoint-invalid' });
    expect(() => splitActorState(state, [4, 2])).toThrow(refusal);
    expect(() => splitActorState({ ...state, arrays: {} }, [5])).toThrow(refusal);
    expect(() => actor?.restore({ values: 7, arrays: {} })).toThrow(refusal);
  });
});

it('an env that throws is named with its step, and its error is kept', async () => {
  const makeEnv = () => {
    const env = createTarget();
    env.step = () => {
      throw new TypeError('out of order');
    };
    return env;
  };
  await expect(collectOnce(makeEnv)).rejects.toMatchObject({
    message: 'env 0, step 0 of its episode: out of order',
    cause: expect.any(TypeError),
  });
});
