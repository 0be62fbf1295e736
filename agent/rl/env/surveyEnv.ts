import { Random } from '../../sim/random';
import type { Env } from './env';
import { randomAction } from './randomAction';
import { RunningStatistics } from './runningStatistics';

/** What an env showed in episodes of random actions. */
export interface EnvSurvey {
  episodes: number;
  steps: number;
  /** How many episodes ended by themselves; the others were cut off. */
  terminated: number;
  /** One per field of the observation. */
  observation: readonly Range[];
  reward: Range;
  /** Of whole episodes. */
  return: Range;
  length: Range;
}

export interface Range {
  min: number;
  mean: number;
  max: number;
}

export interface SurveyOptions {
  episodes: number;
  seed: number;
}

/** Episodes that go on for longer are left there, so that an env without an end can be looked at too. */
const MOST_STEPS = 10_000;

/** Plays episodes by random actions; reproducible by `seed`. */
export function surveyEnv(env: Env, { episodes, seed }: SurveyOptions): EnvSurvey {
  const random = new Random(seed);
  const observation = new Ranges(env.observation.length);
  const reward = new Ranges(1);
  const totals = new Ranges(2);
  let steps = 0;
  let terminated = 0;
  for (let episode = 0; episode < episodes; episode++) {
    env.reset(random.below(2 ** 32));
    observation.add(env.observation);
    let [total, length, over] = [0, 0, false];
    while (!over && length < MOST_STEPS) {
      const result = env.step(randomAction(env.actionSpace, random));
      observation.add(env.observation);
      reward.add(Float64Array.of(result.reward));
      total += result.reward;
      length++;
      over = result.terminated || result.truncated;
      if (result.terminated) terminated++;
    }
    totals.add(Float64Array.of(total, length));
    steps += length;
  }
  return {
    episodes,
    steps,
    terminated,
    observation: Array.from(env.observation, (_, field) => observation.of(field)),
    reward: reward.of(0),
    return: totals.of(0),
    length: totals.of(1),
  };
}

/** Least, mean and greatest of each column. */
class Ranges {
  readonly #statistics: RunningStatistics;
  readonly #min: Float64Array;
  readonly #max: Float64Array;

  constructor(columns: number) {
    this.#statistics = new RunningStatistics(columns);
    this.#min = new Float64Array(columns).fill(Infinity);
    this.#max = new Float64Array(columns).fill(-Infinity);
  }

  add(row: Float32Array | Float64Array): void {
    this.#statistics.update(row);
    for (const [column, value] of row.entries()) {
      this.#min[column] = Math.min(this.#min[column] as number, value);
      this.#max[column] = Math.max(this.#max[column] as number, value);
    }
  }

  of(column: number): Range {
    const { mean } = this.#statistics;
    return {
      min: this.#min[column] as number,
      mean: mean[column] as number,
      max: this.#max[column] as number,
    };
  }
}
