import { SEED_STEPS, type TimedStep } from '../../../tasks/canary/pace/fixedSteps';
import { PROMOTE, type ReleaseRule } from './releaseRule';

/** The weight that is due after so long, or `PROMOTE` after the last step. */
export function weightAfter(steps: readonly TimedStep[], seconds: number): number {
  let until = 0;
  for (const step of steps) {
    until += step.seconds;
    if (seconds < until) return step.weight;
  }
  return PROMOTE;
}

/** Raises the weight by the clock, whatever the metrics say. */
export function fixedSteps(name = 'fixed-steps', steps: readonly TimedStep[] = SEED_STEPS): ReleaseRule {
  return {
    name,
    reset: () => undefined,
    decide: ({ sinceStartSeconds }) => weightAfter(steps, sinceStartSeconds),
  };
}
