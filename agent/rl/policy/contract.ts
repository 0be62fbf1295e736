import { CoxswainError } from '../../protocol';
import type { ActionSpace, BoxSpace } from '../env/env';

/** What a policy is told and what it may answer; an `Env` is one. */
export interface PolicyContract {
  /** Named and versioned, for example `scale/36`. */
  spec: string;
  observationSpace: BoxSpace;
  actionSpace: ActionSpace;
}

/**
 * Whether a policy was trained under the contract that it is to act under.
 *
 * @param origin what holds the policy, for the message: a path, or `scale/3`
 * @throws CoxswainError `model-incompatible` that says what differs
 */
export function checkContract(policy: PolicyContract, expected: PolicyContract, origin: string): void {
  const difference = contractDifference(policy, expected);
  if (difference === null) return;
  throw new CoxswainError(
    'model-incompatible',
    `The policy in ${origin} does not fit: ${difference}.`,
    'Use a policy that was trained for this observation and these actions, or train one.',
  );
}

/** What differs, in words; null where nothing does. */
export function contractDifference(policy: PolicyContract, expected: PolicyContract): string | null {
  if (policy.spec !== expected.spec) return `it observes ${policy.spec}, ${expected.spec} is needed`;
  const observed = namesOf(policy.observationSpace);
  const needed = namesOf(expected.observationSpace);
  if (observed.length !== needed.length) {
    return `it observes ${observed.length} numbers, ${expected.spec} has ${needed.length}`;
  }
  const other = observed.findIndex((name, index) => name !== needed[index]);
  if (other >= 0) return `number ${other + 1} of its observation is ${observed[other]}, not ${needed[other]}`;
  const actions = namesOf(policy.actionSpace);
  const neededActions = namesOf(expected.actionSpace);
  if (
    policy.actionSpace.kind !== expected.actionSpace.kind ||
    actions.join('\n') !== neededActions.join('\n')
  ) {
    return `its actions are ${listed(policy.actionSpace)}, needed are ${listed(expected.actionSpace)}`;
  }
  return null;
}

function namesOf(space: ActionSpace): readonly string[] {
  return space.kind === 'box' ? space.fields.map(({ name }) => name) : space.labels;
}

function listed(space: ActionSpace): string {
  const names = namesOf(space).join(', ');
  return space.kind === 'box' ? `the numbers ${names}` : names;
}
