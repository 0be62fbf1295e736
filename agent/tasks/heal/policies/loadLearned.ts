import { CoxswainError } from '../../../protocol';
import type { Engine } from '../../../rl/engine/network';
import { shapleyValues } from '../../../rl/explain/shapley';
import { type Actor, createActor } from '../../../rl/policy/actor';
import { checkContract, type PolicyContract } from '../../../rl/policy/contract';
import { probabilitiesOf } from '../../../rl/policy/decisionHead';
import type { PolicyModel } from '../../../rl/policy/policyModel';
import { HEAL_9 } from '../spec';
import { HEAL_LABELS, type LearnedHeal } from './learned';

/** What the live loop observes and can do. */
const CONTRACT: PolicyContract = {
  spec: HEAL_9.name,
  observationSpace: { kind: 'box', fields: HEAL_9.fields },
  actionSpace: { kind: 'discrete', labels: HEAL_LABELS },
};

const FIELDS = HEAL_9.fields.map(({ name }) => name);

/** Share of the limit, and p95 in seconds, of a workload that is well. */
const USUAL_CPU = 0.5;
const USUAL_LATENCY = 0.1;

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
  checkContract(model, CONTRACT, version);
  try {
    const actor = createActor(model, engine);
    for (const observation of PROBES) checkDecision(actor, observation);
    return learnedHeal(actor, version);
  } catch (cause) {
    throw new CoxswainError(
      'model-invalid',
      `The policy ${version} cannot decide: ${(cause as Error).message}.`,
      'Use another version, or train it again.',
      { cause },
    );
  }
}

function checkDecision(actor: Actor, observation: readonly number[]): void {
  const { probabilities } = actor.decide(observation);
  const sum = probabilities.reduce((total, probability) => total + probability, 0);
  if (!(Math.abs(sum - 1) < 1e-6)) throw new RangeError(`its probabilities sum to ${sum}`);
}

function learnedHeal(actor: Actor, version: string): LearnedHeal {
  return {
    version,
    probabilities: (values) => actor.decide(values).probabilities,
    contributions: (values, choice) => {
      const index = HEAL_LABELS.indexOf(choice);
      const { values: shares } = shapleyValues(
        (rows, count) => probabilityOf(actor, index, rows, count),
        values,
        [healthyTwin(values)],
      );
      return shares.map((value, field) => ({ name: FIELDS[field] ?? '', value }));
    },
  };
}

/** The probability of one choice for many observations. */
function probabilityOf(actor: Actor, choice: number, rows: Float32Array, count: number): number[] {
  const kind = actor.model.head === 'q-values' ? 'q-values' : 'logits';
  const outputs = actor.evaluate(rows, count);
  const width = HEAL_LABELS.length;
  return Array.from({ length: count }, (_, row) => {
    const values = Array.from(outputs.subarray(row * width, (row + 1) * width));
    return probabilitiesOf(values, kind)[choice] ?? 0;
  });
}

/** What the decision is compared with: the same workload, with all its pods well and nothing wrong. */
function healthyTwin(values: readonly number[]): number[] {
  const [, , , cpu = 0, memory = 0] = values;
  const replicas = values.at(-1) ?? 0;
  return [replicas, 0, 0, Math.min(cpu, USUAL_CPU), memory, USUAL_LATENCY, 0, 0, replicas];
}
