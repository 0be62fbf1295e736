import { CoxswainError, type Explanation, type JournalEvent, type JournalRow } from '../protocol';

export type DecisionEvent = Extract<JournalEvent, { kind: 'decision' }>;
export type DecisionRow = JournalRow & { event: DecisionEvent };

export type Explained = Omit<Explanation, 'explainedMs'>;

/** The contract that a decision was made by. */
export interface SeenSpec {
  readonly name: string;
  readonly fields: readonly { name: string; unit: string; min: number; max: number }[];
}

type Told = Pick<Explanation, 'contributions' | 'alternatives'>;

/** @throws CoxswainError `model-incompatible` for what another version of Coxswain has observed */
export function specOf<Spec extends SeenSpec>(
  { observationSpec, observation }: DecisionEvent,
  known: readonly Spec[],
): Spec {
  const spec = known.find(({ name }) => name === observationSpec);
  if (spec && spec.fields.length === observation.length) return spec;
  throw new CoxswainError(
    'model-incompatible',
    `The decision was made on ${observation.length} numbers of ${observationSpec}, which this version does not know.`,
    'Explain it with the version of Coxswain that made it; the journal has its reason.',
  );
}

/** @throws CoxswainError `model-incompatible` where the policy by that name cannot be the one that has decided */
export function checkSamePolicy(
  { observationSpec }: DecisionEvent,
  { version, spec }: { version: string; spec: string },
): void {
  if (spec === observationSpec) return;
  throw new CoxswainError(
    'model-incompatible',
    `The decision was made on ${observationSpec}, and the policy ${version} that is stored now observes ${spec}.`,
    'It is another policy by the same name: only the journal tells what the first one has said.',
  );
}

/** What every explanation tells of its decision. */
export function decisionFacts({ atMs, event }: DecisionRow, spec: SeenSpec) {
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

/**
 * Why a rule has decided so: its reason, and how far each input was from that of the same workload when it is well.
 *
 * @param twin the observation of the workload when it is well
 * @param told what the rule itself has said that it went by, where that is still known
 */
export function evidence(
  row: DecisionRow,
  spec: SeenSpec,
  twin: readonly number[],
  told: Told | null,
): Explained {
  const { observation } = row.event;
  const distances = spec.fields.map(({ name, min, max }, field) => ({
    name,
    value: ((observation[field] ?? 0) - (twin[field] ?? 0)) / (max - min),
  }));
  const isTold = told !== null && told.contributions.length > 0;
  return {
    ...decisionFacts(row, spec),
    method: 'evidence',
    output: null,
    baseline: null,
    contributions: strongestFirst(isTold ? told.contributions : distances.filter(({ value }) => value !== 0)),
    alternatives: told === null ? [] : [...told.alternatives],
    outOfDistribution: null,
  };
}

export function strongestFirst(contributions: readonly { name: string; value: number }[]) {
  return contributions.toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value));
}
