import {
  CANARY_RULES,
  FIXED_PACE_ARM,
  RULE_NAMES,
  RULE_PACE_ARM,
  type RuleName,
} from '../evaluate/canary/canaryRules';
import type { ArmSource, VerdictOwner } from '../evaluate/canary/episodeRecord';
import type { PlannedArm } from '../evaluate/canary/runCanary';
import { formatCount } from '../protocol';
import { checkContract } from '../rl/policy/contract';
import type { PolicyModel } from '../rl/policy/policyModel';
import { encodePolicy } from '../rl/policy/policyOnnx';
import { CanaryOptions } from '../sim/canary/canaryOptions';
import { createEnv } from '../training/environments';
import type { ModelStore } from '../training/modelStore';
import { namedPolicies, type Origin, wantedArms } from './namedPolicies';
import { expectTask } from './openModel';
import { usableShipped } from './shippedModels';

/**
 * The arms of an evaluation of releases, in the order in which they are shown. The tests with fixed steps and with the
 * rule's pace are always among them, for the others are measured by them.
 *
 * @param names as the command line has them; null for all rules and all policies that ship
 * @throws CoxswainError `usage` for a name that means nothing, `not-found`, `model-invalid`, `model-incompatible`
 */
export function canaryArms(names: readonly string[] | null, store: ModelStore): PlannedArm[] {
  const available = [...RULE_NAMES.map(ruleArm), ...shippedArms(store)];
  const known = available.map(({ name }) => name);
  return wantedArms(available, names, [FIXED_PACE_ARM, RULE_PACE_ARM], (given) => {
    const { name, title, policies } = namedPolicies(given, 'canary', store, known);
    return learnedArm(name, title, policies);
  });
}

function ruleArm(name: RuleName): PlannedArm {
  const { title, role, describe, verdict } = CANARY_RULES[name];
  return { name, title, role, describe, verdict, sources: [{ kind: 'rule', name }] };
}

function shippedArms(store: ModelStore): PlannedArm[] {
  return usableShipped(store, 'canary').map(({ name, path, policy }) =>
    learnedArm(name, null, [[path, policy]]),
  );
}

/** @param own what it is called in place of its algorithm */
function learnedArm(name: string, own: string | null, policies: readonly Origin[]): PlannedArm {
  const sources = policies.map(([origin, policy]) => policySource(origin, policy));
  const [[, first] = []] = policies;
  if (!first) throw new RangeError(`${name} has no policy`);
  const { algorithm, steps } = first.provenance;
  const verdict = verdictOwner(first);
  const kind = `${algorithm === 'hybrid' ? 'hybrid' : algorithm.toUpperCase()} on ${first.spec}`;
  const does = verdict === 'tests' ? 'sets the pace under the fast tests' : 'decides all by itself';
  return {
    name,
    title: own ?? (verdict === 'tests' ? `fast tests, pace by ${kind}` : `${kind}, unguarded`),
    role: 'learned',
    describe: `${kind}, ${formatCount(steps)} steps: ${does}`,
    verdict,
    sources,
  };
}

/** @throws CoxswainError `model-incompatible` */
function policySource(origin: string, policy: PolicyModel): ArmSource {
  expectTask(policy.provenance.env.name, 'canary', origin);
  checkContract(policy, createEnv({ name: 'canary', options: {} }), origin);
  return {
    kind: 'policy',
    origin,
    spec: policy.spec,
    verdict: verdictOwner(policy),
    bytes: encodePolicy(policy),
  };
}

/** Whom the env of its training gave the verdict. */
function verdictOwner({ provenance }: PolicyModel): VerdictOwner {
  return CanaryOptions.safeParse(provenance.env.options).data?.verdict ?? CanaryOptions.parse({}).verdict;
}
