import type { Random } from '../../../sim/random';
import type { ActionSpace } from '../../env/env';
import { Categorical } from './categorical';
import { Gaussian } from './gaussian';

/**
 * A stochastic policy's distribution over actions, given a row of outputs of the policy tower. One object serves row
 * after row, so that nothing is allocated: `logProbability`, `entropy` and `addGradient` are about the row and action
 * that `sample` or `evaluate` has had last.
 */
export interface Distribution {
  readonly head: 'categorical' | 'gaussian';
  /** Columns of the policy tower. */
  readonly outputs: number;
  /** Numbers of an action. */
  readonly actionSize: number;
  /** log π(a|s), natural; of a Gaussian the log of the density. */
  readonly logProbability: number;
  /** In nats. */
  readonly entropy: number;
  /** Parameters that do not depend on the state: a Gaussian's log standard deviations, else none. */
  readonly parameters: Float32Array;
  /** By parameter: what `addGradient` has added up since somebody set it to 0. */
  readonly parameterGradients: Float64Array;
  /** Draws an action into `actions` at `actionOffset`. */
  sample(
    outputs: Float32Array,
    offset: number,
    random: Random,
    actions: Float32Array,
    actionOffset: number,
  ): void;
  /** Looks at the action at `actionOffset`. */
  evaluate(outputs: Float32Array, offset: number, actions: Float32Array, actionOffset: number): void;
  /**
   * For a loss with dL/d log π and dL/dH, writes dL/d outputs at `offset` and adds to `parameterGradients`.
   */
  addGradient(
    logProbabilityGradient: number,
    entropyGradient: number,
    outputGradients: Float32Array,
    offset: number,
  ): void;
}

/** The distribution that fits a space: categorical for a discrete one, Gaussian for a box. */
export function createDistribution(space: ActionSpace): Distribution {
  return space.kind === 'discrete' ? new Categorical(space.labels.length) : new Gaussian(space.fields.length);
}
