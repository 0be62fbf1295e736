import { CANARY_SPEC } from '../../../sim/canary/observation';
import { type PacePolicy, ruled } from './pacePolicy';
import { nextWeight, percentOf, presentStep } from './weightLadder';

/** A weight, 0…1, and for how long. */
export interface TimedStep {
  weight: number;
  seconds: number;
}

/** The table of seed 003: 42 min in all. */
export const SEED_STEPS: readonly TimedStep[] = [
  { weight: 0.05, seconds: 120 },
  { weight: 0.1, seconds: 300 },
  { weight: 0.25, seconds: 600 },
  { weight: 0.5, seconds: 900 },
  { weight: 0.75, seconds: 600 },
];

/** Raises the weight by the clock, whatever the metrics say; what carries a promotion is not its business. */
export function fixedSteps(steps: readonly TimedStep[] = SEED_STEPS): PacePolicy {
  const weights = steps.map(({ weight }) => weight);
  return {
    name: 'fixed-steps',
    version: '1',
    spec: CANARY_SPEC,
    decide(view) {
      const next = nextWeight(weights, view.weight);
      if (next === null) return ruled(view, 'hold', 'it is at the last of its steps');
      const left = (steps[presentStep(weights, view.weight)]?.seconds ?? 0) - view.atWeightSeconds;
      if (left > 0)
        return ruled(view, 'hold', `its table has ${percentOf(next)} in ${Math.ceil(left / 60)} min`);
      return ruled(view, 'up', `its table has ${percentOf(next)} now`);
    },
  };
}
