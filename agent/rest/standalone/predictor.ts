import type { Result, TaskName } from '../../protocol';
import type { Engine } from '../../rl/engine/network';
import { createActor } from '../../rl/policy/actor';
import type { PolicyModel } from '../../rl/policy/policyModel';
import { LEARNED } from '../../tasks/heal/policies/learned';
import { loadLearned } from '../../tasks/heal/policies/loadLearned';
import { checkState, predict } from '../../tasks/heal/service/predict';
import { HEAL_SPECS } from '../../tasks/heal/specs';
import { checkObservation, predictWith } from './predictWith';

/** A policy that can be asked. */
export interface Predictor {
  /** @throws CoxswainError `usage` for a state that is not one of the policy's contract */
  check(state: readonly number[]): void;
  /** @throws CoxswainError as `check` does */
  predict(state: readonly number[]): Result<'predict'>;
}

/**
 * A policy of heal answers as when it steers, with its margin, its calibration and how unusual the state is; those of
 * tasks that have no live loop by their probabilities alone.
 *
 * @param name `heal/3`, or the path of its file
 * @throws CoxswainError `model-invalid`, `model-incompatible` for a policy that cannot decide, or has no actions
 */
export function createPredictor(
  task: TaskName,
  policy: PolicyModel,
  name: string,
  engine: Engine,
): Predictor {
  return task === 'heal' ? healPredictor(policy, name, engine) : plainPredictor(policy, name, engine);
}

function healPredictor(policy: PolicyModel, name: string, engine: Engine): Predictor {
  const learned = loadLearned(policy, name, engine);
  const spec = HEAL_SPECS.find((each) => each.name === learned.spec);
  return {
    check: (state) => {
      if (spec) checkState(state, spec);
    },
    predict: (state) => predict(state, [learned], `${LEARNED} ${name}`),
  };
}

function plainPredictor(policy: PolicyModel, name: string, engine: Engine): Predictor {
  const actor = createActor(policy, engine);
  return {
    check: (state) => checkObservation(policy, name, state),
    predict: (state) => predictWith(actor, name, state),
  };
}
