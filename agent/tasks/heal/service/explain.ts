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
import { healthyTwin } from '../policies/healthyTwin';
import { HEAL_CHOICES, HEAL_LABELS, isInPlaceOf, LEARNED, type LearnedHeal } from '../policies/learned';
import { HEAL_SPECS } from '../specs';
import { actionIndex } from '../workloadMemory';

/** The version of the learned policy that has decided, as `heal/3`; null where a rule has, itself or in its place. */
export function learnedVersionOf({ policy, reason }: DecisionEvent): string | null {
  const [name, version] = policy.split(' ');
  return name === LEARNED && version !== undefined && !isInPlaceOf(reason) ? version : null;
}

/** Why a learned policy has decided so: what each input has added to the probability of its choice, or taken from it. */
export function explainLearned(row: DecisionRow, policy: LearnedHeal): Explained {
  const { observation: values, action } = row.event;
  const spec = specOf(row.event, HEAL_SPECS);
  checkSamePolicy(row.event, policy);
  const choice = actionIndex(action);
  const label = HEAL_LABELS[choice] ?? 'none';
  const chances = policy.probabilities(values);
  return {
    ...decisionFacts(row, spec),
    method: 'shapley',
    output: chances[choice] ?? 0,
    baseline: policy.probabilities(healthyTwin(values))[choice] ?? 0,
    contributions: strongestFirst(policy.contributions(values, label)),
    alternatives: HEAL_LABELS.map((other, index) => ({
      text: HEAL_CHOICES[other],
      confidence: chances[index] ?? 0,
    }))
      .filter((_, index) => index !== choice)
      .sort((a, b) => b.confidence - a.confidence),
    outOfDistribution: policy.unusualness(values),
  };
}

/** Why a rule has decided so, see `evidence`. */
export function explainRule(row: DecisionRow, told: Parameters<typeof evidence>[3]): Explained {
  const spec = specOf(row.event, HEAL_SPECS);
  return evidence(row, spec, healthyTwin(row.event.observation), told);
}
