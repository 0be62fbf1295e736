import type { Config } from '../../../config/schema';
import { policyText, toErrorInfo } from '../../../protocol';
import { chooseWithMargin } from '../../../rl/policy/chooseWithMargin';
import type { CanaryView } from '../../../sim/canary/canaryView';
import { type Pace, type PacePolicy, type PaceWish, seenBy } from './pacePolicy';
import { percentOf } from './weightLadder';

/** A stored policy that was checked and can be asked. It keeps no state, so that all releases share it. */
export interface LearnedPace {
  /** `canary/3`: its task, and its version in the store. */
  readonly version: string;
  /** The contract that it observes by. */
  readonly spec: string;
  /** By how much a change has to be likelier than to hold; see `chooseWithMargin`. */
  readonly idleMargin: number;
  /** How likely it makes hold, up and down; they sum to 1. @throws on what it cannot be asked about */
  probabilities(values: readonly number[]): readonly number[];
  /** See `Decision.outOfDistribution`; null where nobody knows. */
  unusualness(values: readonly number[]): number | null;
}

/** The name of every learned policy; its version says which one. */
export const LEARNED = 'learned';

/** In the order of the env's actions. */
const PACES: readonly Pace[] = ['hold', 'up', 'down'];
const WORDS: Readonly<Record<Pace, string>> = {
  hold: 'hold the weight',
  up: 'raise the weight',
  down: 'lower the weight',
};

type Doubt = NonNullable<PaceWish['doubt']>;

/**
 * The pace by a learned policy. Where it fails, is unsure of a raise, or has seen nothing like it, the rule decides in
 * its place and says so. To hold, or to go down, is what doubt would come to anyway.
 */
export function createLearnedPace(
  learned: LearnedPace,
  rule: PacePolicy,
  guard: () => Pick<Config['guard'], 'minConfidence' | 'maxOutOfDistribution'>,
): PacePolicy {
  return {
    ...{ name: LEARNED, version: learned.version, spec: learned.spec },
    decide(view) {
      const inPlace = (doubt: Doubt, why: string): PaceWish => {
        const wish = rule.decide(view);
        const reason = `${policyText(rule)} in place of ${learned.version}, which ${why}: ${wish.reason}`;
        return { ...wish, doubt, reason };
      };
      try {
        const wish = ask(learned, view);
        const { maxOutOfDistribution, minConfidence } = guard();
        const unusual = wish.outOfDistribution ?? null;
        if (unusual !== null && !(unusual <= maxOutOfDistribution)) {
          const figures = `${unusual.toFixed(1)}, ${maxOutOfDistribution} at most`;
          return inPlace('unusual', `has seen nothing like this (${figures})`);
        }
        if (wish.pace === 'up' && !(wish.confidence >= minConfidence)) {
          const figures = `${wish.confidence.toFixed(2)}, ${minConfidence} at least`;
          return inPlace('unsure', `is unsure (${figures})`);
        }
        return wish;
      } catch (error) {
        return inPlace('failed', `could not decide: ${toErrorInfo(error).message}`);
      }
    },
  };
}

function ask(learned: LearnedPace, view: CanaryView): PaceWish {
  const seen = seenBy(view);
  const probabilities = learned.probabilities(seen.values);
  const chosen = chooseWithMargin(probabilities, learned.idleMargin);
  const pace = PACES[chosen] as Pace;
  const confidence = probabilities[chosen] ?? Number.NaN;
  if (!Number.isFinite(confidence)) throw new RangeError('its probabilities are no numbers');
  return {
    pace,
    reason: `${learned.version} would ${WORDS[pace]} at ${percentOf(view.weight)}; the evidence allows ${percentOf(view.mostWeight)}`,
    confidence,
    alternatives: PACES.flatMap((other, index) =>
      other === pace ? [] : { text: WORDS[other], confidence: probabilities[index] ?? 0 },
    ).toSorted((a, b) => b.confidence - a.confidence),
    seen,
    outOfDistribution: learned.unusualness(seen.values),
    doubt: null,
  };
}
