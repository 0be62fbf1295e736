import { createLearnedPace } from '../pace/learnedPace';
import type { PacePolicy } from '../pace/pacePolicy';
import { paceRule } from '../pace/paceRule';
import type { ReleasePorts } from './releasePorts';

/** What sets the pace now: the learned policy where one was promoted, else the config's rule. */
export function paceNow({ config, learned }: Pick<ReleasePorts, 'config' | 'learned'>): PacePolicy {
  const rule = paceRule(config().canary);
  const promoted = learned();
  return promoted ? createLearnedPace(promoted, rule, () => config().guard) : rule;
}
