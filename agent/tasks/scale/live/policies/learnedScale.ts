import type { Config } from '../../../../config/schema';
import { policyText, toErrorInfo } from '../../../../protocol';
import { chooseScaling } from '../../../../sim/scale/scalingChoice';
import { DIRECTION_NAMES, DIRECTIONS, directionOf, directionShares } from '../../explain/directions';
import { type ScaleLook, type ScalePolicy, type ScaleSpecName, type ScaleWish, seenBy } from './policy';

/** A stored policy that was checked and can be asked. It keeps no state, so that all workloads share it. */
export interface LearnedScale {
  /** `scale/3`: its task, and its version in the store. */
  readonly version: string;
  /** The contract that it observes by. */
  readonly spec: ScaleSpecName;
  /** Changes of the number of pods that it chooses from. */
  readonly podChanges: readonly number[];
  /** See `chooseScaling`. */
  readonly idleMargin: number;
  /** How likely it makes each of `podChanges`; they sum to 1. @throws on what it cannot be asked about */
  probabilities(values: readonly number[]): readonly number[];
  /** See `Decision.outOfDistribution`; null where nobody knows. */
  unusualness(values: readonly number[]): number | null;
}

/** The name of every learned policy; its version says which one. */
export const LEARNED = 'learned';

type Doubt = NonNullable<ScaleWish['doubt']>;

/**
 * The policy of one workload. Where it fails, is unsure, or has seen nothing like it, or where something is wrong with
 * the workload, the rule decides in its place and says so.
 */
export function createLearnedScale(
  learned: LearnedScale,
  rule: ScalePolicy,
  guard: () => Pick<Config['guard'], 'minConfidence' | 'maxOutOfDistribution'>,
): ScalePolicy {
  return {
    ...{ name: LEARNED, version: learned.version, spec: learned.spec, reset: () => rule.reset() },
    decide(look) {
      // In every step, so that its windows are full when it is needed.
      const ruledWish = rule.decide(look);
      const inPlace = (doubt: Doubt, why: string): ScaleWish => ({
        ...ruledWish,
        doubt,
        reason: `${policyText(rule)} in place of ${learned.version}, which ${why}: ${ruledWish.reason}`,
      });
      if (look.disturbance !== null) return inPlace('disturbed', `decides nothing while ${look.disturbance}`);
      try {
        const wish = ask(learned, look);
        const { maxOutOfDistribution, minConfidence } = guard();
        const unusual = wish.outOfDistribution;
        if (unusual !== null && !(unusual <= maxOutOfDistribution)) {
          return inPlace(
            'unusual',
            `has seen nothing like this (${unusual.toFixed(1)}, ${maxOutOfDistribution} at most)`,
          );
        }
        // To hold is what an unsure wish would come to anyway.
        if (wish.replicas !== look.view.pods.count && !(wish.confidence >= minConfidence)) {
          return inPlace('unsure', `is unsure (${wish.confidence.toFixed(2)}, ${minConfidence} at least)`);
        }
        return wish;
      } catch (error) {
        return inPlace('failed', `could not decide: ${toErrorInfo(error).message}`);
      }
    },
  };
}

function ask(learned: LearnedScale, look: ScaleLook): ScaleWish {
  const seen = seenBy(learned.spec, look);
  const probabilities = learned.probabilities(seen.values);
  const { change, confidence } = chooseScaling(probabilities, learned.podChanges, learned.idleMargin);
  if (!Number.isFinite(confidence)) throw new RangeError('its probabilities are no numbers');
  const shares = directionShares(learned.podChanges, probabilities);
  const direction = directionOf(change);
  const { count } = look.view.pods;
  return {
    replicas: count + change,
    reason: `${learned.version} would ${wordsFor(change)} at W = ${look.violationPrice}: load ${look.view.estimates.load.toFixed(1)} pods on ${count}`,
    confidence,
    alternatives: DIRECTION_NAMES.filter((other) => other !== direction)
      .map((other) => ({ text: DIRECTIONS[other], confidence: shares[other] }))
      .toSorted((a, b) => b.confidence - a.confidence),
    seen,
    outOfDistribution: learned.unusualness(seen.values),
    doubt: null,
  };
}

function wordsFor(change: number): string {
  if (change === 0) return 'keep the pods';
  return change > 0 ? `add ${change}` : `take ${-change} away`;
}
