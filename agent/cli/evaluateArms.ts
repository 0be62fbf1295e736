import type { Detection } from '../evaluate/heal/healResult';
import { HEAL_RULES, type HealConditions, RULE_NAMES, type RuleName } from '../evaluate/heal/healRules';
import type { ArmSource } from '../evaluate/heal/playHeal';
import type { PlannedArm } from '../evaluate/heal/runHeal';
import { DO_NOTHING_ARM, REFERENCE_ARM } from '../evaluate/heal/summariseHeal';
import { formatCount } from '../protocol';
import { checkContract } from '../rl/policy/contract';
import type { PolicyModel } from '../rl/policy/policyModel';
import { encodePolicy } from '../rl/policy/policyOnnx';
import { HealOptions } from '../sim/heal/healOptions';
import { createEnv } from '../training/environments';
import type { ModelStore } from '../training/modelStore';
import { namedPolicies, type Origin, wantedArms } from './namedPolicies';
import { expectTask } from './openModel';
import { usableShipped } from './shippedModels';

export interface ArmsRequest {
  conditions: HealConditions;
  /** As the command line names them; null for all rules and all policies that ship for the detection. */
  names: readonly string[] | null;
  store: ModelStore;
}

/**
 * The arms of an evaluation, in the order in which they are shown. Doing nothing and the tuned runbook are always among
 * them, for the others are measured by them.
 *
 * @throws CoxswainError `usage` for a name that means nothing, `not-found`, `model-invalid`, `model-incompatible`
 */
export function healArms({ conditions, names, store }: ArmsRequest): PlannedArm[] {
  const rules = RULE_NAMES.map((name) => ruleArm(name, conditions));
  const available = [...rules, ...shippedArms(store, conditions)];
  const known = available.map(({ name }) => name);
  return wantedArms(available, names, [DO_NOTHING_ARM, REFERENCE_ARM], (given) => {
    const { name, title, policies } = namedPolicies(given, 'heal', store, known);
    return learnedArm(name, title, policies);
  });
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
