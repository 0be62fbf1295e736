import * as z from 'zod';

/** What sets the replicas of a workload when Coxswain does not. */
export const AutoscalerRef = z.object({ kind: z.enum(['hpa', 'keda']), name: z.string(), uid: z.string() });
export type AutoscalerRef = z.infer<typeof AutoscalerRef>;

/**
 * How much say the scaler has, from none to most. `shadow`: it decides, and nothing of it is done. `advise`: it moves
 * `minReplicas` of the autoscaler, which goes on scaling. `own`: it sets the replicas, and the autoscaler only catches
 * an overload.
 */
export const ScalingSteering = z.enum(['off', 'shadow', 'advise', 'own']);
export type ScalingSteering = z.infer<typeof ScalingSteering>;

/** An autoscaler was changed by Coxswain, and what it was before is noted on it. */
export const Handover = z.object({
  how: z.enum(['advise', 'own']),
  /** The person who agreed, or `auto`. */
  by: z.string(),
  sinceMs: z.number(),
  /** Made by this process; else it is what an earlier one has left, and is handed back first. */
  ours: z.boolean(),
});
export type Handover = z.infer<typeof Handover>;

export const AutoscalerState = AutoscalerRef.extend({
  minReplicas: z.number().int(),
  maxReplicas: z.number().int(),
  /** CPU utilisation to hold, 0…1 of the request; null where it goes by something else. */
  targetUtilisation: z.number().nullable(),
  /** Its metrics in words: `cpu 70 %, http_requests 100/pod`. */
  metrics: z.string(),
  desiredReplicas: z.number().int().nullable(),
  /** Why it cannot work, in its own words (a condition that is not met); empty where it can. */
  problem: z.string(),
  handover: Handover.nullable(),
});
export type AutoscalerState = z.infer<typeof AutoscalerState>;

/** Scaling of one workload, as the views show it. */
export const ScalingState = z.object({
  /** The workload's. */
  id: z.string(),
  steering: ScalingSteering,
  /** What steers at this moment in its place, and why; null where `steering` says all. */
  handedBack: z.object({ atMs: z.number(), why: z.string(), retryAtMs: z.number().nullable() }).nullable(),
  /** More than one is a mistake of the cluster's: then nothing is done. */
  autoscalers: z.array(AutoscalerState),
  /** Argo CD or Flux owns the object: changes are proposed, never made. */
  gitOps: z.string().nullable(),
  policy: z.object({ name: z.string(), version: z.string(), sinceMs: z.number() }),
  /** Another policy that decides in shadow beside it, with what it would have saved; null without one. */
  shadow: z.object({ policy: z.string(), text: z.string() }).nullable(),
  observationSpec: z.string(),
  /** W: what a violated request costs, in pods per pod of violated load; 2 cheap … 100 safe. */
  violationPrice: z.number(),
  minReplicas: z.number().int(),
  maxReplicas: z.number().int(),
  /** What it would do now, or why nothing can be decided. */
  status: z.string(),
  /** Set while nothing may be decided. */
  problem: z.string().nullable(),
});
export type ScalingState = z.infer<typeof ScalingState>;

/** One control step of scaling, for the charts; `null` is "no data". */
export const ScalingPoint = z.object({
  workloadId: z.string(),
  atMs: z.number(),
  replicas: z.number().int(),
  readyReplicas: z.number().int(),
  /** Load in pods at full utilisation. */
  demandPods: z.number().nullable(),
  /** What the autoscaler (or the HPA algorithm with default settings, where there is none) wants. */
  hpaReplicas: z.number().int().nullable(),
  policyReplicas: z.number().int().nullable(),
  /** Share of requests in the step that were neither late nor failed. */
  withinSlo: z.number().nullable(),
  /** Cost per hour of the pods that there are, and of those that the HPA wants, in the configured currency. */
  costPerHour: z.number().nullable(),
  baselineCostPerHour: z.number().nullable(),
  /** Reward of the step and its addends. */
  reward: z.number().nullable(),
  rewardTerms: z.record(z.string(), z.number()),
});
export type ScalingPoint = z.infer<typeof ScalingPoint>;

const Figure = z.object({ mean: z.number(), low: z.number(), high: z.number() });

/** One arm at one price of a violation. */
export const FrontierPoint = z.object({
  violationPrice: z.number(),
  /** Share of requests that were late or failed, 0…1. */
  violatedShare: Figure,
  meanPods: Figure,
  costPerHour: z.number().nullable(),
  actionsPerHour: z.number(),
  /** J(W): mean pods + W × violated load in pods + 0.5 per action and step. */
  objectiveCost: Figure,
});
export type FrontierPoint = z.infer<typeof FrontierPoint>;

/** A workload's own answer to "does learning pay here?". */
export const Calibration = z.object({
  id: z.string(),
  /** Null for a trace from a file. */
  workloadId: z.string().nullable(),
  title: z.string(),
  /** Wall time. */
  atMs: z.number(),
  tookSeconds: z.number(),
  source: z.object({
    kind: z.enum(['prometheus', 'trace']),
    text: z.string(),
    /** What is tuned on, and what the arms are compared on, in hours of load. */
    tunedOnHours: z.number(),
    judgedOnHours: z.number(),
  }),
  /** The simulator fitted to the workload; `basis` says what the value is from. */
  fit: z.object({
    parameters: z.array(
      z.object({ name: z.string(), value: z.number(), unit: z.string(), basis: z.string() }),
    ),
    /** Between what was measured and what the fitted simulator gives; empty for a trace. */
    errors: z.array(z.object({ name: z.string(), value: z.number(), unit: z.string() })),
    text: z.string(),
  }),
  /** The load that was replayed, thinned to at most 300 points. */
  load: z.array(z.object({ hours: z.number(), requestsPerSecond: z.number() })),
  arms: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      role: z.enum(['current', 'tuned-hpa', 'rule', 'learned', 'bound', 'comparison']),
      /** By price of a violation, ascending. */
      points: z.array(FrontierPoint),
      /** What was tuned, for people, by price. */
      settings: z.array(z.string()),
    }),
  ),
  recommendation: z.object({
    /** Name of the arm. */
    arm: z.string(),
    violationPrice: z.number(),
    /** One sentence that says what to do. */
    text: z.string(),
    reason: z.string(),
    /** Manifest to review and apply; null where there is nothing to change. */
    patch: z.string().nullable(),
  }),
  warnings: z.array(z.string()),
});
export type Calibration = z.infer<typeof Calibration>;

/** A calibration that runs or has failed; a finished one is a `Calibration`. */
export const CalibrationJob = z.object({
  id: z.string(),
  title: z.string(),
  workloadId: z.string().nullable(),
  state: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('running'), step: z.string(), done: z.number(), total: z.number() }),
    z.object({ kind: z.literal('finished') }),
    z.object({ kind: z.literal('cancelled') }),
    z.object({ kind: z.literal('failed'), message: z.string(), remedy: z.string() }),
  ]),
});
export type CalibrationJob = z.infer<typeof CalibrationJob>;

/** What scaling has cost, and what it would have cost with the baseline. */
export const CostReport = z.object({
  sinceMs: z.number(),
  untilMs: z.number(),
  currency: z.string(),
  baseline: z.string(),
  rows: z.array(
    z.object({
      workload: z.string(),
      /** Part of the time for which there was data, 0…1. */
      coverage: z.number(),
      replicaHours: z.number(),
      cost: z.number(),
      baselineReplicaHours: z.number().nullable(),
      baselineCost: z.number().nullable(),
      requests: z.number().nullable(),
      failedRequests: z.number().nullable(),
      costPerMillionSuccessful: z.number().nullable(),
      withinSlo: z.number().nullable(),
      /** At the same pace for 30 days. */
      projected30d: z.number(),
      projectedSavings30d: z.number().nullable(),
      notes: z.array(z.string()),
    }),
  ),
  warnings: z.array(z.string()),
});
export type CostReport = z.infer<typeof CostReport>;
