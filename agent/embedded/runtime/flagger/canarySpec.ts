import * as z from 'zod';
import { goDurationMs } from '../../../cluster/goDuration';
import type { KubeObject } from '../../objectStore';

/** When each webhook is called: https://docs.flagger.app/usage/webhooks */
export const HOOK_KINDS = [
  'confirm-rollout',
  'pre-rollout',
  'rollout',
  'confirm-traffic-increase',
  'confirm-promotion',
  'post-rollout',
  'rollback',
  'event',
] as const;

const Labels = z.record(z.string(), z.string());
const Metadata = z.object({ labels: Labels.default({}), annotations: Labels.default({}) }).prefault({});
/** Parts that belong to a mesh or gateway; they are handed on as they are. */
const Passed = z.record(z.string(), z.unknown());

const Webhook = z.object({
  name: z.string(),
  type: z
    .enum(['', ...HOOK_KINDS])
    .default('')
    .transform((type) => (type === '' ? 'rollout' : type)),
  url: z.string(),
  timeout: z.string().default('10s'),
  retries: z.number().default(0),
  metadata: Labels.optional(),
});
export type Webhook = z.infer<typeof Webhook>;

const Metric = z.object({
  name: z.string(),
  interval: z.string().default('1m'),
  threshold: z.number().default(0),
  thresholdRange: z.object({ min: z.number().optional(), max: z.number().optional() }).optional(),
  query: z.string().default(''),
  templateRef: z.object({ name: z.string(), namespace: z.string().optional() }).optional(),
  templateVariables: Labels.default({}),
});
export type Metric = z.infer<typeof Metric>;

/** Shorter intervals than this are taken for it. */
const SHORTEST_INTERVAL_MS = 10_000;
const DEFAULT_INTERVAL_MS = 60_000;

const Analysis = z.object({
  interval: z
    .string()
    .default('')
    .transform((text) => Math.max(SHORTEST_INTERVAL_MS, goDurationMs(text) ?? DEFAULT_INTERVAL_MS)),
  iterations: z.int().default(0),
  threshold: z
    .int()
    .default(1)
    .transform((threshold) => Math.max(1, threshold)),
  maxWeight: z.int().default(0),
  stepWeight: z.int().default(0),
  stepWeights: z.array(z.int()).default([]),
  stepWeightPromotion: z.int().default(0),
  mirror: z.boolean().default(false),
  mirrorWeight: z.number().default(0),
  primaryReadyThreshold: z.number().default(100),
  canaryReadyThreshold: z.number().default(100),
  match: z.array(Passed).default([]),
  metrics: z.array(Metric).default([]),
  webhooks: z.array(Webhook).default([]),
});

const Service = z.object({
  name: z.string().optional(),
  port: z.int(),
  portName: z.string().default('http'),
  targetPort: z.union([z.int(), z.string()]).optional(),
  appProtocol: z.string().optional(),
  portDiscovery: z.boolean().default(false),
  headless: z.boolean().default(false),
  hosts: z.array(z.string()).default([]),
  gateways: z.array(z.string()).default([]),
  gatewayRefs: z.array(Passed).default([]),
  delegation: z.boolean().default(false),
  match: z.array(Passed).default([]),
  rewrite: Passed.optional(),
  timeout: z.string().optional(),
  retries: Passed.optional(),
  headers: Passed.optional(),
  corsPolicy: Passed.optional(),
  trafficPolicy: Passed.optional(),
  apex: Metadata,
  primary: Metadata,
  canary: Metadata,
  unmanagedMetadata: z
    .object({ annotations: z.array(z.string()).default([]), labels: z.array(z.string()).default([]) })
    .prefault({}),
});

const CanarySpec = z.object({
  /** As Flagger is installed by default. */
  provider: z.string().default('istio'),
  targetRef: z.object({ kind: z.string(), name: z.string() }),
  autoscalerRef: z
    .object({
      kind: z.string(),
      name: z.string(),
      primaryScalerReplicas: z
        .object({ minReplicas: z.int().optional(), maxReplicas: z.int().optional() })
        .optional(),
    })
    .optional(),
  ingressRef: z.object({ name: z.string() }).optional(),
  service: Service,
  analysis: Analysis,
  progressDeadlineSeconds: z.number().default(600),
  skipAnalysis: z.boolean().default(false),
  revertOnDeletion: z.boolean().default(false),
  suspend: z.boolean().default(false),
});
export type CanarySpec = z.infer<typeof CanarySpec>;

/** The spec of a Canary with Flagger's defaults. Throws Error, whose message says what cannot be understood. */
export function canarySpec({ spec }: KubeObject): CanarySpec {
  const parsed = CanarySpec.safeParse(spec);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}

const PHASES = [
  '',
  'Initializing',
  'Initialized',
  'Waiting',
  'Progressing',
  'WaitingPromotion',
  'Promoting',
  'Finalising',
  'Succeeded',
  'Failed',
  'Terminating',
  'Terminated',
] as const;
export type Phase = (typeof PHASES)[number];

const CanaryStatus = z.object({
  phase: z.enum(PHASES).default(''),
  failedChecks: z.number().default(0),
  canaryWeight: z.number().default(0),
  iterations: z.number().default(0),
  lastAppliedSpec: z.string().default(''),
  lastPromotedSpec: z.string().default(''),
});
export type CanaryStatus = z.infer<typeof CanaryStatus>;

export function canaryStatus({ status }: KubeObject): CanaryStatus {
  return CanaryStatus.parse(status ?? {});
}

/** How traffic is moved: little by little, all at once after a number of checks, or by who asks. */
export type Strategy = 'canary' | 'blue-green' | 'ab-testing';

export function strategyOf({ analysis }: CanarySpec): Strategy {
  if (analysis.iterations === 0) return 'canary';
  return analysis.match.length > 0 ? 'ab-testing' : 'blue-green';
}

/** Names of the Deployments and Services of a Canary. */
export interface CanaryNames {
  target: string;
  primary: string;
  /** Services: of the clients, of the primary pods, of the canary's. */
  apex: string;
  primaryService: string;
  canaryService: string;
}

export function namesOf({ targetRef, service }: CanarySpec): CanaryNames {
  const apex = service.name || targetRef.name;
  return {
    target: targetRef.name,
    primary: `${targetRef.name}-primary`,
    apex,
    primaryService: `${apex}-primary`,
    canaryService: `${apex}-canary`,
  };
}
