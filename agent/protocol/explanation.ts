import * as z from 'zod';
import { Action } from './action';

/** Why a decision was what it was. Exact Shapley values for a learned policy, the rule's evidence for a rule. */
export const Explanation = z.object({
  workloadId: z.string(),
  atMs: z.number(),
  /** `learned heal/3`, `runbook 1`. */
  policy: z.string(),
  /** `shapley`: the contributions sum to `output − baseline`. `evidence`: what the rule went by, without a sum. */
  method: z.enum(['shapley', 'evidence']),
  action: Action,
  reason: z.string(),
  /** 0…1, calibrated where the policy carries a calibration. */
  confidence: z.number(),
  /** Probability of the action for the workload as it was, and for the same workload when it is well; null for rules. */
  output: z.number().nullable(),
  baseline: z.number().nullable(),
  /** What the policy saw, in the order of its observation spec. */
  observationSpec: z.string(),
  inputs: z.array(z.object({ name: z.string(), unit: z.string(), value: z.number() })),
  /** Strongest first. */
  contributions: z.array(z.object({ name: z.string(), value: z.number() })),
  /** The other actions, likeliest first. */
  alternatives: z.array(z.object({ text: z.string(), confidence: z.number() })),
  /** How unusual the observation was against the training's; above 1 the guard asks. Null where it is not known. */
  outOfDistribution: z.number().nullable(),
  /** Wall time that the explanation took. */
  explainedMs: z.number(),
});
export type Explanation = z.infer<typeof Explanation>;
