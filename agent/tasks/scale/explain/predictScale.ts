import { CoxswainError, type Result } from '../../../protocol';
import { whyNotObservation } from '../../../rl/policy/whyNotObservation';
import { OBSERVATION_SPECS } from '../../../sim/scale/observation';
import { signed } from '../../../sim/scale/scaleEnv';
import { chooseScaling } from '../../../sim/scale/scalingChoice';
import { LEARNED, type LearnedScale } from '../live/policies/learnedScale';

/**
 * What the learned policy that steers scaling makes of a state.
 *
 * @param rule steers where no policy does, as the journal calls it
 * @throws CoxswainError `not-found` where a rule steers, `usage` that names the field where the state is not one
 */
export function predictScale(
  state: readonly number[],
  policy: LearnedScale | null,
  rule: string,
): Result<'predict'> {
  if (policy === null) {
    throw new CoxswainError(
      'not-found',
      `No learned policy can be asked: ${rule} steers scaling, and rules go by what a state does not tell.`,
      'Promote a policy with `coxswain model promote scale <version>`, or ask `coxswain serve --model scale/1`.',
    );
  }
  checkState(state, policy);
  const { podChanges } = policy;
  const probabilities = policy.probabilities(state);
  const { action, confidence } = chooseScaling(probabilities, podChanges, policy.idleMargin);
  const ranked = podChanges
    .map((change, index) => ({
      action: index,
      label: signed(change),
      confidence: probabilities[index] ?? 0,
    }))
    .toSorted((a, b) => b.confidence - a.confidence);
  return {
    ...{ action, label: signed(podChanges[action] ?? 0), confidence },
    alternatives: ranked.filter((each) => each.action !== action),
    policy: `${LEARNED} ${policy.version}`,
    observationSpec: policy.spec,
    outOfDistribution: policy.unusualness(state),
  };
}

function checkState(state: readonly number[], { spec }: LearnedScale): void {
  const { fields } = OBSERVATION_SPECS[spec];
  const why = whyNotObservation(state, fields, spec);
  if (why === null) return;
  throw new CoxswainError(
    'usage',
    `This is no state of scale: ${why.text}.`,
    `Send its ${fields.length} numbers in their order: ${fields.map(({ name }) => name).join(', ')}.`,
  );
}
