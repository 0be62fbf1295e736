import type { ObservationSpec } from '../../../loop/task';
import { CoxswainError, type Result } from '../../../protocol';
import { chooseWithMargin } from '../../../rl/policy/chooseWithMargin';
import { whyNotObservation } from '../../../rl/policy/whyNotObservation';
import { HEAL_LABELS, LEARNED, type LearnedHeal } from '../policies/learned';
import { HEAL_SPECS } from '../specs';

/**
 * What a learned policy makes of a state.
 *
 * @param policies those that may answer, the one that steers first; the first one that observes so many numbers does
 * @param steering what steers healing, for the answer to say where it is not the policy
 * @throws CoxswainError `not-found` without any policy, `usage` that names the field where the state is not one
 */
export function predict(
  state: readonly number[],
  policies: readonly LearnedHeal[],
  steering: string,
): Result<'predict'> {
  const policy = policies.find(({ spec }) => specNamed(spec).fields.length === state.length) ?? policies[0];
  if (!policy) throw noPolicy(steering);
  checkState(state, specNamed(policy.spec));
  const probabilities = policy.probabilities(state);
  // As when it steers, an action has to be above doing nothing by the policy's margin.
  const chosen = chooseWithMargin(probabilities, policy.idleMargin);
  const ranked = HEAL_LABELS.map((label, action) => ({
    action,
    label,
    confidence: probabilities[action] ?? 0,
  })).sort((a, b) => b.confidence - a.confidence);
  const best = ranked.find(({ action }) => action === chosen);
  if (!best) throw noPolicy(steering);
  const name = `${LEARNED} ${policy.version}`;
  return {
    action: best.action,
    label: best.label,
    confidence: best.action === 0 ? best.confidence : policy.confidence(best.confidence),
    alternatives: ranked.filter((each) => each !== best),
    policy: name === steering ? name : `${name}, which does not steer: ${steering} does`,
    observationSpec: policy.spec,
    outOfDistribution: policy.unusualness(state),
  };
}

/** @throws CoxswainError `usage` */
export function checkState(state: readonly number[], { name, fields }: ObservationSpec): void {
  const why = whyNotObservation(state, fields, name);
  if (why === null) return;
  throw new CoxswainError(
    'usage',
    `This is no state of heal: ${why.text}.`,
    `Send its ${fields.length} numbers in their order: ${fields.map((field) => field.name).join(', ')}.`,
  );
}

/** @throws CoxswainError `usage` for a state of no length that is known */
export function specOfState(state: readonly number[]): ObservationSpec {
  const spec = HEAL_SPECS.find(({ fields }) => fields.length === state.length);
  if (spec) return spec;
  const known = HEAL_SPECS.map(({ name, fields }) => `${fields.length} of ${name}`).join(' and ');
  throw new CoxswainError(
    'usage',
    `A state of heal has ${known} numbers, not ${state.length}.`,
    'Send the numbers of one of the two, in the order in which an explanation names them.',
  );
}

function specNamed(name: string): ObservationSpec {
  const spec = HEAL_SPECS.find((each) => each.name === name);
  if (!spec) throw new RangeError(`no contract ${name}`);
  return spec;
}

function noPolicy(steering: string): CoxswainError {
  return new CoxswainError(
    'not-found',
    `No learned policy can be asked: ${steering} steers healing, and rules go by facts that nine numbers do not tell.`,
    'Promote a policy with `coxswain model promote heal <version>`, or install the shipped ones.',
  );
}
