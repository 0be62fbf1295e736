import { CoxswainError } from '../../../protocol';
import type { Engine } from '../../../rl/engine/network';
import { createActor } from '../../../rl/policy/actor';
import { checkContract, type PolicyContract } from '../../../rl/policy/contract';
import { unusualness } from '../../../rl/policy/inputDistribution';
import type { PolicyModel } from '../../../rl/policy/policyModel';
import { CANARY_FIELDS, CANARY_SPEC } from '../../../sim/canary/observation';
import type { LearnedPace } from './learnedPace';

const PACES = 3;

/** What a pace policy has to be told. Its actions are hold, up and down by whatever step it was trained with. */
function paceContract({ actionSpace }: PolicyModel): PolicyContract {
  const labels =
    actionSpace.kind === 'discrete' && actionSpace.labels.length === PACES
      ? actionSpace.labels
      : ['hold', 'up', 'down'];
  return {
    spec: CANARY_SPEC,
    observationSpace: { kind: 'box', fields: CANARY_FIELDS },
    actionSpace: { kind: 'discrete', labels },
  };
}

/**
 * A stored policy, checked for all that it needs to set the pace of releases, with a decision on trial.
 *
 * @param version `canary/3`
 * @throws CoxswainError `model-incompatible` where it was trained for something else, `model-invalid` where it
 *   contradicts itself or cannot decide
 */
export function loadLearnedPace(model: PolicyModel, version: string, engine: Engine): LearnedPace {
  checkContract(model, paceContract(model), version);
  try {
    const actor = createActor(model, engine);
    const probabilities = (values: readonly number[]) => actor.decide(values).probabilities;
    checkSum(probabilities(CANARY_FIELDS.map(({ min, max }) => (min + max) / 2)));
    const { inputDistribution, calibration } = model;
    return {
      ...{ version, spec: CANARY_SPEC, probabilities },
      idleMargin: calibration?.idleMargin ?? 0,
      unusualness: (values) => (inputDistribution ? unusualness(inputDistribution, values) : null),
    };
  } catch (cause) {
    throw new CoxswainError(
      'model-invalid',
      `The policy ${version} cannot decide: ${(cause as Error).message}.`,
      'Use another version, or train it again.',
      { cause },
    );
  }
}

function checkSum(probabilities: readonly number[]): void {
  const sum = probabilities.reduce((total, probability) => total + probability, 0);
  if (!(Math.abs(sum - 1) < 1e-6)) throw new RangeError(`its probabilities sum to ${sum}`);
}
