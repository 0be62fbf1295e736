import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CoxswainError, type TaskName } from '../protocol';
import type { PolicyModel } from '../rl/policy/policyModel';
import type { ModelStore } from '../training/modelStore';
import { readPolicyFile } from '../training/policyFile';
import { openModel, taskAndVersion } from './openModel';

/** A policy and what holds it: a path, or `heal/3`. */
export type Origin = readonly [origin: string, policy: PolicyModel];

/** What an evaluation's `--arms` may name beside arms: trainings of one policy. */
export interface NamedPolicies {
  name: string;
  /** What it is called in place of its algorithm. */
  title: string;
  policies: readonly Origin[];
}

/** In `--arms` it stands for what is played where nothing is named. */
export const ALL_ARMS = 'all';

/** What is asked of an arm to be told from others. */
interface ArmLike {
  name: string;
  role: string;
}

/** Whether a name means an arm: `ppo` is every policy that ships and that PPO has learned. */
export function isMeant({ name, role }: ArmLike, given: string): boolean {
  return name === given || (role === 'learned' && name.endsWith(`-${given}`));
}

/** Comparisons, rules, policies, bounds. */
const ROLES = ['comparison', 'rule', 'learned', 'bound'];

export function byRole(a: ArmLike, b: ArmLike): number {
  return ROLES.indexOf(a.role) - ROLES.indexOf(b.role);
}

/**
 * The arms that are wanted, in the order in which they are shown.
 *
 * @param names as the command line has them; null for all
 * @param always those that others are measured by
 * @param make an arm of policies that are named beside those that there are
 * @throws CoxswainError as `namedPolicies`
 */
export function wantedArms<Arm extends ArmLike>(
  available: readonly Arm[],
  names: readonly string[] | null,
  always: readonly string[],
  make: (given: string) => Arm,
): Arm[] {
  const wanted = names ?? [ALL_ARMS];
  const extra = wanted
    .filter((name) => name !== ALL_ARMS && !available.some((arm) => isMeant(arm, name)))
    .map(make);
  const isWanted = (arm: Arm) =>
    wanted.includes(ALL_ARMS) || always.includes(arm.name) || wanted.some((name) => isMeant(arm, name));
  return available.filter(isWanted).concat(extra).sort(byRole);
}

/**
 * A version, a file, or a folder of files, which are trainings of one policy.
 *
 * @param known names of arms, for the message
 * @throws CoxswainError `usage` for a name that means nothing, `not-found`, `model-invalid`, `model-incompatible`
 */
export function namedPolicies(
  given: string,
  task: TaskName,
  store: ModelStore,
  known: readonly string[],
): NamedPolicies {
  const named = taskAndVersion(given);
  if (named?.task === task) {
    const { policy, name } = openModel(store, task, named.version);
    return { name, title: name, policies: [[name, policy]] };
  }
  if (!existsSync(given)) {
    throw new CoxswainError(
      'usage',
      `There is no arm ${JSON.stringify(given)}, and no file or folder of that name.`,
      `Choose from ${[ALL_ARMS, ...known].join(', ')}, or name a version (${task}/3), a policy file, or a folder with policies of several trainings.`,
    );
  }
  const files = statSync(given).isDirectory() ? policyFiles(given) : [given];
  if (files.length === 0) {
    throw new CoxswainError(
      'not-found',
      `There is no policy in ${given}.`,
      'Name a folder that holds .onnx files.',
    );
  }
  const name = basename(given, '.onnx');
  return { name, title: name, policies: files.map((path): Origin => [path, readPolicyFile(path)]) };
}

function policyFiles(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.onnx'));
  return names.sort().map((name) => join(folder, name));
}
