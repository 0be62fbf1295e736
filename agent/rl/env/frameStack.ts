import type { BoxSpace, Env, EnvAction, StepResult } from './env';

/**
 * Shows the last `frames` observations side by side, the newest first: `x`, then `x[t-1]`, … An episode begins as if
 * its first observation had been there all along.
 */
export function frameStack(env: Env, frames: number): Env {
  if (!Number.isInteger(frames) || frames < 1) throw new RangeError(`a stack of ${frames} frames`);
  return new FrameStack(env, frames);
}

class FrameStack implements Env {
  readonly spec: string;
  readonly observationSpace: BoxSpace;
  readonly actionSpace: Env['actionSpace'];
  readonly observation: Float32Array;
  readonly #env: Env;

  constructor(env: Env, frames: number) {
    const { fields } = env.observationSpace;
    this.spec = `${env.spec} x${frames}`;
    this.observationSpace = {
      kind: 'box',
      fields: Array.from({ length: frames }, (_, age) =>
        fields.map((field) => (age === 0 ? field : { ...field, name: `${field.name}[t-${age}]` })),
      ).flat(),
    };
    this.actionSpace = env.actionSpace;
    this.observation = new Float32Array(frames * fields.length);
    this.#env = env;
  }

  reset(seed: number): void {
    const newest = this.#env.observation;
    this.#env.reset(seed);
    for (let offset = 0; offset < this.observation.length; offset += newest.length) {
      this.observation.set(newest, offset);
    }
  }

  step(action: EnvAction): StepResult {
    const newest = this.#env.observation;
    const result = this.#env.step(action);
    this.observation.copyWithin(newest.length, 0, this.observation.length - newest.length);
    this.observation.set(newest);
    return result;
  }

  info(): Readonly<Record<string, number>> {
    return this.#env.info();
  }
}
