import { CoxswainError, type Result } from '../../protocol';
import type { Actor } from '../../rl/policy/actor';
import type { PolicyModel } from '../../rl/policy/policyModel';
import { whyNotObservation } from '../../rl/policy/whyNotObservation';

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
  const why = whyNotObservation(state, fields, `${spec} of ${name}`);
  if (why === null) return;
  throw new CoxswainError(
    'usage',
    `The observation does not fit: ${why.text}.`,
    why.kind === 'count'
      ? `Send, in this order: ${fields.map((field) => field.name).join(', ')}.`
      : 'Normalise the observation as the policy was trained: docs/learning.md has the contracts.',
  );
}
