import type { Env, EnvAction, StepResult } from './env';

/**
 * Cuts episodes off after that many steps. An episode that ends by itself in the last step is not truncated:
 * nothing would have come after.
 */
export function timeLimit(env: Env, steps: number): Env {
  if (!Number.isInteger(steps) || steps < 1) throw new RangeError(`a time limit of ${steps} steps`);
  return new TimeLimit(env, steps);
}

class TimeLimit implements Env {
  readonly spec: string;
  readonly observationSpace: Env['observationSpace'];
  readonly actionSpace: Env['actionSpace'];
  readonly observation: Float32Array;
  readonly #env: Env;
  readonly #limit: number;
  #steps = 0;

  constructor(env: Env, limit: number) {
    this.spec = env.spec;
    this.observationSpace = env.observationSpace;
    this.actionSpace = env.actionSpace;
    this.observation = env.observation;
    this.#env = env;
    this.#limit = limit;
  }

  reset(seed: number): void {
    this.#env.reset(seed);
    this.#steps = 0;
  }

  step(action: EnvAction): StepResult {
    const result = this.#env.step(action);
    this.#steps++;
    if (this.#steps >= this.#limit && !result.terminated) result.truncated = true;
    return result;
  }

  info(): Readonly<Record<string, number>> {
    return this.#env.info();
  }
}
