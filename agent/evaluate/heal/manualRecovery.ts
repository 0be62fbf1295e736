import type { Baseline } from '../../sim/baseline';
import { DO_NOTHING } from '../../sim/heal/actions';
import { oracle } from '../../sim/heal/baselines/oracle';
import { DEGRADED } from '../../sim/heal/conditions';
import type { HealEnv } from '../../sim/heal/healEnv';
import { Random } from '../../sim/random';

/** How a person recovers a workload without an agent. */
export interface ManualRecovery {
  /** An alert fires when the workload has looked unhealthy for so long: the `for` of its rule. */
  alertSeconds: number;
  /**
   * Median of the time from the alert to the first action, which is lognormal. Five minutes are what Google gives its
   * people for services that users see (Beyer et al., Site Reliability Engineering, 2016, chapter 11).
   */
  reactionSeconds: number;
  /** Standard deviation of the logarithm of that time: with 0.5 one time in twenty it is 2.3 times the median. */
  reactionSpread: number;
}

export const MANUAL_RECOVERY: ManualRecovery = {
  alertSeconds: 60,
  reactionSeconds: 300,
  reactionSpread: 0.5,
};

/** Apart from the episode's own random numbers, which must not depend on who plays. */
const REACTION_STREAM = 0x9e150;

/**
 * Somebody who is called by an alert, comes after a while, and from then on does the right thing at once, with the
 * truth before them: better than any person, but later than any agent. The alert calls them also where the workload
 * has recovered in the meantime.
 */
export function manualRecovery(settings: ManualRecovery): Baseline<HealEnv> {
  const expert = oracle(0);
  let reactionSeconds = 0;
  let unhealthySince = Number.NaN;
  let comesAt = Number.POSITIVE_INFINITY;
  return {
    name: 'manual',
    reset(seed) {
      expert.reset(seed);
      const random = new Random(seed ^ REACTION_STREAM);
      reactionSeconds = settings.reactionSeconds * Math.exp(settings.reactionSpread * random.gaussian());
      unhealthySince = Number.NaN;
      comesAt = Number.POSITIVE_INFINITY;
    },
    decide(env) {
      const { now, health } = env.view;
      if (health < DEGRADED) unhealthySince = Number.NaN;
      else if (Number.isNaN(unhealthySince)) unhealthySince = now;
      const isAlerted = now - unhealthySince >= settings.alertSeconds;
      if (isAlerted) comesAt = Math.min(comesAt, now + reactionSeconds);
      return now >= comesAt ? expert.decide(env) : DO_NOTHING;
    },
  };
}

/** In words, for every place that shows the arm. */
export function describeManual({ alertSeconds, reactionSeconds, reactionSpread }: ManualRecovery): string {
  return (
    `an alert after ${alertSeconds} s, then a reaction of ${reactionSeconds} s in the median ` +
    `(lognormal, σ ${reactionSpread}), then the right action at once`
  );
}
