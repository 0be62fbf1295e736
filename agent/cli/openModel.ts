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
 * @throws CoxswainError `not-found`, `model-invalid`
 */
export function openModel(stateDirectory: string, task: TaskName, which: string | undefined): OpenedModel {
  const store = openStore(stateDirectory);
  if (which !== undefined && !/^\d+$/.test(which)) {
    return { policy: readPolicyFile(which), name: which, version: null, store };
  }
  const version = which === undefined ? store.promotions(task).active : Number(which);
  if (version === null) {
    throw new CoxswainError(
      'not-found',
      `No version of ${task} steers.`,
      `Name one with --model; \`coxswain model list ${task}\` has them.`,
    );
  }
  return { policy: store.load(task, version), name: `${task}/${version}`, version, store };
}

export function openStore(stateDirectory: string): ModelStore {
  return new ModelStore(modelsDirectory(stateDirectory), Date.now);
}
