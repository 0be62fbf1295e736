import type { Workload } from '../../../../cluster/snapshot';
import type { Seen } from '../../../../loop/task';
import type { LoadMetrics } from '../../../../metrics/loadReadings';
import type { Proposal } from '../../../../protocol';
import { OBSERVATION_SPECS } from '../../../../sim/scale/observation';
import type { ScaleView } from '../../../../sim/scale/scaleView';

export type ScaleSpecName = keyof typeof OBSERVATION_SPECS;

/** All that a policy may look at in one control step. */
export interface ScaleLook {
  nowMs: number;
  view: ScaleView;
  /** What HPAs go by, pod by pod. */
  workload: Workload;
  load: LoadMetrics;
  /** W. */
  violationPrice: number;
  /** Why nothing that was learned may decide now: an incident, a fault; null where it may. */
  disturbance: string | null;
}

/** What a policy would have, before bounds and pace. */
export interface ScaleWish {
  replicas: number;
  reason: string;
  /** 0…1: of a learned policy the probability of the direction, up, hold or down. */
  confidence: number;
  alternatives: Proposal['alternatives'];
  seen: Seen;
  /** As of `Decision`; null for rules. */
  outOfDistribution: number | null;
  /** Why the rule has decided in place of the learned policy; null where it is the policy's own wish. */
  doubt: 'failed' | 'unusual' | 'unsure' | 'disturbed' | null;
}

/** Decides for one workload, once per control step; it may remember. */
export interface ScalePolicy {
  readonly name: string;
  readonly version: string;
  readonly spec: ScaleSpecName;
  /** The history has begun anew. */
  reset(): void;
  decide(look: ScaleLook): ScaleWish;
}

/** What rules are journaled with: the richer one, so that explanations and learning have it. */
export const RULE_SPEC: ScaleSpecName = 'scale/36';

/** A wish of a rule: it is as sure as a rule can be. */
export function ruled(look: ScaleLook, replicas: number, reason: string): ScaleWish {
  return {
    replicas,
    reason,
    confidence: 1,
    alternatives: [],
    seen: seenBy(RULE_SPEC, look),
    outOfDistribution: null,
    doubt: null,
  };
}

/** The numbers of a contract, from what there is to see. */
export function seenBy(spec: ScaleSpecName, { view, violationPrice }: ScaleLook): Seen {
  const { fields, write } = OBSERVATION_SPECS[spec];
  const values = new Float32Array(fields.length);
  write(view, violationPrice, values);
  return { spec, values: [...values] };
}
