import * as z from 'zod';
import { Random } from '../../sim/random';
import { createEngine } from '../engine/engines';
import type { Matrix, Network } from '../engine/network';
import { actionSize, type BoxSpace, type Env } from '../env/env';
import { mixSeed } from '../env/mixSeed';
import { RunningStatistics } from '../env/runningStatistics';
import { createVectorEnv } from '../env/syncVectorEnv';
import type { VectorEnv } from '../env/vectorEnv';
import type { SavedState } from '../savedState';
import type { CollectorSpec, CollectRequest, EnvSpec, Rollout } from './collector';
import { createDistribution, type Distribution } from './distributions/distribution';
import { invalidState, joinStates, requirePart, splitState } from './nestedState';
import { ObservationInput } from './observationInput';
import type { RolloutShape } from './rolloutArrays';

/** The second part of the seed of what an env's actions are drawn with; without it, its episodes' seeds are. */
const ACT = 1;

/**
 * Some of a collector's envs with the policy that acts in them: what a worker has, or the whole of it on one thread.
 * A rollout is a function of the request and of the envs' state alone. A step allocates nothing.
 */
export class RolloutActor {
  readonly shape: RolloutShape;
  readonly #vector: VectorEnv;
  readonly #network: Network;
  readonly #policy: Matrix;
  readonly #value: Matrix;
  readonly #distribution: Distribution;
  /** By env. */
  readonly #randoms: readonly Random[];
  /** count × actionSize, within the space. */
  readonly #actions: Float32Array;
  readonly #clip: ((actions: Float32Array) => void) | null;

  /** @param part its envs among the collector's @throws what `createEnv` throws */
  constructor(spec: CollectorSpec, part: { first: number; count: number }, createEnv: (env: EnvSpec) => Env) {
    const { first, count } = part;
    const vector = createVectorEnv(() => createEnv(spec.env), { count, firstIndex: first, seed: spec.seed });
    const network = createEngine(spec.engine).createNetwork(spec.network, {
      maxRows: count,
      // Its parameters come with each request.
      random: new Random(0),
    });
    const [policy, value] = network.outputs;
    if (!policy || !value) throw new RangeError('the network lacks a tower for policy or value');
    const { actionSpace, observationSpace } = vector;
    this.#vector = vector;
    this.#network = network;
    this.#policy = policy;
    this.#value = value;
    this.#distribution = createDistribution(actionSpace);
    this.#randoms = Array.from(
      { length: count },
      (_, index) => new Random(mixSeed(spec.seed, first + index, ACT)),
    );
    this.shape = {
      steps: spec.steps,
      envs: count,
      fields: observationSpace.fields.length,
      actionSize: actionSize(actionSpace),
    };
    this.#actions = new Float32Array(count * this.shape.actionSize);
    this.#clip = actionSpace.kind === 'box' ? clipTo(actionSpace) : null;
  }

  /** Fills `rollout`, which has the actor's shape. @throws NumericError, and whatever an env throws */
  collect(request: CollectRequest, rollout: Rollout): void {
    const { normaliser, parameters, logStandardDeviations } = request;
    this.#network.writeParameters(parameters);
    this.#distribution.parameters.set(logStandardDeviations);
    const input = new ObservationInput(
      normaliser && RunningStatistics.from(normaliser),
      normaliser?.clip ?? Number.POSITIVE_INFINITY,
    );
    for (let step = 0; step < this.shape.steps; step++) this.#step(step * this.shape.envs, input, rollout);
    this.#observe(input);
    for (let env = 0; env < this.shape.envs; env++) rollout.lastValues[env] = this.#valueAt(env);
    rollout.episodes = this.#vector.takeEpisodes().sort((a, b) => a.env - b.env);
  }

  save(): SavedState {
    const values: Saved = { randoms: this.#randoms.map((random) => random.save()) };
    return joinStates(values, { envs: this.#vector.save() });
  }

  /** @throws CoxswainError `checkpoint-invalid` */
  restore(state: SavedState): void {
    const { values, parts } = splitState(state);
    const saved = Saved.safeParse(values);
    if (saved.data?.randoms.length !== this.#randoms.length) throw invalidState('it has not as many envs');
    this.#vector.restore(requirePart(parts, 'envs'));
    for (const [index, random] of saved.data.randoms.entries()) this.#randoms[index]?.restore(random);
  }

  dispose(): void {
    this.#network.dispose();
  }

  /** @param at index of the step's first env in the rollout */
  #step(at: number, input: ObservationInput, rollout: Rollout): void {
    const vector = this.#vector;
    rollout.observations.set(vector.observations, at * this.shape.fields);
    this.#observe(input);
    this.#act(at, rollout);
    this.#clip?.(this.#actions);
    vector.step(this.#actions);
    rollout.rewards.set(vector.rewards, at);
    rollout.terminated.set(vector.terminated, at);
    rollout.truncated.set(vector.truncated, at);
    this.#bootstrap(at, input, rollout);
  }

  #observe(input: ObservationInput): void {
    const { envs } = this.shape;
    for (let env = 0; env < envs; env++)
      input.write(this.#vector.observations, env, this.#network.input, env);
    this.#network.forward(envs);
  }

  #act(at: number, rollout: Rollout): void {
    const { envs, actionSize: size } = this.shape;
    const { values, stride } = this.#policy;
    const distribution = this.#distribution;
    for (let env = 0; env < envs; env++) {
      const random = this.#randoms[env] as Random;
      const target = (at + env) * size;
      distribution.sample(values, env * stride, random, rollout.actions, target);
      rollout.logProbabilities[at + env] = distribution.logProbability;
      rollout.values[at + env] = this.#valueAt(env);
      for (let index = 0; index < size; index++) {
        this.#actions[env * size + index] = rollout.actions[target + index] as number;
      }
    }
  }

  /** Values of the final observations of episodes that were truncated, together in one forward pass. */
  #bootstrap(at: number, input: ObservationInput, rollout: Rollout): void {
    const { finalObservations, truncated, terminated } = this.#vector;
    const { envs } = this.shape;
    let rows = 0;
    for (let env = 0; env < envs; env++) {
      rollout.truncationValues[at + env] = 0;
      if (truncated[env] === 0 || terminated[env] === 1) continue;
      input.write(finalObservations, env, this.#network.input, rows);
      rows++;
    }
    if (rows === 0) return;
    this.#network.forward(rows);
    for (let env = 0, row = 0; env < envs; env++) {
      if (truncated[env] === 0 || terminated[env] === 1) continue;
      rollout.truncationValues[at + env] = this.#valueAt(row);
      row++;
    }
  }

  #valueAt(row: number): number {
    return this.#value.values[row * this.#value.stride] as number;
  }
}

const Saved = z.object({
  /** By env. */
  randoms: z.array(
    z.tuple([z.number(), z.number(), z.number(), z.number(), z.number().nullable()]).readonly(),
  ),
});
type Saved = z.infer<typeof Saved>;

/** A Gaussian knows no bounds, the env has some. */
function clipTo({ fields }: BoxSpace): (actions: Float32Array) => void {
  const lows = Float32Array.from(fields, ({ min }) => min);
  const highs = Float32Array.from(fields, ({ max }) => max);
  return (actions) => {
    for (let index = 0; index < actions.length; index++) {
      const field = index % lows.length;
      const action = actions[index] as number;
      actions[index] = Math.min(Math.max(action, lows[field] as number), highs[field] as number);
    }
  };
}
