import { groupedShapleyValues } from '../../../rl/explain/groupedShapley';
import { type BatchFunction, shapleyValues } from '../../../rl/explain/shapley';
import { OBSERVATION_SPEC_NAMES, OBSERVATION_SPECS } from '../../../sim/scale/observation';
import { GROUPS_36 } from '../../../sim/scale/observation36';
import { chooseScaling } from '../../../sim/scale/scalingChoice';
import {
  checkSamePolicy,
  type DecisionEvent,
  type DecisionRow,
  decisionFacts,
  type Explained,
  evidence,
  specOf,
  strongestFirst,
} from '../../explained';
import { LEARNED, type LearnedScale } from '../live/policies/learnedScale';
import type { ScaleSpecName } from '../live/policies/policy';
import { calmTwin } from './calmTwin';
import { DIRECTION_NAMES, DIRECTIONS, type Direction, directionOf, directionShares } from './directions';

const SPECS = OBSERVATION_SPEC_NAMES.map((name) => ({ name, fields: OBSERVATION_SPECS[name].fields }));

/** The version of the learned policy that has decided, as `scale/3`; null where a rule has, itself or in its place. */
export function scaleVersionOf({ policy, reason }: DecisionEvent): string | null {
  const [name, version] = policy.split(' ');
  if (name !== LEARNED || version === undefined) return null;
  return reason.includes(` in place of ${version}, which `) ? null : version;
}

/** Why a rule has decided so, against the same workload under a calm load. */
export function explainScaleRule(row: DecisionRow, told: Parameters<typeof evidence>[3]): Explained {
  const spec = specOf(row.event, SPECS);
  return evidence(row, spec, calmTwin(spec.name, row.event.observation), told);
}

/**
 * Why a learned policy has decided so: what each input of scale/12, or each group of those of scale/36, has added to
 * the probability of the direction that it chose, compared with the same workload under a calm load.
 */
export function explainLearnedScale(row: DecisionRow, policy: LearnedScale): Explained {
  const { observation: values } = row.event;
  const spec = specOf(row.event, SPECS);
  checkSamePolicy(row.event, policy);
  const shares = sharesOf(policy, values);
  const chosen = chosenBy(policy, values);
  const twin = calmTwin(spec.name, values);
  return {
    ...decisionFacts(row, spec),
    method: 'shapley',
    output: shares[chosen],
    baseline: sharesOf(policy, twin)[chosen],
    contributions: strongestFirst(contributions(policy, spec.name, values, twin, chosen)),
    alternatives: DIRECTION_NAMES.filter((other) => other !== chosen)
      .map((other) => ({ text: DIRECTIONS[other], confidence: shares[other] }))
      .toSorted((a, b) => b.confidence - a.confidence),
    outOfDistribution: policy.unusualness(values),
  };
}

/** Not always the action's direction: bounds and pace may hold back a step, and a take-over is none. */
function chosenBy(
  { podChanges, idleMargin, probabilities }: LearnedScale,
  values: readonly number[],
): Direction {
  return directionOf(chooseScaling(probabilities(values), podChanges, idleMargin).change);
}

function sharesOf(policy: LearnedScale, values: readonly number[]): Record<Direction, number> {
  return directionShares(policy.podChanges, policy.probabilities(values));
}

/** They sum to what the policy says of the observation above what it says of its twin. */
function contributions(
  policy: LearnedScale,
  spec: ScaleSpecName,
  values: readonly number[],
  twin: readonly number[],
  chosen: Direction,
): Explained['contributions'] {
  const { fields } = OBSERVATION_SPECS[spec];
  const share: BatchFunction = (rows, count) =>
    Array.from({ length: count }, (_, row) => {
      const observation = [...rows.subarray(row * fields.length, (row + 1) * fields.length)];
      return sharesOf(policy, observation)[chosen];
    });
  if (spec === 'scale/12') {
    const { values: parts } = shapleyValues(share, values, [twin]);
    return fields.map(({ name }, field) => ({ name, value: parts[field] ?? 0 }));
  }
  const parts = groupedShapleyValues(share, values, twin, GROUP_OF_FIELD, GROUPS_36.length);
  return GROUPS_36.map(({ name }, group) => ({ name, value: parts[group] ?? 0 }));
}

const GROUP_OF_FIELD = OBSERVATION_SPECS['scale/36'].fields.map(({ name }) =>
  GROUPS_36.findIndex(({ fields }) => fields.includes(name)),
);
