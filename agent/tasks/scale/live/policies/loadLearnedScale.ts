import { CoxswainError } from '../../../../protocol';
import type { Engine } from '../../../../rl/engine/network';
import { createActor } from '../../../../rl/policy/actor';
import { checkContract, type PolicyContract } from '../../../../rl/policy/contract';
import { unusualness } from '../../../../rl/policy/inputDistribution';
import type { PolicyModel } from '../../../../rl/policy/policyModel';
import { OBSERVATION_SPEC_NAMES, OBSERVATION_SPECS } from '../../../../sim/scale/observation';
import { signed } from '../../../../sim/scale/scaleEnv';
import type { LearnedScale } from './learnedScale';
import type { ScaleSpecName } from './policy';

/** What a policy that observes by this contract has to be told, and may answer. */
export function scaleContract(spec: ScaleSpecName): PolicyContract {
  const { fields, podChanges } = OBSERVATION_SPECS[spec];
  return {
    spec,
    observationSpace: { kind: 'box', fields },
    actionSpace: { kind: 'discrete', labels: podChanges.map(signed) },
  };
}

/**
 * A stored policy, checked for all that it needs to steer scaling, with a decision on trial.
 *
 * @param version `scale/3`
 * @throws CoxswainError `model-incompatible` where it was trained for something else, `model-invalid` where it
 *   contradicts itself or cannot decide
 */
export function loadLearnedScale(model: PolicyModel, version: string, engine: Engine): LearnedScale {
  const spec = specOf(model, version);
  checkContract(model, scaleContract(spec), version);
  const { fields, podChanges } = OBSERVATION_SPECS[spec];
  try {
    const actor = createActor(model, engine);
    const probabilities = (values: readonly number[]) => actor.decide(values).probabilities;
    checkSum(probabilities(fields.map(({ min, max }) => (min + max) / 2)));
    const { inputDistribution, calibration } = model;
    return {
      ...{ version, spec, podChanges, probabilities },
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

function specOf(model: PolicyModel, version: string): ScaleSpecName {
  const spec = OBSERVATION_SPEC_NAMES.find((name) => name === model.spec);
  if (spec) return spec;
  throw new CoxswainError(
    'model-incompatible',
    `The policy in ${version} does not fit: it observes ${model.spec}, and what there is to observe is ${OBSERVATION_SPEC_NAMES.join(' and ')}.`,
    'Use a policy that was trained for this observation and these actions, or train one.',
  );
}

function checkSum(probabilities: readonly number[]): void {
  const sum = probabilities.reduce((total, probability) => total + probability, 0);
  if (!(Math.abs(sum - 1) < 1e-6)) throw new RangeError(`its probabilities sum to ${sum}`);
}
