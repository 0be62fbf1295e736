import type { Seen } from '../../../loop/task';
import type { CanaryView } from '../../../sim/canary/canaryView';
import { CANARY_FIELDS, CANARY_SPEC, writeObservation } from '../../../sim/canary/observation';

export type Pace = 'hold' | 'up' | 'down';

/** What a policy would do with the weight, before the evidence has its say. */
export interface PaceWish {
  pace: Pace;
  reason: string;
  /** 0…1: of a learned policy the probability of the pace. */
  confidence: number;
  alternatives: readonly { text: string; confidence: number }[];
  /** What it was decided by, under its contract. */
  seen: Seen;
  /** See `Decision.outOfDistribution`; null for rules, and where nobody knows. */
  outOfDistribution?: number | null;
  /** Why the rule has decided in place of the learned policy; absent or null where it is the policy's own wish. */
  doubt?: 'failed' | 'unusual' | 'unsure' | null;
}

/**
 * Sets the pace of a release between the verdicts, which are not its own: it neither promotes nor rolls back. It keeps
 * nothing between decisions, so that one serves all releases.
 */
export interface PacePolicy {
  readonly name: string;
  readonly version: string;
  /** The contract that it observes by. */
  readonly spec: string;
  decide(view: CanaryView): PaceWish;
}

/** A wish of a rule: it is as sure as a rule can be. */
export function ruled(view: CanaryView, pace: Pace, reason: string): PaceWish {
  return { pace, reason, confidence: 1, alternatives: [], seen: seenBy(view), outOfDistribution: null };
}

/** The numbers of the contract, from what there is to see. */
export function seenBy(view: CanaryView): Seen {
  const values = new Float32Array(CANARY_FIELDS.length);
  writeObservation(view, values);
  return { spec: CANARY_SPEC, values: [...values] };
}
