import type { NormaliserState } from '../policy/policyModel';
import type { BoxSpace, Env, EnvAction, StepResult } from './env';

const EPSILON = 1e-8;

/**
 * Normalises rows of observations by saved statistics.
 *
 * @param observations n × fields @param target of the same length; may be the same array
 */
export function normaliseRows(
  { mean, variance, clip }: NormaliserState,
  observations: Float32Array,
  target: Float32Array,
): void {
  const fields = mean.length;
  for (let row = 0; row < observations.length; row += fields) {
    for (let field = 0; field < fields; field++) {
      const deviation = (observations[row + field] as number) - (mean[field] as number);
      const scaled = deviation / Math.sqrt((variance[field] as number) + EPSILON);
      target[row + field] = Math.min(Math.max(scaled, -clip), clip);
    }
  }
}

/** The env with observations normalised by statistics that stay as they are; fields are then in standard deviations. */
export function normaliseObservation(env: Env, state: NormaliserState): Env {
  const { fields } = env.observationSpace;
  if (state.mean.length !== fields.length) {
    throw new RangeError(`statistics of ${state.mean.length} fields for an env of ${fields.length}`);
  }
  return new NormaliseObservation(env, state);
}

class NormaliseObservation implements Env {
  readonly spec: string;
  readonly observationSpace: BoxSpace;
  readonly actionSpace: Env['actionSpace'];
  readonly observation: Float32Array;
  readonly #env: Env;
  readonly #state: NormaliserState;

  constructor(env: Env, state: NormaliserState) {
    const { fields } = env.observationSpace;
    const { clip } = state;
    this.spec = `${env.spec} normalised`;
    this.observationSpace = {
      kind: 'box',
      fields: fields.map(({ name }) => ({ name, unit: 'standard deviations', min: -clip, max: clip })),
    };
    this.actionSpace = env.actionSpace;
    this.observation = new Float32Array(fields.length);
    this.#env = env;
    this.#state = state;
  }

  reset(seed: number): void {
    this.#env.reset(seed);
    normaliseRows(this.#state, this.#env.observation, this.observation);
  }

  step(action: EnvAction): StepResult {
    const result = this.#env.step(action);
    normaliseRows(this.#state, this.#env.observation, this.observation);
    return result;
  }

  info(): Readonly<Record<string, number>> {
    return this.#env.info();
  }
}
