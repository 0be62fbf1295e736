import type { ObservationSpec } from '../../../loop/task';
import { CoxswainError, type Explanation, type JournalEvent, type JournalRow } from '../../../protocol';
import { healthyTwin } from '../policies/healthyTwin';
import { HEAL_CHOICES, HEAL_LABELS, isInPlaceOf, LEARNED, type LearnedHeal } from '../policies/learned';
import { HEAL_SPECS } from '../specs';
import { actionIndex } from '../workloadMemory';

type DecisionEvent = Extract<JournalEvent, { kind: 'decision' }>;
export type DecisionRow = JournalRow & { event: DecisionEvent };

type Explained = Omit<Explanation, 'explainedMs'>;

/** The version of the learned policy that has decided, as `heal/3`; null where a rule has, itself or in its place. */
export function learnedVersionOf({ policy, reason }: DecisionEvent): string | null {
  const [name, version] = policy.split(' ');
  return name === LEARNED && version !== undefined && !isInPlaceOf(reason) ? version : null;
}

/** Why a learned policy has decided so: what each input has added to the probability of its choice, or taken from it. */
export function explainLearned({ atMs, event }: DecisionRow, policy: LearnedHeal): Explained {
  const { observation: values, action } = event;
  const spec = specOf(event);
  if (spec.name !== policy.spec) {
    throw new CoxswainError(
      'model-incompatible',
      `The decision was made on ${spec.name}, and the policy ${policy.version} that is stored now observes ${policy.spec}.`,
      'It is another policy by the same name: only the journal tells what the first one has said.',
    );
  }
  const choice = actionIndex(action);
  const label = HEAL_LABELS[choice] ?? 'none';
  const chances = policy.probabilities(values);
  return {
    ...common(atMs, event, spec),
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

/**
 * Why a rule has decided so: its reason, and how far each input was from that of the same workload when it is well.
 *
 * @param told what the rule itself has said that it went by, where that is still known
 */
export function explainRule(
  { atMs, event }: DecisionRow,
  told: Pick<Explanation, 'contributions' | 'alternatives'> | null,
): Explained {
  const spec = specOf(event);
  const twin = healthyTwin(event.observation);
  const distances = spec.fields.map(({ name, min, max }, field) => ({
    name,
    value: ((event.observation[field] ?? 0) - (twin[field] ?? 0)) / (max - min),
  }));
  const isTold = told !== null && told.contributions.length > 0;
  return {
    ...common(atMs, event, spec),
    method: 'evidence',
    output: null,
    baseline: null,
    contributions: strongestFirst(isTold ? told.contributions : distances.filter(({ value }) => value !== 0)),
    alternatives: told === null ? [] : [...told.alternatives],
    outOfDistribution: null,
  };
}

function common(atMs: number, event: DecisionEvent, spec: ObservationSpec) {
  const { workloadId, policy, action, reason, confidence, observation } = event;
  return {
    workloadId,
    atMs,
    policy,
    action,
    reason,
    confidence,
    observationSpec: spec.name,
    inputs: spec.fields.map(({ name, unit }, field) => ({ name, unit, value: observation[field] ?? 0 })),
  };
}

/** @throws CoxswainError `model-incompatible` for what an earlier version of Coxswain has observed */
function specOf({ observationSpec, observation }: DecisionEvent): ObservationSpec {
  const spec = HEAL_SPECS.find(({ name }) => name === observationSpec);
  if (spec && spec.fields.length === observation.length) return spec;
  throw new CoxswainError(
    'model-incompatible',
    `The decision was made on ${observation.length} numbers of ${observationSpec}, which this version does not know.`,
    'Explain it with the version of Coxswain that made it; the journal has its reason.',
  );
}

function strongestFirst(contributions: readonly { name: string; value: number }[]) {
  return contributions.toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value));
}
