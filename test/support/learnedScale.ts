import { OBSERVATION_SPECS } from '../../agent/sim/scale/observation';
import type { LearnedScale } from '../../agent/tasks/scale/live/policies/learnedScale';

/** A learned scaler that answers every look with the same probabilities, by change of pods; the rest is to hold. */
export function aLearnedScale(
  probabilities: Readonly<Record<number, number>> = {},
  changes: Partial<LearnedScale> = {},
): LearnedScale {
  const { podChanges } = OBSERVATION_SPECS['scale/36'];
  const sum = Object.values(probabilities).reduce((total, each) => total + each, 0);
  return {
    version: 'scale/3',
    spec: 'scale/36',
    podChanges,
    idleMargin: 0,
    probabilities: () =>
      podChanges.map((change) => (probabilities[change] ?? 0) + (change === 0 ? 1 - sum : 0)),
    unusualness: () => 0.2,
    ...changes,
  };
}
