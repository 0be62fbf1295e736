import { CoxswainError, type Result } from '../../../protocol';
import { chooseWithMargin } from '../../../rl/policy/chooseWithMargin';
import { whyNotObservation } from '../../../rl/policy/whyNotObservation';
import { CANARY_FIELDS, CANARY_SPEC } from '../../../sim/canary/observation';
import { LEARNED, type LearnedPace } from '../pace/learnedPace';

const LABELS = ['hold', 'up', 'down'] as const;

/**
 * What the learned policy that sets the pace of releases makes of a state.
 *
 * @param rule sets it where no policy does, as the journal calls it
 * @throws CoxswainError `not-found` where a rule does, `usage` that names the field where the state is not one
 */
export function predictPace(
  state: readonly number[],
  policy: LearnedPace | null,
  rule: string,
): Result<'predict'> {
  if (policy === null) {
    throw new CoxswainError(
      'not-found',
      `No learned policy can be asked: ${rule} sets the pace of releases, and rules go by what a state does not tell.`,
      'Promote a policy with `coxswain model promote canary <version>`, or ask `coxswain serve --model canary/1`.',
    );
  }
  checkState(state);
  const probabilities = policy.probabilities(state);
  const action = chooseWithMargin(probabilities, policy.idleMargin);
  const ranked = LABELS.map((label, index) => ({
    action: index,
    label,
    confidence: probabilities[index] ?? 0,
  })).toSorted((a, b) => b.confidence - a.confidence);
  return {
    ...{ action, label: LABELS[action] ?? 'hold', confidence: probabilities[action] ?? 0 },
    alternatives: ranked.filter((each) => each.action !== action),
    policy: `${LEARNED} ${policy.version}`,
    observationSpec: policy.spec,
    outOfDistribution: policy.unusualness(state),
  };
}

function checkState(state: readonly number[]): void {
  const why = whyNotObservation(state, CANARY_FIELDS, CANARY_SPEC);
  if (why === null) return;
  throw new CoxswainError(
    'usage',
    `This is no state of canary: ${why.text}.`,
    `Send its ${CANARY_FIELDS.length} numbers in their order: ${CANARY_FIELDS.map(({ name }) => name).join(', ')}.`,
  );
}
