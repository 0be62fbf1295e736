import * as z from 'zod';
import type { FlaggerRelease } from '../../../../cluster/releases';

const Metric = z.looseObject({ name: z.string() });

/** What is used of a Canary's spec; https://docs.flagger.app/usage/how-it-works */
const Spec = z.looseObject({
  suspend: z.boolean().optional(),
  skipAnalysis: z.boolean().optional(),
  targetRef: z.looseObject({ kind: z.string(), name: z.string() }),
  analysis: z
    .looseObject({
      interval: z.string().optional(),
      threshold: z.number().optional(),
      maxWeight: z.number().optional(),
      stepWeight: z.number().optional(),
      stepWeights: z.array(z.number()).optional(),
      iterations: z.number().optional(),
      metrics: z.array(Metric).nullish(),
      webhooks: z
        .array(z.looseObject({ name: z.string(), type: z.string().optional(), url: z.string() }))
        .nullish(),
    })
    .optional(),
});

const Status = z.looseObject({
  phase: z.string().default(''),
  failedChecks: z.number().default(0),
  canaryWeight: z.number().default(0),
  iterations: z.number().default(0),
  lastTransitionTime: z.string().nullish(),
  conditions: z
    .array(
      z.looseObject({
        type: z.string(),
        status: z.string(),
        reason: z.string().default(''),
        message: z.string().default(''),
      }),
    )
    .nullish(),
});

export interface FlaggerObject {
  spec: z.infer<typeof Spec>;
  status: z.infer<typeof Status>;
  /** Failed checks from which it rolls back: like Flagger itself, what is not above 0 counts as 1. */
  threshold: number;
  /** Weights that it goes through; empty where it counts iterations. */
  weights: readonly number[];
}

const DEFAULT_MAX_WEIGHT = 100;

/** The parts of a Canary by which it is shown and operated; null where they are not as the API says. */
export function readFlagger({ spec, status }: Pick<FlaggerRelease, 'spec' | 'status'>): FlaggerObject | null {
  const parsed = Spec.safeParse(spec ?? {});
  const state = Status.safeParse(status ?? {});
  if (!parsed.success || !state.success) return null;
  const { analysis } = parsed.data;
  const threshold = analysis?.threshold ?? 0;
  return {
    spec: parsed.data,
    status: state.data,
    threshold: threshold > 0 ? threshold : 1,
    weights: weightsOf(analysis ?? {}),
  };
}

function weightsOf({
  stepWeight,
  stepWeights,
  maxWeight,
  iterations,
}: NonNullable<z.infer<typeof Spec>['analysis']>): readonly number[] {
  // As in its scheduler: where it counts iterations the weights are of no matter.
  if (iterations !== undefined && iterations > 0) return [];
  if (stepWeights && stepWeights.length > 0) return stepWeights;
  if (stepWeight === undefined || stepWeight <= 0) return [];
  const most = maxWeight !== undefined && maxWeight > 0 ? maxWeight : DEFAULT_MAX_WEIGHT;
  // Below the highest weight it adds a whole step, also beyond that (pkg/controller/scheduler.go, runCanary).
  const steps = Math.ceil(most / stepWeight);
  return Array.from({ length: steps }, (_, index) => Math.min(DEFAULT_MAX_WEIGHT, stepWeight * (index + 1)));
}
