import * as z from 'zod';

export const WorkloadRef = z.object({
  /** `Rollout` is Argo's, `Canary` is Flagger's: both are released, neither is healed or scaled. */
  kind: z.enum(['Deployment', 'Rollout', 'Canary']),
  namespace: z.string(),
  name: z.string(),
});
export type WorkloadRef = z.infer<typeof WorkloadRef>;

export const Health = z.enum(['healthy', 'warming', 'degraded', 'failing', 'unknown']);
export type Health = z.infer<typeof Health>;

export const PodState = z.object({
  name: z.string(),
  uid: z.string(),
  /** What kubectl shows in its STATUS column: Running, Pending, CrashLoopBackOff, OOMKilled, Terminating … */
  status: z.string(),
  health: Health,
  ready: z.boolean(),
  drained: z.boolean(),
  restarts: z.number().int(),
  node: z.string().nullable(),
  createdAtMs: z.number(),
  cpuUtilisation: z.number().nullable(),
  memoryUtilisation: z.number().nullable(),
  latencyP95Ms: z.number().nullable(),
});
export type PodState = z.infer<typeof PodState>;

/** How far what is shown can be trusted. Only `fresh` data ever leads to an action. */
export const DataState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('fresh'), atMs: z.number() }),
  z.object({ kind: z.literal('stale'), atMs: z.number(), reason: z.string() }),
  z.object({ kind: z.literal('none'), reason: z.string() }),
]);
export type DataState = z.infer<typeof DataState>;

export const Slo = z.object({
  latencyP95Ms: z.number(),
  /** Share of failed requests, 0…1. */
  errorRate: z.number(),
});
export type Slo = z.infer<typeof Slo>;

export const Incident = z.object({
  id: z.string(),
  workloadId: z.string(),
  /** What was seen first, in words. */
  symptom: z.string(),
  detectedAtMs: z.number(),
  /** When the fault that explains it was injected, where Coxswain knows. */
  faultAtMs: z.number().nullable(),
  faultId: z.string().nullable(),
  recoveredAtMs: z.number().nullable(),
  actions: z.number().int(),
});
export type Incident = z.infer<typeof Incident>;

export const WorkloadState = z.object({
  id: z.string(),
  ref: WorkloadRef,
  health: Health,
  /** Why the health is what it is, in words; empty when healthy. */
  healthReason: z.string(),
  desiredReplicas: z.number().int(),
  readyReplicas: z.number().int(),
  pods: z.array(PodState),
  data: DataState,
  tasks: z.array(z.string()),
  /** `act`: within the allow-list; `observe-only`: shown, never touched, with the reason. */
  steering: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('act') }),
    z.object({ kind: z.literal('observe-only'), reason: z.string() }),
  ]),
  policy: z.object({ name: z.string(), version: z.string() }),
  slo: Slo,
  /** Another controller that owns the replica count, for example `HPA checkout`. */
  replicasOwner: z.string().nullable(),
  incident: Incident.nullable(),
  lastAction: z.object({ atMs: z.number(), text: z.string() }).nullable(),
});
export type WorkloadState = z.infer<typeof WorkloadState>;

/** One point of the charts. `null` is "no data", and is drawn as a gap. */
export const Sample = z.object({
  workloadId: z.string(),
  atMs: z.number(),
  latencyP50Ms: z.number().nullable(),
  latencyP95Ms: z.number().nullable(),
  latencyP99Ms: z.number().nullable(),
  errorRate: z.number().nullable(),
  requestsPerSecond: z.number().nullable(),
  /** Share of the limit, 0…1. */
  cpuUtilisation: z.number().nullable(),
  memoryUtilisation: z.number().nullable(),
  desiredReplicas: z.number().int(),
  readyReplicas: z.number().int(),
  reward: z.number().nullable(),
  /** The reward's addends by name; they sum to `reward`. */
  rewardTerms: z.record(z.string(), z.number()),
});
export type Sample = z.infer<typeof Sample>;
