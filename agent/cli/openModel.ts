import { CoxswainError, TaskName } from '../protocol';
import type { PolicyModel } from '../rl/policy/policyModel';
import { shippedPoliciesDirectory } from '../server/shippedFolder';
import { modelsDirectory } from '../server/stateDirectory';
import { ModelStore } from '../training/modelStore';
import { readPolicyFile } from '../training/policyFile';
import { ShippedPolicies } from '../training/shippedPolicies';
import { isVersionName } from './arguments';
import type { ProgramContext } from './programContext';

export interface OpenedModel {
  policy: PolicyModel;
  /** `heal/3`, `heal/shipped-54-ppo`, or the path of a file. */
  name: string;
  /** Null for what is not in the store: a file, and what comes with Coxswain. */
  version: number | null;
}

/**
 * A policy as the command line names it.
 *
 * @param which a version's name without its task (`3`, `shipped-54-ppo`), a path, or nothing for the version that steers
 * @throws CoxswainError `not-found`, `model-invalid`, `model-incompatible` for one of another task
 */
export function openModel(store: ModelStore, task: TaskName, which: string | undefined): OpenedModel {
  if (which !== undefined && !isVersionName(which)) {
    const policy = readPolicyFile(which);
    expectTask(policy.provenance.env.name, task, which);
    return { policy, name: which, version: null };
  }
  const version = which === undefined ? store.promotions(task).active : store.versionNamed(task, which);
  if (version === null) {
    throw new CoxswainError(
      'not-found',
      `No version of ${task} steers.`,
      `Name one with --model; \`coxswain model list ${task}\` has them.`,
    );
  }
  const policy = store.load(task, version);
  const name = store.nameOf(task, version);
  expectTask(policy.provenance.env.name, task, name);
  const isShipped = store.shipped(task).some((shipped) => shipped.version === version);
  return { policy, name, version: isShipped ? null : version };
}

/** `heal/3` or `heal/shipped-54-ppo`, taken apart; null for what is neither. */
export function taskAndVersion(text: string): { task: TaskName; version: string } | null {
  const [, name, version = ''] = /^(\w+)\/(.+)$/.exec(text) ?? [];
  const task = TaskName.safeParse(name);
  return task.success && isVersionName(version) ? { task: task.data, version } : null;
}

/** @throws CoxswainError `model-incompatible` */
export function expectTask(learnedFor: string, task: TaskName, name: string): void {
  if (learnedFor === task) return;
  throw new CoxswainError(
    'model-incompatible',
    `The policy in ${name} was learned for ${learnedFor}, not for ${task}.`,
    `Use a policy of ${task}, or train one.`,
  );
}

/** What a person has trained, and what comes with the program. */
export function openStore(
  stateDirectory: string,
  { assetsDirectory }: Pick<ProgramContext, 'assetsDirectory'>,
): ModelStore {
  const shipped = new ShippedPolicies(shippedPoliciesDirectory(assetsDirectory));
  return new ModelStore(modelsDirectory(stateDirectory), Date.now, shipped);
}
