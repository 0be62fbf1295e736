import * as z from 'zod';

const text = z.string().default('');
const flag = z.boolean().default(false);
const count = z.int().default(0);

const Destination = z.object({
  weight: z.int(),
  podTemplateHash: text,
  serviceName: text,
});
const Weights = z.object({ canary: Destination, stable: Destination });
export type Weights = z.infer<typeof Weights>;

const RunReference = z.object({ name: z.string(), status: text, message: text });
export type RunReference = z.infer<typeof RunReference>;

export const PauseReason = z.enum(['CanaryPauseStep', 'BlueGreenPause', 'InconclusiveAnalysisRun']);
export type PauseReason = z.infer<typeof PauseReason>;

export const RolloutCondition = z.looseObject({
  type: z.string(),
  status: z.enum(['True', 'False', 'Unknown']),
  reason: text,
  message: text,
  lastUpdateTime: text,
  lastTransitionTime: text,
});
export type RolloutCondition = z.infer<typeof RolloutCondition>;

/** `null` is how clients take a field away. */
const orEmpty = <T extends z.ZodType>(schema: T) => schema.nullish();

/**
 * `status` of a Rollout, which clients write too: to promote, abort and retry.
 * Source: https://github.com/argoproj/argo-rollouts/blob/master/pkg/apis/rollouts/v1alpha1/types.go
 */
export const RolloutStatus = z.looseObject({
  phase: text,
  message: text,
  abort: flag,
  abortedAt: orEmpty(z.string()),
  promoteFull: flag,
  controllerPause: flag,
  pauseConditions: orEmpty(z.array(z.object({ reason: z.string(), startTime: z.string() }))).transform(
    (conditions) => conditions ?? [],
  ),
  currentPodHash: text,
  currentStepHash: text,
  currentStepIndex: orEmpty(z.int()),
  stableRS: text,
  observedGeneration: text,
  workloadObservedGeneration: text,
  restartedAt: orEmpty(z.string()),
  replicas: count,
  updatedReplicas: count,
  readyReplicas: count,
  availableReplicas: count,
  HPAReplicas: count,
  selector: text,
  canary: z
    .looseObject({
      weights: orEmpty(Weights),
      currentStepAnalysisRunStatus: orEmpty(RunReference),
      currentBackgroundAnalysisRunStatus: orEmpty(RunReference),
    })
    .prefault({}),
  blueGreen: z
    .looseObject({
      activeSelector: text,
      previewSelector: text,
      scaleUpPreviewCheckPoint: flag,
      prePromotionAnalysisRunStatus: orEmpty(RunReference),
      postPromotionAnalysisRunStatus: orEmpty(RunReference),
    })
    .prefault({}),
  conditions: orEmpty(z.array(RolloutCondition)).transform((conditions) => conditions ?? []),
});
export type RolloutStatus = z.infer<typeof RolloutStatus>;

/** As it is stored: what is empty is left out, as Argo's objects have it. */
export function storedStatus(status: RolloutStatus): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(status).flatMap(([key, value]) => {
      const stored = KEPT.has(key) ? (value ?? undefined) : withoutEmpty(value);
      return stored === undefined ? [] : [[key, stored]];
    }),
  );
}

/** Zero means something. */
const KEPT: ReadonlySet<string> = new Set(['currentStepIndex']);

/** Fields within others that are there even when they are empty. */
const REQUIRED: ReadonlySet<string> = new Set(['weight', 'status']);

function withoutEmpty(value: unknown): unknown {
  if (value === null || value === undefined || value === '' || value === false || value === 0)
    return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value;
  if (typeof value !== 'object') return value;
  const entries = Object.entries(value).flatMap(([key, inner]) => {
    const stored = REQUIRED.has(key) ? inner : withoutEmpty(inner);
    return stored === undefined ? [] : [[key, stored] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** Whether what is wanted is what is stable: nothing is on its way. */
export function isFullyPromoted({ stableRS, currentPodHash }: RolloutStatus): boolean {
  return stableRS === currentPodHash;
}

export function pauseCondition({ pauseConditions }: RolloutStatus, reason: PauseReason) {
  return pauseConditions.find((each) => each.reason === reason);
}

export function conditionOf({ conditions }: RolloutStatus, type: string): RolloutCondition | undefined {
  return conditions.find((condition) => condition.type === type);
}
