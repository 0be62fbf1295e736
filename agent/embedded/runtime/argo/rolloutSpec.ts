import * as z from 'zod';
import { goDurationMs } from '../../../cluster/goDuration';
import { RolloutArgument } from '../../../tasks/canary/analysis/rolloutArguments';
import { resolveShare } from '../kinds';

const Labels = z.record(z.string(), z.string());
const IntOrPercent = z.union([z.int().min(0), z.string().regex(/^\d+%$/)]);

const PodTemplate = z.looseObject({
  metadata: z.looseObject({ labels: Labels.default({}), annotations: Labels.optional() }).prefault({}),
  spec: z.looseObject({}),
});
export type PodTemplate = z.infer<typeof PodTemplate>;

/** Analysis templates, with what they are told. */
const RolloutAnalysis = z.looseObject({
  templates: z
    .array(z.object({ templateName: z.string(), clusterScope: z.boolean().default(false) }))
    .default([]),
  args: z.array(RolloutArgument).default([]),
  dryRun: z.array(z.looseObject({ metricName: z.string() })).default([]),
  measurementRetention: z.array(z.looseObject({ metricName: z.string(), limit: z.int() })).default([]),
  analysisRunMetadata: z.object({ labels: Labels.default({}), annotations: Labels.default({}) }).prefault({}),
});
export type RolloutAnalysis = z.infer<typeof RolloutAnalysis>;

const TextMatch = z.object({
  exact: z.string().optional(),
  prefix: z.string().optional(),
  regex: z.string().optional(),
});
export type TextMatch = z.infer<typeof TextMatch>;
const HeaderRoute = z.object({
  name: z.string().default(''),
  /** Without one the route is taken away. */
  match: z.array(z.object({ headerName: z.string(), headerValue: TextMatch })).optional(),
});
export type HeaderRoute = z.infer<typeof HeaderRoute>;
const MirrorRoute = z.object({
  name: z.string(),
  percentage: z.int().default(100),
  match: z
    .array(
      z.object({
        method: TextMatch.optional(),
        path: TextMatch.optional(),
        headers: z.record(z.string(), TextMatch).optional(),
      }),
    )
    .optional(),
});
export type MirrorRoute = z.infer<typeof MirrorRoute>;

const Step = z.looseObject({
  setWeight: z.int().optional(),
  pause: z.object({ duration: z.union([z.int(), z.string()]).optional() }).optional(),
  setCanaryScale: z
    .object({
      weight: z.int().optional(),
      replicas: z.int().optional(),
      matchTrafficWeight: z.boolean().default(false),
    })
    .optional(),
  setHeaderRoute: HeaderRoute.optional(),
  setMirrorRoute: MirrorRoute.optional(),
  analysis: RolloutAnalysis.optional(),
  experiment: z.looseObject({}).optional(),
  plugin: z.looseObject({ name: z.string() }).optional(),
});
export type Step = z.infer<typeof Step>;

const VirtualServiceRef = z.looseObject({ name: z.string(), routes: z.array(z.string()).default([]) });
export type VirtualServiceRef = z.infer<typeof VirtualServiceRef>;

const TrafficRouting = z.looseObject({
  managedRoutes: z.array(z.object({ name: z.string() })).optional(),
  maxTrafficWeight: z.int().min(1).optional(),
  istio: z
    .looseObject({
      virtualService: VirtualServiceRef.optional(),
      virtualServices: z.array(VirtualServiceRef).optional(),
      destinationRule: z
        .looseObject({ name: z.string(), canarySubsetName: z.string(), stableSubsetName: z.string() })
        .optional(),
    })
    .optional(),
  nginx: z
    .looseObject({
      stableIngress: z.string().default(''),
      stableIngresses: z.array(z.string()).default([]),
      annotationPrefix: z.string().default('nginx.ingress.kubernetes.io'),
      additionalIngressAnnotations: Labels.default({}),
      canaryIngressAnnotations: Labels.default({}),
    })
    .optional(),
  plugins: z.record(z.string(), z.unknown()).optional(),
});
export type TrafficRouting = z.infer<typeof TrafficRouting>;

const Canary = z.looseObject({
  canaryService: z.string().default(''),
  stableService: z.string().default(''),
  steps: z.array(Step).default([]),
  trafficRouting: TrafficRouting.optional(),
  maxSurge: IntOrPercent.default('25%'),
  maxUnavailable: IntOrPercent.default('25%'),
  analysis: RolloutAnalysis.extend({ startingStep: z.int().optional() }).optional(),
  dynamicStableScale: z.boolean().default(false),
  minPodsPerReplicaSet: z.int().optional(),
  scaleDownDelaySeconds: z.int().optional(),
  scaleDownDelayRevisionLimit: z.int().optional(),
  abortScaleDownDelaySeconds: z.int().optional(),
});
export type Canary = z.infer<typeof Canary>;

const BlueGreen = z.looseObject({
  activeService: z.string(),
  previewService: z.string().default(''),
  autoPromotionEnabled: z.boolean().default(true),
  autoPromotionSeconds: z.int().default(0),
  previewReplicaCount: z.int().optional(),
  maxUnavailable: IntOrPercent.default('25%'),
  prePromotionAnalysis: RolloutAnalysis.optional(),
  postPromotionAnalysis: RolloutAnalysis.optional(),
  scaleDownDelaySeconds: z.int().optional(),
  scaleDownDelayRevisionLimit: z.int().optional(),
  abortScaleDownDelaySeconds: z.int().optional(),
});
export type BlueGreen = z.infer<typeof BlueGreen>;

/**
 * `spec` of a Rollout, with Argo's defaults.
 * Source: https://argo-rollouts.readthedocs.io/en/stable/features/specification/
 */
export const RolloutSpec = z.looseObject({
  replicas: z.int().min(0).default(1),
  minReadySeconds: z.int().default(0),
  revisionHistoryLimit: z.int().default(10),
  progressDeadlineSeconds: z.int().default(600),
  progressDeadlineAbort: z.boolean().default(false),
  paused: z.boolean().default(false),
  restartAt: z.string().optional(),
  selector: z.unknown().optional(),
  template: PodTemplate.optional(),
  workloadRef: z
    .object({
      apiVersion: z.string().default('apps/v1'),
      kind: z.string().default('Deployment'),
      name: z.string(),
      scaleDown: z.enum(['never', 'onsuccess', 'progressively']).default('never'),
    })
    .optional(),
  rollbackWindow: z.object({ revisions: z.int().default(0) }).prefault({}),
  analysis: z
    .object({
      successfulRunHistoryLimit: z.int().default(5),
      unsuccessfulRunHistoryLimit: z.int().default(5),
    })
    .prefault({}),
  strategy: z.looseObject({ canary: Canary.optional(), blueGreen: BlueGreen.optional() }).prefault({}),
});
export type RolloutSpec = z.infer<typeof RolloutSpec>;

/** Weight that stands for all traffic. */
export function maxWeight({ strategy }: RolloutSpec): number {
  return strategy.canary?.trafficRouting?.maxTrafficWeight ?? 100;
}

/** How many pods there may be too many and too few; both being zero would never get anywhere. */
export function surgeLimits({ replicas, strategy }: RolloutSpec): {
  maxSurge: number;
  maxUnavailable: number;
} {
  const { canary, blueGreen } = strategy;
  if (!canary) {
    const maxUnavailable = resolveShare(blueGreen?.maxUnavailable ?? '25%', replicas, 'down');
    return { maxSurge: 0, maxUnavailable: Math.min(replicas, maxUnavailable) };
  }
  const maxSurge = resolveShare(canary.maxSurge, replicas, 'up');
  const unavailable = resolveShare(canary.maxUnavailable, replicas, 'down');
  return {
    maxSurge,
    maxUnavailable: Math.min(replicas, maxSurge === 0 ? Math.max(1, unavailable) : unavailable),
  };
}

/** Milliseconds of a pause: seconds as a number, or a Go duration. Null without a limit; NaN where it is neither. */
export function pauseMs({ duration }: NonNullable<Step['pause']>): number | null {
  if (duration === undefined) return null;
  if (typeof duration === 'number' || /^-?\d+$/.test(duration)) return Number(duration) * 1000;
  return goDurationMs(duration) ?? Number.NaN;
}

const DELAY_SECONDS = 30;

/** How long an old ReplicaSet stays up once the traffic has gone; without traffic routing not at all. */
export function scaleDownDelayMs({ strategy: { canary, blueGreen } }: RolloutSpec): number {
  if (canary && !canary.trafficRouting) return 0;
  return ((canary ?? blueGreen)?.scaleDownDelaySeconds ?? DELAY_SECONDS) * 1000;
}

/** As `scaleDownDelayMs` for the new ReplicaSet after an abort; null where it is to stay up (0 in the spec). */
export function abortDelay({ strategy: { canary, blueGreen } }: RolloutSpec): {
  ms: number | null;
  isExplicit: boolean;
} {
  if (canary && !canary.trafficRouting) return { ms: 0, isExplicit: false };
  const seconds = (canary ?? blueGreen)?.abortScaleDownDelaySeconds;
  return { ms: seconds === 0 ? null : (seconds ?? DELAY_SECONDS) * 1000, isExplicit: seconds !== undefined };
}
