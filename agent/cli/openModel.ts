import { CoxswainError, type TaskName } from '../protocol';
import type { PolicyModel } from '../rl/policy/policyModel';
import { modelsDirectory } from '../server/stateDirectory';
import { ModelStore } from '../training/modelStore';
import { readPolicyFile } from '../training/policyFile';

export interface OpenedModel {
  policy: PolicyModel;
  /** `heal/3`, or the path of a file. */
  name: string;
  /** Null for a file. */
  version: number | null;
  store: ModelStore;
}

/**
 * A policy as the command line names it.
 *
 * @param which a version, a path, or nothing for the version that steers
 * @throws CoxswainError `not-found`, `model-invalid`, `model-incompatible` for one of another task
 */
export function openModel(stateDirectory: string, task: TaskName, which: string | undefined): OpenedModel {
  const store = openStore(stateDirectory);
  if (which !== undefined && !/^\d+$/.test(which)) {
    const policy = readPolicyFile(which);
    expectTask(policy.provenance.env.name, task, which);
    return { policy, name: which, version: null, store };
  }
  const version = which === undefined ? store.promotions(task).active : Number(which);
  if (version === null) {
    throw new CoxswainError(
      'not-found',
      `No version of ${task} steers.`,
      `Name one with --model; \`coxswain model list ${task}\` has them.`,
    );
  }
  const policy = store.load(task, version);
  const name = `${task}/${version}`;
  expectTask(policy.provenance.env.name, task, name);
  return { policy, name, version, store };
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

export function openStore(stateDirectory: string): ModelStore {
  return new ModelStore(modelsDirectory(stateDirectory), Date.now);
}
