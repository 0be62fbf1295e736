import { CoxswainError, type Result } from '../../protocol';
import type { Actor } from '../../rl/policy/actor';
import type { PolicyModel } from '../../rl/policy/policyModel';

/** Observations are computed in single precision: 0.1 + 0.2 must not be out of range by its last bit. */
const TOLERANCE = 1e-6;

/**
 * What a policy makes of an observation, by its probabilities alone.
 *
 * @param name for people, `scale/3` or a path
 * @throws CoxswainError `usage` where the observation does not fit the policy's spec, `model-incompatible` where it
 *   does not choose among actions
 */
export function predictWith(actor: Actor, name: string, state: readonly number[]): Result<'predict'> {
  const { actionSpace, spec } = actor.model;
  checkObservation(actor.model, name, state);
  if (actionSpace.kind !== 'discrete') {
    throw new CoxswainError(
      'model-incompatible',
      `The policy ${name} answers with numbers, it does not choose among actions.`,
      'Serve a policy of a task with actions, heal for example.',
    );
  }
  const { probabilities } = actor.decide(state);
  const ranked = actionSpace.labels
    .map((label, action) => ({ action, label, confidence: probabilities[action] ?? 0 }))
    .sort((a, b) => b.confidence - a.confidence);
  const [best, ...alternatives] = ranked;
  if (!best) throw new RangeError(`${name} has no actions`);
  return { ...best, alternatives, policy: name, observationSpec: spec, outOfDistribution: null };
}

/** @throws CoxswainError `usage` */
export function checkObservation(
  { observationSpace: { fields }, spec }: PolicyModel,
  name: string,
  state: readonly number[],
): void {
  if (state.length !== fields.length) {
    throw doesNotFit(
      `${state.length} numbers, and ${spec} of ${name} has ${fields.length}`,
      `Send, in this order: ${fields.map((field) => field.name).join(', ')}.`,
    );
  }
  for (const [index, field] of fields.entries()) {
    const value = state[index] ?? Number.NaN;
    if (value >= field.min - TOLERANCE && value <= field.max + TOLERANCE) continue;
    throw doesNotFit(
      `${field.name} (number ${index + 1}, ${field.unit}) is ${value}, not within ${field.min}…${field.max}`,
      'Normalise the observation as the policy was trained: docs/learning.md has the contracts.',
    );
  }
}

function doesNotFit(what: string, remedy: string): CoxswainError {
  return new CoxswainError('usage', `The observation does not fit: ${what}.`, remedy);
}
