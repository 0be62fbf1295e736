import type { ObservationSpec } from '../../../loop/task';
import { CoxswainError, type Result } from '../../../protocol';
import { HEAL_LABELS, LEARNED, type LearnedHeal } from '../policies/learned';
import { HEAL_SPECS } from '../specs';

/** Room for what other programs round. */
const TOLERANCE = 1e-6;

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
  const ranked = HEAL_LABELS.map((label, action) => ({ label, action }))
    .map((choice) => ({ ...choice, confidence: policy.probabilities(state)[choice.action] ?? 0 }))
    .sort((a, b) => b.confidence - a.confidence);
  const [best, ...alternatives] = chosen(ranked, policy);
  if (!best) throw noPolicy(steering);
  const name = `${LEARNED} ${policy.version}`;
  return {
    action: best.action,
    label: best.label,
    confidence: best.action === 0 ? best.confidence : policy.confidence(best.confidence),
    alternatives,
    policy: name === steering ? name : `${name}, which does not steer: ${steering} does`,
    observationSpec: policy.spec,
    outOfDistribution: policy.unusualness(state),
  };
}

interface Ranked {
  action: number;
  label: string;
  confidence: number;
}

/** As when it steers, an action has to be above doing nothing by the policy's margin. */
function chosen(ranked: readonly Ranked[], { idleMargin }: LearnedHeal): Ranked[] {
  const idle = ranked.find(({ action }) => action === 0);
  const [best] = ranked;
  const isSure = idle && best && Math.log(best.confidence / idle.confidence) >= idleMargin;
  if (!idle || isSure) return [...ranked];
  return [idle, ...ranked.filter((each) => each !== idle)];
}

/** @throws CoxswainError `usage` */
export function checkState(state: readonly number[], { name, fields }: ObservationSpec): void {
  if (state.length !== fields.length) {
    throw notAState(`${state.length} numbers, and ${name} has ${fields.length}`, fields);
  }
  for (const [index, { name: field, unit, min, max }] of fields.entries()) {
    const value = state[index] ?? Number.NaN;
    if (value >= min - TOLERANCE && value <= max + TOLERANCE) continue;
    throw notAState(`${field} (number ${index + 1}, ${unit}) is ${value}, not within ${min}…${max}`, fields);
  }
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

function notAState(what: string, fields: ObservationSpec['fields']): CoxswainError {
  return new CoxswainError(
    'usage',
    `This is no state of heal: ${what}.`,
    `Send its ${fields.length} numbers in their order: ${fields.map(({ name }) => name).join(', ')}.`,
  );
}

function noPolicy(steering: string): CoxswainError {
  return new CoxswainError(
    'not-found',
    `No learned policy can be asked: ${steering} steers healing, and rules go by facts that nine numbers do not tell.`,
    'Promote a policy with `coxswain model promote heal <version>`, or install the shipped ones.',
  );
}
