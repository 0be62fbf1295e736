import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Detection } from '../evaluate/heal/healResult';
import { HEAL_RULES, type HealConditions, RULE_NAMES, type RuleName } from '../evaluate/heal/healRules';
import type { ArmSource } from '../evaluate/heal/playHeal';
import type { PlannedArm } from '../evaluate/heal/runHeal';
import { DO_NOTHING_ARM, REFERENCE_ARM } from '../evaluate/heal/summariseHeal';
import { CoxswainError, formatCount } from '../protocol';
import { checkContract } from '../rl/policy/contract';
import type { PolicyModel } from '../rl/policy/policyModel';
import { encodePolicy } from '../rl/policy/policyOnnx';
import { HealOptions } from '../sim/heal/healOptions';
import { createEnv } from '../training/environments';
import type { ModelStore } from '../training/modelStore';
import { readPolicyFile } from '../training/policyFile';
import { expectTask, openModel, taskAndVersion } from './openModel';
import { usableShipped } from './shippedModels';

export interface ArmsRequest {
  conditions: HealConditions;
  /** As the command line names them; null for all rules and all policies that ship for the detection. */
  names: readonly string[] | null;
  store: ModelStore;
}

/** A policy and what holds it: a path, or `heal/3`. */
type Origin = readonly [origin: string, policy: PolicyModel];

/** In `names` it stands for what is played where nothing is named. */
const ALL = 'all';

/**
 * The arms of an evaluation, in the order in which they are shown. Doing nothing and the tuned runbook are always among
 * them, for the others are measured by them.
 *
 * @throws CoxswainError `usage` for a name that means nothing, `not-found`, `model-invalid`, `model-incompatible`
 */
export function healArms({ conditions, names, store }: ArmsRequest): PlannedArm[] {
  const rules = RULE_NAMES.map((name) => ruleArm(name, conditions));
  const shipped = shippedArms(store, conditions);
  const wanted = names ?? [ALL];
  const extra = wanted
    .filter((name) => name !== ALL && ![...rules, ...shipped].some((arm) => isMeant(arm, name)))
    .map((name) => namedArm(name, store, [...rules, ...shipped]));
  const isWanted = (arm: PlannedArm) =>
    wanted.includes(ALL) ||
    [DO_NOTHING_ARM, REFERENCE_ARM].includes(arm.name) ||
    wanted.some((name) => isMeant(arm, name));
  return [...rules, ...shipped].filter(isWanted).concat(extra).sort(byRole);
}

/** `ppo` is every policy that ships and that PPO has learned. */
function isMeant({ name, role }: PlannedArm, given: string): boolean {
  return name === given || (role === 'learned' && name.endsWith(`-${given}`));
}

/** Comparisons, rules, policies, bounds. */
const ROLES = ['comparison', 'rule', 'learned', 'bound'];

function byRole(a: PlannedArm, b: PlannedArm): number {
  return ROLES.indexOf(a.role) - ROLES.indexOf(b.role);
}

function ruleArm(name: RuleName, conditions: HealConditions): PlannedArm {
  const { title, role, describe } = HEAL_RULES[name];
  return { name, title, role, describe: describe(conditions), sources: [{ kind: 'rule', name }] };
}

/**
 * Policies of the same algorithm and observation are trainings of one arm. Where some of them were trained with the
 * detection of this evaluation, the others are left out.
 */
function shippedArms(store: ModelStore, { detection }: HealConditions): PlannedArm[] {
  const policies = usableShipped(store, 'heal').map(({ path, policy }): Origin => [path, policy]);
  const groups = Map.groupBy(
    policies,
    ([, { spec, provenance }]) => `${spec.replace('/', '-')}-${provenance.algorithm}`,
  );
  return [...groups].map(([name, group]) => {
    const own = group.filter(([, policy]) => trainedWith(policy) === detection);
    return learnedArm(name, null, own.length > 0 ? own : group);
  });
}

function trainedWith({ provenance }: PolicyModel): Detection | null {
  return HealOptions.safeParse(provenance.env.options).data?.detection ?? null;
}

/** A version, a file, or a folder of files, which are trainings of one policy. */
function namedArm(given: string, store: ModelStore, known: readonly PlannedArm[]): PlannedArm {
  const named = taskAndVersion(given);
  if (named?.task === 'heal') {
    const { policy, name } = openModel(store, 'heal', named.version);
    return learnedArm(name, name, [[name, policy]]);
  }
  if (!existsSync(given)) {
    throw new CoxswainError(
      'usage',
      `There is no arm ${JSON.stringify(given)}, and no file or folder of that name.`,
      `Choose from ${[ALL, ...known.map(({ name }) => name)].join(', ')}, or name a version (heal/3), a policy file, or a folder with policies of several trainings.`,
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
  return learnedArm(
    name,
    name,
    files.map((path) => [path, readPolicyFile(path)]),
  );
}

function policyFiles(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.onnx'));
  return names.sort().map((name) => join(folder, name));
}

/** @param own what it is called in place of its algorithm */
function learnedArm(name: string, own: string | null, policies: readonly Origin[]): PlannedArm {
  const sources = policies.map(([origin, policy]) => policySource(origin, policy));
  const [[, first] = []] = policies;
  if (!first) throw new RangeError(`${name} has no policy`);
  const { algorithm, steps } = first.provenance;
  const kind = `${algorithm.toUpperCase()} on ${first.spec}`;
  const detection = trainedWith(first) ?? 'unknown';
  return {
    name,
    title: own ?? kind,
    role: 'learned',
    describe: `${kind}, ${formatCount(steps)} steps, trained with detection by ${detection}`,
    sources,
  };
}

/** @throws CoxswainError `model-incompatible` */
function policySource(origin: string, policy: PolicyModel): ArmSource {
  expectTask(policy.provenance.env.name, 'heal', origin);
  const spec = HealOptions.shape.spec.safeParse(policy.spec).data ?? HealOptions.parse({}).spec;
  checkContract(policy, createEnv({ name: 'heal', options: { spec } }), origin);
  return { kind: 'policy', origin, spec, bytes: encodePolicy(policy) };
}
