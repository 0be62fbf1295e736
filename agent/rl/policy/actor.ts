import type { Random } from '../../sim/random';
import type { Engine, Network } from '../engine/network';
import type { BoxSpace, EnvAction } from '../env/env';
import { normaliseRows } from '../env/normaliseObservation';
import { NumericError } from '../numericError';
import { checkPolicy } from './checkPolicy';
import { type Choice, clippedToSpace, gaussianConfidence, greedyChoice } from './decisionHead';
import type { PolicyModel } from './policyModel';

/** What a policy answers to one observation. */
export interface Decision {
  /** Index of a discrete space, or a vector within the bounds of a box. */
  action: EnvAction;
  /** 0…1: the probability of the action; of a Gaussian head see `gaussianConfidence`. */
  confidence: number;
  /** By action: softmax of the logits, for Q-values see `probabilitiesOf`. Empty for a Gaussian head. */
  probabilities: readonly number[];
  /** What the first tower says: Q-values, logits, or means. */
  values: readonly number[];
}

/** A policy that acts. It takes raw observations, and does not change. */
export interface Actor {
  readonly model: PolicyModel;
  /** Greedily. @throws RangeError for another length, NumericError where a number is not finite */
  decide(observation: ArrayLike<number>): Decision;
  /** By chance: with the probabilities of `decide`, or normally about the means. Throws as `decide` does. */
  sample(observation: ArrayLike<number>, random: Random): EnvAction;
  /**
   * What the first tower says to many observations.
   *
   * @param rows `count` raw observations, one after the other
   * @returns count × outputs
   * @throws NumericError where one is not finite
   */
  evaluate(rows: Float32Array, count: number): Float32Array;
  dispose(): void;
}

/** Rows that are evaluated at once. */
const BATCH_ROWS = 256;

/** @throws RangeError where the model contradicts itself */
export function createActor(model: PolicyModel, engine: Engine): Actor {
  checkPolicy(model);
  return new NetworkActor(model, engine);
}

class NetworkActor implements Actor {
  readonly model: PolicyModel;
  readonly #network: Network;
  readonly #rows: Float32Array;

  constructor(model: PolicyModel, engine: Engine) {
    this.model = model;
    // Towers after the first are for training; in the flat order their parameters come last.
    const spec = { ...model.network, towers: model.network.towers.slice(0, 1) };
    this.#network = engine.createNetwork(spec, { maxRows: BATCH_ROWS, random: null });
    this.#network.writeParameters(model.parameters.slice(0, this.#network.parameterCount));
    this.#rows = new Float32Array(BATCH_ROWS * spec.inputs);
  }

  decide(observation: ArrayLike<number>): Decision {
    const values = this.#valuesOf(observation);
    const { head, actionSpace, logStandardDeviations } = this.model;
    if (actionSpace.kind === 'box') {
      const confidence = gaussianConfidence(actionSpace, logStandardDeviations);
      return { action: clippedToSpace(actionSpace, values), confidence, probabilities: [], values };
    }
    const { action, probabilities } = this.#choose(values, head);
    return { action, confidence: probabilities[action] ?? 0, probabilities, values };
  }

  sample(observation: ArrayLike<number>, random: Random): EnvAction {
    const values = this.#valuesOf(observation);
    const { head, actionSpace } = this.model;
    if (actionSpace.kind === 'box') return this.#sampleBox(actionSpace, values, random);
    const { probabilities } = this.#choose(values, head);
    let rest = random.uniform();
    const drawn = probabilities.findIndex((probability) => {
      rest -= probability;
      return rest < 0;
    });
    // Rounding may leave a little.
    return drawn < 0 ? probabilities.length - 1 : drawn;
  }

  evaluate(rows: Float32Array, count: number): Float32Array {
    const { inputs, towers } = this.#network.spec;
    if (rows.length < count * inputs)
      throw new RangeError(`${rows.length} numbers for ${count} rows of ${inputs}`);
    const outputs = towers[0]?.layers.at(-1)?.units ?? 0;
    const results = new Float32Array(count * outputs);
    for (let first = 0; first < count; first += BATCH_ROWS) {
      const batch = Math.min(BATCH_ROWS, count - first);
      this.#rows.set(rows.subarray(first * inputs, (first + batch) * inputs));
      this.#forward(batch, results.subarray(first * outputs));
    }
    return results;
  }

  dispose(): void {
    this.#network.dispose();
  }

  #valuesOf(observation: ArrayLike<number>): number[] {
    const { fields } = this.model.observationSpace;
    if (observation.length !== fields.length) {
      throw new RangeError(
        `an observation of ${observation.length} numbers where ${fields.length} are needed`,
      );
    }
    for (const [index, { name }] of fields.entries()) {
      const value = observation[index] as number;
      if (!Number.isFinite(value)) throw new NumericError(`${name} of the observation`, value);
    }
    this.#rows.set(observation);
    const values = new Float32Array(this.#network.outputs[0]?.columns ?? 0);
    this.#forward(1, values);
    return Array.from(values);
  }

  /** Of the first `count` rows, into `results`. */
  #forward(count: number, results: Float32Array): void {
    const { input, spec, outputs } = this.#network;
    const rows = this.#rows.subarray(0, count * spec.inputs);
    if (this.model.normaliser) normaliseRows(this.model.normaliser, rows, rows);
    for (let row = 0; row < count; row++) {
      input.values.set(rows.subarray(row * spec.inputs, (row + 1) * spec.inputs), row * input.stride);
    }
    this.#network.forward(count);
    const [output] = outputs;
    if (!output) return;
    const { values, stride, columns } = output;
    for (let row = 0; row < count; row++) {
      results.set(values.subarray(row * stride, row * stride + columns), row * columns);
    }
    for (let index = 0; index < count * columns; index++) {
      const result = results[index] as number;
      // Great weights may overflow for some observations only.
      if (!Number.isFinite(result)) throw new NumericError('an output of the policy', result);
    }
  }

  #choose(values: readonly number[], head: PolicyModel['head']): Choice {
    return greedyChoice(values, head === 'q-values' ? 'q-values' : 'logits');
  }

  #sampleBox(space: BoxSpace, means: readonly number[], random: Random): Float32Array {
    const drawn = means.map((mean, index) => {
      const deviation = Math.exp(this.model.logStandardDeviations[index] ?? 0);
      return mean + deviation * random.gaussian();
    });
    return clippedToSpace(space, drawn);
  }
}
