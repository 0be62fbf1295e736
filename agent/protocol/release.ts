import * as z from 'zod';
import { WorkloadRef } from './workload';

/** Who moves the traffic of a release: Coxswain over a route of its own, or a controller that people already have. */
export const ReleaseOperator = z.enum(['coxswain', 'argo-rollouts', 'flagger']);
export type ReleaseOperator = z.infer<typeof ReleaseOperator>;

/** What splits the traffic of a release that Coxswain moves. `nginx` is legacy: ingress-nginx is retired. */
export const RouterKind = z.enum(['nginx', 'gateway-api', 'istio']);
export type RouterKind = z.infer<typeof RouterKind>;

/** What a Deployment can be made a canary with. */
export const CanaryKind = z.enum([...RouterKind.options, 'argo-rollouts', 'flagger']);
export type CanaryKind = z.infer<typeof CanaryKind>;

/**
 * How much say Coxswain's controller has. `shadow`: it gathers evidence and says what it would do. `own`: it sets the
 * pace, promotes and rolls back (of Argo Rollouts by promoting steps and aborting, of Flagger by its gates).
 */
export const ReleaseSteering = z.enum(['off', 'shadow', 'own']);
export type ReleaseSteering = z.infer<typeof ReleaseSteering>;

/**
 * `invalid`: it cannot be understood, or something it needs is missing. `degraded`: its controller has given up, the
 * traffic is on stable. `ended` tells how the last one ended until the next begins.
 */
export const ReleasePhase = z.enum([
  'idle',
  'starting',
  'progressing',
  'paused',
  'promoting',
  'rolling-back',
  'succeeded',
  'failed',
  'degraded',
  'invalid',
]);
export type ReleasePhase = z.infer<typeof ReleasePhase>;

const percent = z.number().min(0).max(100);
const image = z.strictObject({ container: z.string().min(1), image: z.string().min(1) });

/**
 * What can be done to a release, by people or by the controller. Each has the exact effect of the reference tool
 * (`kubectl argo rollouts`, Flagger's documentation); docs/canary.md has the table.
 */
export const ReleaseOperation = z.discriminatedUnion('kind', [
  /**
   * Makes a Deployment, which is no release yet, one: new objects are created, and it is annotated; nothing else. Asked
   * for by people alone, through `prepareCanary`.
   */
  z.strictObject({ kind: z.literal('adopt'), as: CanaryKind }),
  /** Begins a release of another image: `set image`. */
  z.strictObject({ kind: z.literal('start'), images: z.array(image).min(1) }),
  /** Percent of the traffic on the canary; only of a release that Coxswain moves. */
  z.strictObject({ kind: z.literal('weight'), from: percent, to: percent }),
  z.strictObject({ kind: z.literal('pause') }),
  z.strictObject({ kind: z.literal('resume') }),
  /** Argo: the next step. Coxswain: the canary becomes the stable version. Flagger: skips the rest of the analysis. */
  z.strictObject({ kind: z.literal('promote') }),
  /** All steps and analyses are left out. */
  z.strictObject({ kind: z.literal('promote-full') }),
  /** Traffic back to stable, the canary goes. */
  z.strictObject({ kind: z.literal('abort') }),
  z.strictObject({ kind: z.literal('retry') }),
  /** Back to the template of the revision before, or of the one that is named. */
  z.strictObject({ kind: z.literal('undo'), toRevision: z.number().int().positive().optional() }),
  z.strictObject({ kind: z.literal('restart') }),
  /** Emergency: traffic to stable first, then the rest. */
  z.strictObject({ kind: z.literal('rollback') }),
  z.strictObject({ kind: z.literal('skip-analysis') }),
  /** Takes back what skip-analysis, pause and rollback have set. */
  z.strictObject({ kind: z.literal('reset') }),
  /**
   * Flagger alone: Coxswain's gate lets it go on, to its next weight or to the promotion. Nothing is written. Wished by
   * the controller alone.
   */
  z.strictObject({
    kind: z.literal('open-gate'),
    gate: z.enum(['confirm-traffic-increase', 'confirm-promotion']),
    from: percent,
    to: percent,
  }),
]);
export type ReleaseOperation = z.infer<typeof ReleaseOperation>;
export type ReleaseOperationKind = ReleaseOperation['kind'];

/** One of the two versions. */
export const ReleaseVersion = z.object({
  /** Of the containers, the first one first. */
  images: z.array(z.string()),
  /** Revision or template hash, as its controller names it; empty where it has none. */
  revision: z.string(),
  pods: z.array(z.string()),
  readyPods: z.number().int(),
  wantedPods: z.number().int(),
});
export type ReleaseVersion = z.infer<typeof ReleaseVersion>;

/** Fresh pods of the stable version that the canary is compared with in place of the old ones. */
export const ReleaseBaseline = ReleaseVersion.extend({
  /** Percent of the traffic on it; null where nobody knows. */
  weight: percent.nullable(),
});
export type ReleaseBaseline = z.infer<typeof ReleaseBaseline>;

export const ReleaseStep = z.object({
  /** `set weight 20 %`, `pause 5 min`, `analysis error-rate` … */
  text: z.string(),
  state: z.enum(['done', 'current', 'todo']),
});
export type ReleaseStep = z.infer<typeof ReleaseStep>;

/** One sequential test: log10 of its e-value, and the bar that it has to reach. */
const Evidence = z.object({ log10: z.number(), bar: z.number() });

/** What speaks for harm and for safety: of one kind of requests, failed or slow. */
export const EvidenceSide = z.object({
  harm: Evidence,
  safety: Evidence,
  /** Counts since the evidence was begun. */
  canary: z.object({ hits: z.number(), requests: z.number() }),
  stable: z.object({ hits: z.number(), requests: z.number() }),
  /** Upper bound of the additional share of the canary's requests that are hit, 0…1; null without data. */
  mostHarm: z.number().nullable(),
});
export type EvidenceSide = z.infer<typeof EvidenceSide>;

/**
 * `harm`: certain enough to roll back. `safe`: carries a promotion. `limited`: carries one with limited proof, at the
 * time limit of a release with little traffic.
 */
export const EvidenceVerdict = z.enum(['undecided', 'harm', 'safe', 'limited']);
export type EvidenceVerdict = z.infer<typeof EvidenceVerdict>;

export const EvidenceState = z.object({
  /** Whose requests the canary's are compared with, which are under `stable` throughout: old pods, or fresh ones. */
  comparedWith: z.enum(['stable', 'baseline']),
  /** Which bars are in use; `fast` is calibrated, not valid at a level α. */
  variant: z.enum(['fast', 'strict']),
  verdict: EvidenceVerdict,
  errors: EvidenceSide,
  latency: EvidenceSide,
  /** Requests of the canary since the start, and how many there have to be before any verdict. */
  requests: z.number(),
  minRequests: z.number(),
  /** Pearson's dispersion of the stable version's errors; tests are tempered by it. */
  dispersion: z.number(),
  /** Routes that are compared each by itself; 1 where they are not known. */
  strata: z.number().int(),
  sinceMs: z.number(),
  /** Until when a promotion waits however good the evidence is; null where it does not. */
  bakeUntilMs: z.number().nullable(),
  /** The most weight that the evidence allows now, percent. */
  mostWeight: percent,
  /** What it says, in words with figures. */
  text: z.string(),
});
export type EvidenceState = z.infer<typeof EvidenceState>;

/** Phases of an analysis and of each of its metrics, as Argo Rollouts names them. */
export const AnalysisPhase = z.enum(['Pending', 'Running', 'Successful', 'Failed', 'Error', 'Inconclusive']);
export type AnalysisPhase = z.infer<typeof AnalysisPhase>;

export const AnalysisMeasurement = z.object({
  atMs: z.number(),
  phase: AnalysisPhase,
  /** As the provider said it; empty without a value. */
  value: z.string(),
  message: z.string(),
});
export type AnalysisMeasurement = z.infer<typeof AnalysisMeasurement>;

export const AnalysisMetric = z.object({
  name: z.string(),
  phase: AnalysisPhase,
  message: z.string(),
  provider: z.string(),
  /** With all arguments filled in; empty where its provider has none. */
  query: z.string(),
  /** The conditions in words: `result[0] < 0.05`. */
  condition: z.string(),
  counts: z.object({
    successful: z.number().int(),
    failed: z.number().int(),
    inconclusive: z.number().int(),
    error: z.number().int(),
  }),
  dryRun: z.boolean(),
  /** Newest last, at most 10. */
  measurements: z.array(AnalysisMeasurement),
});
export type AnalysisMetric = z.infer<typeof AnalysisMetric>;

export const Analysis = z.object({
  name: z.string(),
  phase: AnalysisPhase,
  message: z.string(),
  /** `step 4`, `background`, `pre-promotion`, `Flagger` … */
  where: z.string(),
  startedAtMs: z.number(),
  metrics: z.array(AnalysisMetric),
});
export type Analysis = z.infer<typeof Analysis>;

/** A release, or what could be one, as the views show it. */
export const ReleaseState = z.object({
  /** `workloadId` of `ref`. */
  id: z.string(),
  ref: WorkloadRef,
  operator: ReleaseOperator,
  /** What splits its traffic, in words: `Gateway API HTTPRoute checkout`, `replicas`. */
  router: z.string(),
  /** It works, and yet should not be used any more: what to use in its place. Null where there is nothing to say. */
  legacy: z.string().nullable(),
  steering: ReleaseSteering,
  /** Argo CD or Flux owns the object: changes are proposed, never made. */
  gitOps: z.string().nullable(),
  policy: z.object({ name: z.string(), version: z.string() }),
  phase: ReleasePhase,
  /** The phase in words, with why. */
  status: z.string(),
  /** Set while nothing may be decided: what is wrong and what to do. */
  problem: z.string().nullable(),
  stable: ReleaseVersion.nullable(),
  canary: ReleaseVersion.nullable(),
  /** Null where the canary is compared with the stable pods. */
  baseline: ReleaseBaseline.nullable(),
  /** Percent of the traffic on the canary as the router has it; null where nobody knows. */
  weight: percent.nullable(),
  steps: z.array(ReleaseStep),
  startedAtMs: z.number().nullable(),
  atWeightSinceMs: z.number().nullable(),
  evidence: EvidenceState.nullable(),
  analyses: z.array(Analysis),
  /** Those that make sense now, in the order of a menu. */
  operations: z.array(z.enum(ReleaseOperation.options.map((option) => option.shape.kind.value))),
  /** Containers and images that a new release could set. */
  containers: z.array(z.object({ name: z.string(), image: z.string() })),
  revisions: z.array(z.object({ revision: z.number().int(), images: z.array(z.string()) })),
});
export type ReleaseState = z.infer<typeof ReleaseState>;

const VersionPoint = z.object({
  requestsPerSecond: z.number().nullable(),
  /** 0…1. */
  errorShare: z.number().nullable(),
  latencyP50Ms: z.number().nullable(),
  latencyP95Ms: z.number().nullable(),
  latencyP99Ms: z.number().nullable(),
});

/** One decision of a release, for the charts; `null` is "no data". */
export const ReleasePoint = z.object({
  releaseId: z.string(),
  atMs: z.number(),
  weight: z.number().nullable(),
  stable: VersionPoint,
  canary: VersionPoint,
  /** log10 of the e-values; null while nothing is gathered. */
  evidence: z
    .object({
      errorHarm: z.number(),
      latencyHarm: z.number(),
      errorSafety: z.number(),
      latencySafety: z.number(),
    })
    .nullable(),
  /** What was decided, in a word or two: `hold`, `up`, `roll back`. */
  decision: z.string(),
});
export type ReleasePoint = z.infer<typeof ReleasePoint>;

/** Counted answers of a check by real requests. */
export const SplitCount = z.object({
  requests: z.number().int(),
  stable: z.number().int(),
  canary: z.number().int(),
  /** Failed, or answered by neither. */
  other: z.number().int(),
});
export type SplitCount = z.infer<typeof SplitCount>;
