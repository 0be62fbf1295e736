import * as z from 'zod';
import type { ArgoRelease } from '../../../../cluster/releases';

const Duration = z.union([z.string(), z.number()]);
const AnalysisStatus = z.looseObject({
  name: z.string().default(''),
  status: z.string().optional(),
  message: z.string().optional(),
});

/** One step of a canary: exactly one of them is set. */
const Step = z.looseObject({
  setWeight: z.number().optional(),
  pause: z.looseObject({ duration: Duration.optional() }).nullish(),
  analysis: z
    .looseObject({ templates: z.array(z.looseObject({ templateName: z.string().optional() })).optional() })
    .nullish(),
  experiment: z.unknown().optional(),
  setCanaryScale: z
    .looseObject({
      weight: z.number().optional(),
      replicas: z.number().optional(),
      matchTrafficWeight: z.boolean().optional(),
    })
    .nullish(),
  setHeaderRoute: z.looseObject({ name: z.string() }).nullish(),
  setMirrorRoute: z.looseObject({ name: z.string() }).nullish(),
  plugin: z.looseObject({ name: z.string() }).nullish(),
});
export type ArgoStep = z.infer<typeof Step>;

/** What is used of a Rollout's spec; https://argo-rollouts.readthedocs.io/en/stable/features/specification/ */
const Spec = z.looseObject({
  paused: z.boolean().optional(),
  strategy: z
    .looseObject({
      canary: z.looseObject({ steps: z.array(Step).nullish() }).nullish(),
      blueGreen: z.looseObject({}).nullish(),
    })
    .optional(),
  template: z
    .looseObject({
      spec: z.looseObject({
        containers: z.array(z.looseObject({ name: z.string(), image: z.string().optional() })),
      }),
    })
    .optional(),
});

const Status = z.looseObject({
  phase: z.string().optional(),
  message: z.string().optional(),
  abort: z.boolean().optional(),
  promoteFull: z.boolean().optional(),
  controllerPause: z.boolean().optional(),
  currentStepIndex: z.number().int().nullish(),
  currentPodHash: z.string().optional(),
  stableRS: z.string().optional(),
  pauseConditions: z.array(z.looseObject({ reason: z.string(), startTime: z.string().optional() })).nullish(),
  canary: z
    .looseObject({
      currentStepAnalysisRunStatus: AnalysisStatus.nullish(),
      currentBackgroundAnalysisRunStatus: AnalysisStatus.nullish(),
    })
    .nullish(),
});

export interface ArgoObject {
  spec: z.infer<typeof Spec>;
  status: z.infer<typeof Status>;
  steps: readonly ArgoStep[];
  /** Of the step that it is at; that of the end is the number of steps. */
  stepIndex: number;
  /** The version that is wanted is the one that serves everybody. */
  isPromoted: boolean;
}

/** The parts of a Rollout by which it is shown and operated; null where they are not as the API says. */
export function readArgo({ spec, status }: Pick<ArgoRelease, 'spec' | 'status'>): ArgoObject | null {
  const parsed = Spec.safeParse(spec ?? {});
  const state = Status.safeParse(status ?? {});
  if (!parsed.success || !state.success) return null;
  const steps = parsed.data.strategy?.canary?.steps ?? [];
  const { currentStepIndex, currentPodHash, stableRS } = state.data;
  return {
    spec: parsed.data,
    status: state.data,
    steps,
    stepIndex: Math.min(currentStepIndex ?? 0, steps.length),
    isPromoted: currentPodHash !== undefined && currentPodHash === stableRS,
  };
}
