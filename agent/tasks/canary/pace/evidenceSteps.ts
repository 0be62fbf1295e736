import type { CanaryView } from '../../../sim/canary/canaryView';
import { CANARY_SPEC } from '../../../sim/canary/observation';
import { type PacePolicy, ruled } from './pacePolicy';
import { allows, nextWeight, percentOf, presentStep } from './weightLadder';

/** `canary.weights` as it is by default, as shares. */
export const DEFAULT_WEIGHTS: readonly number[] = [0.05, 0.1, 0.25, 0.5, 0.75];
const DEFAULT_BAKE_SECONDS = 2700;
/** Of the bake, at the first weight; chosen by exposure on releases that no target is measured on (docs/canary.md). */
const FIRST_SHARE = 1 / 9;
const LEAST_SECONDS = 60;

export interface EvidenceStepsSettings {
  /** Shares of the traffic, ascending. */
  weights: readonly number[];
  /** At each of them, at least. */
  seconds: readonly number[];
}

/**
 * The last weight with the end of the bake, which a promotion waits for anyway: the lower ones expose less. The first
 * one is left early, as great harm shows with any traffic; those between share the rest evenly.
 */
export function evidenceStepsSettings(
  weights: readonly number[] = DEFAULT_WEIGHTS,
  bakeSeconds = DEFAULT_BAKE_SECONDS,
): EvidenceStepsSettings {
  const first = bakeSeconds * FIRST_SHARE;
  const other = (bakeSeconds - first) / Math.max(1, weights.length - 2);
  return {
    weights,
    seconds: weights.map((_, index) => Math.max(LEAST_SECONDS, index === 0 ? first : other)),
  };
}

type Place = Pick<CanaryView, 'weight' | 'mostWeight' | 'atWeightSeconds'>;

/** The next weight as soon as the evidence allows it, where the canary has been at the present one for a while. */
export function evidenceStepsWeight(place: Place, settings: EvidenceStepsSettings): number {
  const next = nextWeight(settings.weights, place.weight);
  if (next === null || secondsLeft(place, settings) > 0) return place.weight;
  return allows(place.mostWeight, next) ? next : place.weight;
}

function secondsLeft(
  { weight, atWeightSeconds }: Place,
  { weights, seconds }: EvidenceStepsSettings,
): number {
  return (seconds[presentStep(weights, weight)] ?? 0) - atWeightSeconds;
}

/** The rule that sets the pace where no learned policy does. */
export function evidenceSteps(settings: EvidenceStepsSettings = evidenceStepsSettings()): PacePolicy {
  const { weights } = settings;
  return {
    name: 'evidence-steps',
    version: '1',
    spec: CANARY_SPEC,
    decide(view) {
      const next = nextWeight(weights, view.weight);
      if (next === null) return ruled(view, 'hold', 'it is at the last weight, where it waits for the tests');
      const left = secondsLeft(view, settings);
      if (left > 0)
        return ruled(
          view,
          'hold',
          `it stays at ${percentOf(view.weight)} for another ${Math.ceil(left / 60)} min`,
        );
      if (evidenceStepsWeight(view, settings) > view.weight)
        return ruled(view, 'up', `the evidence allows ${percentOf(view.mostWeight)} of the traffic`);
      return ruled(
        view,
        'hold',
        `the evidence allows no more than ${percentOf(view.mostWeight)}, the next step is ${percentOf(next)}`,
      );
    },
  };
}
