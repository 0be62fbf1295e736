import * as z from 'zod';
import { CoxswainError } from '../../protocol';
import { Random } from '../../sim/random';
import { NumericError } from '../numericError';
import type { SavedState } from '../savedState';
import { actionSize, type Env, type EnvAction, FIRST_HELD_OUT_SEED } from './env';
import { mixSeed } from './mixSeed';
import type { Episode, VectorEnv } from './vectorEnv';

export interface VectorEnvOptions {
  count: number;
  /** Index, over all workers, of the first env here. */
  firstIndex?: number;
  /** A whole number. */
  seed: number;
}

/** Envs that step one after the other on this thread; each has begun its first episode. */
export function createVectorEnv(makeEnv: () => Env, options: VectorEnvOptions): VectorEnv {
  const { count, firstIndex = 0, seed } = options;
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`a vector of ${count} envs`);
  const slots = Array.from({ length: count }, (_, index) => new Slot(makeEnv(), firstIndex + index, seed));
  return new SyncVectorEnv(slots);
}

class SyncVectorEnv implements VectorEnv {
  readonly count: number;
  readonly spec: string;
  readonly observationSpace: VectorEnv['observationSpace'];
  readonly actionSpace: VectorEnv['actionSpace'];
  readonly observations: Float32Array;
  readonly rewards: Float32Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  readonly finalObservations: Float32Array;
  readonly #slots: readonly Slot[];
  readonly #actionSize: number;
  #episodes: Episode[] = [];

  constructor(slots: readonly Slot[]) {
    const [{ env }] = slots as readonly [Slot];
    const fields = env.observationSpace.fields.length;
    this.count = slots.length;
    this.spec = env.spec;
    this.observationSpace = env.observationSpace;
    this.actionSpace = env.actionSpace;
    this.observations = new Float32Array(this.count * fields);
    this.rewards = new Float32Array(this.count);
    this.terminated = new Uint8Array(this.count);
    this.truncated = new Uint8Array(this.count);
    this.finalObservations = new Float32Array(this.count * fields);
    this.#slots = slots;
    this.#actionSize = actionSize(env.actionSpace);
    for (const [index, slot] of slots.entries())
      slot.begin(slot.nextSeed(), this.observations, index * fields);
  }

  step(actions: Float32Array): void {
    const expected = this.count * this.#actionSize;
    if (actions.length !== expected)
      throw new RangeError(`${actions.length} action numbers, not ${expected}`);
    for (let index = 0; index < this.count; index++) this.#stepOne(index, actions);
  }

  #stepOne(index: number, actions: Float32Array): void {
    const slot = this.#slots[index] as Slot;
    const { env } = slot;
    const row = index * env.observation.length;
    const { reward, terminated, truncated } = slot.step(actions, index * this.#actionSize);
    this.rewards[index] = reward;
    this.terminated[index] = terminated ? 1 : 0;
    this.truncated[index] = truncated && !terminated ? 1 : 0;
    if (!terminated && !truncated) {
      slot.observe(this.observations, row);
      return;
    }
    slot.observe(this.finalObservations, row);
    this.#episodes.push(slot.episode(terminated));
    slot.begin(slot.nextSeed(), this.observations, row);
  }

  takeEpisodes(): Episode[] {
    const taken = this.#episodes;
    this.#episodes = [];
    return taken;
  }

  save(): SavedState {
    const lengths = this.#slots.map(({ length }) => length);
    const actions = new Float32Array(lengths.reduce((sum, length) => sum + length * this.#actionSize, 0));
    let end = 0;
    for (const { actions: played } of this.#slots) {
      actions.set(played, end);
      end += played.length;
    }
    const values: Saved = {
      envs: this.#slots.map((slot) => ({
        random: slot.random.save(),
        episodeSeed: slot.episodeSeed,
        length: slot.length,
      })),
      episodes: this.#episodes.map((episode) => ({ ...episode })),
    };
    return { values, arrays: { actions, observations: this.observations.slice() } };
  }

  restore({ values, arrays }: SavedState): void {
    const { envs, episodes } = parseSaved(values);
    const { actions, observations } = arrays;
    const numbers = envs.reduce((sum, { length }) => sum + length * this.#actionSize, 0);
    if (envs.length !== this.count) throw invalid(`it holds ${envs.length} envs, here are ${this.count}`);
    if (!(actions instanceof Float32Array) || actions.length !== numbers)
      throw invalid('actions are missing');

    let from = 0;
    for (const [index, slot] of this.#slots.entries()) {
      const { random, episodeSeed, length } = envs[index] as Saved['envs'][number];
      const to = from + length * this.#actionSize;
      slot.random.restore(random);
      slot.replay(episodeSeed, actions, from, to);
      slot.observe(this.observations, index * slot.env.observation.length);
      from = to;
    }
    if (!this.observations.every((value, index) => value === observations?.[index])) {
      throw invalid('its episodes, played again, went another way: env or its options have changed');
    }
    this.rewards.fill(0);
    this.terminated.fill(0);
    this.truncated.fill(0);
    this.#episodes = episodes;
  }
}

/** One env of the vector: its stream of episode seeds, and its running episode. */
class Slot {
  readonly env: Env;
  readonly random: Random;
  readonly #index: number;
  readonly #vector: Float32Array | null;
  episodeSeed = 0;
  /** Steps of the episode. */
  length = 0;
  #return = 0;
  /** Grows to the longest episode and stays. */
  #actions: Float32Array;

  constructor(env: Env, index: number, seed: number) {
    const size = actionSize(env.actionSpace);
    this.env = env;
    this.random = new Random(mixSeed(seed, index));
    this.#index = index;
    this.#vector = env.actionSpace.kind === 'box' ? new Float32Array(size) : null;
    this.#actions = new Float32Array(64 * size);
  }

  /** What was done in the episode: length × actionSize. A view. */
  get actions(): Float32Array {
    return this.#actions.subarray(0, this.length * actionSize(this.env.actionSpace));
  }

  nextSeed(): number {
    return this.random.below(FIRST_HELD_OUT_SEED);
  }

  /** Begins an episode and writes its first observation. */
  begin(seed: number, observations: Float32Array, offset: number): void {
    this.#reset(seed);
    this.observe(observations, offset);
  }

  step(actions: Float32Array, offset: number) {
    const action = this.#record(actions, offset);
    const result = this.#stepEnv(action);
    this.length++;
    if (!Number.isFinite(result.reward)) throw this.#numericError('reward', result.reward);
    this.#return += result.reward;
    return result;
  }

  /** Copies the observation. @throws NumericError */
  observe(observations: Float32Array, offset: number): void {
    const { observation } = this.env;
    for (let index = 0; index < observation.length; index++) {
      const value = observation[index] as number;
      if (!Number.isFinite(value)) throw this.#observationError(index, value);
      observations[offset + index] = value;
    }
  }

  episode(terminated: boolean): Episode {
    return { env: this.#index, return: this.#return, length: this.length, terminated, info: this.env.info() };
  }

  replay(seed: number, actions: Float32Array, from: number, to: number): void {
    this.#reset(seed);
    const size = actionSize(this.env.actionSpace);
    for (let offset = from; offset < to; offset += size) this.step(actions, offset);
  }

  #reset(seed: number): void {
    this.env.reset(seed);
    this.episodeSeed = seed;
    this.length = 0;
    this.#return = 0;
  }

  #record(actions: Float32Array, offset: number): EnvAction {
    const vector = this.#vector;
    const size = vector === null ? 1 : vector.length;
    const end = this.length * size;
    if (end === this.#actions.length) this.#grow();
    for (let index = 0; index < size; index++) {
      const value = actions[offset + index] as number;
      this.#actions[end + index] = value;
      if (vector !== null) vector[index] = value;
    }
    return vector ?? (actions[offset] as number);
  }

  #grow(): void {
    const grown = new Float32Array(2 * this.#actions.length);
    grown.set(this.#actions);
    this.#actions = grown;
  }

  #stepEnv(action: EnvAction) {
    try {
      return this.env.step(action);
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      const message = `env ${this.#index}, step ${this.length} of its episode: ${what}`;
      throw error instanceof RangeError ? new RangeError(message) : new Error(message, { cause: error });
    }
  }

  #observationError(index: number, value: number): NumericError {
    return this.#numericError(`observation "${this.env.observationSpace.fields[index]?.name}"`, value);
  }

  #numericError(what: string, value: number): NumericError {
    return new NumericError(`env ${this.#index}: ${what} at step ${this.length} of its episode`, value);
  }
}

const Saved = z.object({
  envs: z.array(
    z.object({
      random: z.tuple([z.number(), z.number(), z.number(), z.number(), z.number().nullable()]).readonly(),
      episodeSeed: z.number(),
      length: z.number().int(),
    }),
  ),
  /** Ended and not yet taken. */
  episodes: z.array(
    z.object({
      env: z.number(),
      return: z.number(),
      length: z.number(),
      terminated: z.boolean(),
      info: z.record(z.string(), z.number()),
    }),
  ),
});
type Saved = z.infer<typeof Saved>;

function parseSaved(values: unknown): Saved {
  const parsed = Saved.safeParse(values);
  if (!parsed.success) throw invalid('it is no state of envs');
  return parsed.data;
}

function invalid(why: string): CoxswainError {
  return new CoxswainError(
    'checkpoint-invalid',
    `The state of the envs cannot be restored: ${why}`,
    'Resume with the options that the training began with, or start it anew.',
  );
}
