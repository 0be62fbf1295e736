import type { Config } from '../../../config/schema';
import { evidenceSteps, evidenceStepsSettings } from './evidenceSteps';
import { fixedSteps } from './fixedSteps';
import { hold } from './hold';
import type { PacePolicy } from './pacePolicy';

/** The rule that `canary.policy` names, with the weights and the bake of the config. */
export function paceRule({
  policy,
  weights,
  bake,
}: Pick<Config['canary'], 'policy' | 'weights' | 'bake'>): PacePolicy {
  const shares = weights.map((percent) => percent / 100).toSorted((a, b) => a - b);
  switch (policy) {
    case 'evidence-steps':
      return evidenceSteps(evidenceStepsSettings(shares, bake / 1000));
    case 'fixed-steps':
      return fixedSteps();
    case 'hold':
      return hold();
  }
}
