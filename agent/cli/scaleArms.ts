import type { ArmSource } from '../evaluate/scale/episodeRecord';
import type { PlannedArm } from '../evaluate/scale/runScale';
import {
  CLAIRVOYANT_ARM,
  REFERENCE_ARM,
  RULE_NAMES,
  type RuleName,
  SCALE_RULES,
} from '../evaluate/scale/scaleRules';
import { formatCount } from '../protocol';
import { checkContract } from '../rl/policy/contract';
import type { PolicyModel } from '../rl/policy/policyModel';
import { encodePolicy } from '../rl/policy/policyOnnx';
import { createEnv } from '../training/environments';
import type { ModelStore } from '../training/modelStore';
import { namedPolicies, type Origin, wantedArms } from './namedPolicies';
import { expectTask } from './openModel';
import { usableShipped } from './shippedModels';

/**
 * The arms of an evaluation of scaling, in the order in which they are shown. The tuned HPA and the clairvoyant are
 * always among them, for the others are measured by them.
 *
 * @param names as the command line has them; null for all rules and all policies that ship
 * @throws CoxswainError `usage` for a name that means nothing, `not-found`, `model-invalid`, `model-incompatible`
 */
export function scaleArms(names: readonly string[] | null, store: ModelStore): PlannedArm[] {
  const available = [...RULE_NAMES.map(ruleArm), ...shippedArms(store)];
  const known = available.map(({ name }) => name);
  return wantedArms(available, names, [REFERENCE_ARM, CLAIRVOYANT_ARM], (given) => {
    const { name, title, policies } = namedPolicies(given, 'scale', store, known);
    return learnedArm(name, title, policies);
  });
}

function ruleArm(name: RuleName): PlannedArm {
  const { title, role, describe } = SCALE_RULES[name];
  return { name, title, role, describe, sources: [{ kind: 'rule', name }] };
}

function shippedArms(store: ModelStore): PlannedArm[] {
  return usableShipped(store, 'scale').map(({ name, path, policy }) =>
    learnedArm(name, null, [[path, policy]]),
  );
}

/** @param own what it is called in place of its algorithm */
function learnedArm(name: string, own: string | null, policies: readonly Origin[]): PlannedArm {
  const sources = policies.map(([origin, policy]) => policySource(origin, policy));
  const [[, first] = []] = policies;
  if (!first) throw new RangeError(`${name} has no policy`);
  const { algorithm, steps, env } = first.provenance;
  const kind = `${algorithm === 'hybrid' ? 'hybrid' : algorithm.toUpperCase()} on ${first.spec}`;
  const pace = typeof env.options.pace === 'string' ? env.options.pace : 'free';
  return {
    name,
    title: own ?? kind,
    role: 'learned',
    describe: `${kind}, ${formatCount(steps)} steps, trained with pace ${pace}`,
    sources,
  };
}

/** @throws CoxswainError `model-incompatible` */
function policySource(origin: string, policy: PolicyModel): ArmSource {
  expectTask(policy.provenance.env.name, 'scale', origin);
  const { spec } = policy;
  checkContract(policy, createEnv({ name: 'scale', options: { spec } }), origin);
  const isPriced = policy.observationSpace.fields.some(({ name }) => name === 'violationPrice');
  return { kind: 'policy', origin, spec, isPriced, bytes: encodePolicy(policy) };
}
