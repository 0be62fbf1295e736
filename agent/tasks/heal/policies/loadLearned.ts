import type { ObservationSpec } from '../../../loop/task';
import { CoxswainError } from '../../../protocol';
import type { Engine } from '../../../rl/engine/network';
import { groupedShapleyValues } from '../../../rl/explain/groupedShapley';
import { type BatchFunction, shapleyValues } from '../../../rl/explain/shapley';
import { type Actor, createActor } from '../../../rl/policy/actor';
import { calibratedConfidence } from '../../../rl/policy/confidenceCalibration';
import { checkContract, type PolicyContract } from '../../../rl/policy/contract';
import { probabilitiesOf } from '../../../rl/policy/decisionHead';
import { unusualness } from '../../../rl/policy/inputDistribution';
import type { PolicyModel } from '../../../rl/policy/policyModel';
import { GROUP_OF_FIELD, RICH_GROUPS } from '../rich/richGroups';
import { HEAL_RICH } from '../rich/richSpec';
import { HEAL_SPECS } from '../specs';
import { healthyTwin } from './healthyTwin';
import { HEAL_LABELS, type HealChoice, IDLE_MARGIN_LOGITS, type LearnedHeal } from './learned';

/** What a policy that observes by this contract has to be told, and may answer. */
export function healContract({ name, fields }: ObservationSpec): PolicyContract {
  return {
    spec: name,
    observationSpace: { kind: 'box', fields },
    actionSpace: { kind: 'discrete', labels: HEAL_LABELS },
  };
}

/** A workload of four pods that is well, and one of four pods that is not, to ask a policy before it steers. */
const PROBES: readonly (readonly number[])[] = [
  [0.4, 0, 0, 0.5, 0.4, 0.1, 0, 0, 0.4],
  [0.2, 0.1, 0.1, 0.9, 0.8, 1, 0.3, 0.2, 0.4],
];

/**
 * A stored policy, checked for all that it needs to steer healing, with a decision on trial.
 *
 * @param version `heal/3`
 * @throws CoxswainError `model-incompatible` where it was trained for something else, `model-invalid` where it
 *   contradicts itself or cannot decide
 */
export function loadLearned(model: PolicyModel, version: string, engine: Engine): LearnedHeal {
  const spec = specOf(model, version);
  checkContract(model, healContract(spec), version);
  try {
    const actor = createActor(model, engine);
    for (const nine of PROBES)
      checkDecision(actor, [...nine, ...healthyTwin(usualOf(spec)).slice(nine.length)]);
    return new LoadedHeal(actor, version, spec);
  } catch (cause) {
    throw new CoxswainError(
      'model-invalid',
      `The policy ${version} cannot decide: ${(cause as Error).message}.`,
      'Use another version, or train it again.',
      { cause },
    );
  }
}

function specOf(model: PolicyModel, version: string): ObservationSpec {
  const spec = HEAL_SPECS.find(({ name }) => name === model.spec);
  if (spec) return spec;
  const known = HEAL_SPECS.map(({ name }) => name).join(' and ');
  throw new CoxswainError(
    'model-incompatible',
    `The policy in ${version} does not fit: it observes ${model.spec}, and what there is to observe is ${known}.`,
    'Use a policy that was trained for this observation and these actions, or train one.',
  );
}

function usualOf({ fields }: ObservationSpec): number[] {
  return fields.map((field) => field.default);
}

function checkDecision(actor: Actor, observation: readonly number[]): void {
  const { probabilities } = actor.decide(observation);
  const sum = probabilities.reduce((total, probability) => total + probability, 0);
  if (!(Math.abs(sum - 1) < 1e-6)) throw new RangeError(`its probabilities sum to ${sum}`);
}

class LoadedHeal implements LearnedHeal {
  readonly version: string;
  readonly spec: string;
  readonly idleMargin: number;
  readonly #actor: Actor;
  readonly #fields: readonly string[];

  constructor(actor: Actor, version: string, { name, fields }: ObservationSpec) {
    this.version = version;
    this.spec = name;
    this.idleMargin = actor.model.calibration?.idleMargin ?? IDLE_MARGIN_LOGITS;
    this.#actor = actor;
    this.#fields = fields.map((field) => field.name);
  }

  probabilities(values: readonly number[]): readonly number[] {
    return this.#actor.decide(values).probabilities;
  }

  confidence(probability: number): number {
    const { calibration } = this.#actor.model;
    return calibration ? calibratedConfidence(calibration, probability) : probability;
  }

  /** Exact Shapley values: over the nine inputs, or over the groups of the rich ones, each of which goes as a whole. */
  contributions(values: readonly number[], choice: HealChoice) {
    const twin = healthyTwin(values);
    const index = HEAL_LABELS.indexOf(choice);
    const chance: BatchFunction = (rows, count) => this.#chanceOf(index, rows, count);
    if (this.spec !== HEAL_RICH.name) {
      const { values: shares } = shapleyValues(chance, values, [twin]);
      return shares.map((value, field) => ({ name: this.#fields[field] ?? '', value }));
    }
    const groups = Object.keys(RICH_GROUPS);
    const shares = groupedShapleyValues(chance, values, twin, GROUP_OF_FIELD, groups.length);
    return shares.map((value, group) => ({ name: groups[group] ?? '', value }));
  }

  unusualness(values: readonly number[]): number | null {
    const { inputDistribution } = this.#actor.model;
    return inputDistribution ? unusualness(inputDistribution, values) : null;
  }

  #chanceOf(choice: number, rows: Float32Array, count: number): number[] {
    const kind = this.#actor.model.head === 'q-values' ? 'q-values' : 'logits';
    const outputs = this.#actor.evaluate(rows, count);
    const width = HEAL_LABELS.length;
    const chances = new Array<number>(count);
    const values = new Array<number>(width);
    for (let row = 0; row < count; row++) {
      for (let column = 0; column < width; column++) values[column] = outputs[row * width + column] as number;
      chances[row] = probabilitiesOf(values, kind)[choice] ?? 0;
    }
    return chances;
  }
}
