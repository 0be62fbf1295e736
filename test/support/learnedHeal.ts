import { HEAL_LABELS, type HealChoice, type LearnedHeal } from '../../agent/tasks/heal/policies/learned';

/** A learned policy that finds the choices so likely whatever it sees. */
export function aLearnedHeal(
  likely: Partial<Record<HealChoice, number>>,
  changes: Partial<LearnedHeal> = {},
): LearnedHeal {
  return {
    version: 'heal/3',
    spec: 'heal/9',
    idleMargin: 2,
    probabilities: () => HEAL_LABELS.map((label) => likely[label] ?? 0),
    confidence: (probability) => probability,
    contributions: () => [],
    unusualness: () => null,
    ...changes,
  };
}
