import * as z from 'zod';
import { Connection, KubeContext } from './connection';
import { ErrorInfoSchema } from './errorInfo';
import { ExperimentInfo, ExperimentRun, ProbeResult } from './experiment';
import { Explanation } from './explanation';
import { ChaosProviderName, Fault, FaultKind } from './fault';
import { JournalEvent, JournalRow } from './journal';
import { Algorithm, ModelVersion, TaskName } from './model';
import { Control, Mode, Proposal } from './proposal';
import { RecoveryStatistics } from './recovery';
import { CanaryKind, ReleaseOperation, ReleaseState, ReleaseSteering, SplitCount } from './release';
import { CalibrationJob, CostReport, ScalingState } from './scaling';
import { AgentSnapshot } from './snapshot';
import { TrainingStatus } from './training';
import { Sample } from './workload';

/** What the agent can be asked. The same table serves JSON-RPC on stdio (`coxswain/<method>`) and the WebSocket. */
export const REQUESTS = {
  /** Sent by the extension and the CLI to steer another cluster; the answer comes when the first sync is done. */
  connect: request(
    z.strictObject({ context: z.string().optional(), kubeconfig: z.string().optional() }),
    z.object({ connection: Connection }),
  ),
  disconnect: request(z.strictObject({}), z.object({})),
  contexts: request(
    z.strictObject({ kubeconfig: z.string().optional() }),
    z.object({ contexts: z.array(KubeContext), error: ErrorInfoSchema.nullable() }),
  ),
  snapshot: request(z.strictObject({}), z.object({ snapshot: AgentSnapshot })),
  /** Where the WebSocket stream is. Only answered on stdio, where the caller is our parent. */
  stream: request(
    z.strictObject({}),
    z.object({ url: z.string(), dashboardUrl: z.string(), token: z.string() }),
  ),
  /** `auto` is refused unless `confirmed`: the user has been told what it may do. */
  setMode: request(
    z.strictObject({ mode: Mode, confirmed: z.boolean().optional() }),
    z.object({ mode: Mode }),
  ),
  pause: request(z.strictObject({}), z.object({ control: Control })),
  /** After an emergency stop it is refused unless `clearStop`. */
  resume: request(z.strictObject({ clearStop: z.boolean().optional() }), z.object({ control: Control })),
  /** Ends every fault of ours, withdraws pending proposals, and lets nothing act until it is cleared. */
  emergencyStop: request(
    z.strictObject({}),
    /** `failed`: what could not be ended, or not be recorded. */
    z.object({ control: Control, faultsEnded: z.number().int(), failed: z.array(ErrorInfoSchema) }),
  ),
  approve: request(z.strictObject({ proposalId: z.string() }), z.object({ proposal: Proposal })),
  reject: request(
    z.strictObject({ proposalId: z.string(), why: z.string().optional() }),
    z.object({ proposal: Proposal }),
  ),
  injectFault: request(
    z.strictObject({
      workloadId: z.string(),
      kind: FaultKind,
      durationSeconds: z.number().positive().max(3600).optional(),
      /** Who carries it out; whoever can where absent. */
      provider: ChaosProviderName.optional(),
    }),
    z.object({ fault: Fault }),
  ),
  endFault: request(z.strictObject({ faultId: z.string() }), z.object({ fault: Fault })),
  /** Refused for faults that their provider cannot pause, which says so. */
  pauseFault: request(
    z.strictObject({ faultId: z.string(), paused: z.boolean() }),
    z.object({ fault: Fault }),
  ),
  /** Read anew from the folder of the config; those shipped with Coxswain among them. */
  experiments: request(z.strictObject({}), z.object({ experiments: z.array(ExperimentInfo) })),
  /**
   * Begins a run, whose progress comes with the state; answered once it has been begun. `yaml` is an experiment as
   * text in place of the name of a known one; `path` then says where it is from.
   */
  runExperiment: request(
    z.strictObject({
      name: z.string().optional(),
      yaml: z.string().max(100_000).optional(),
      path: z.string().optional(),
      /** For an experiment that names no target, or another target than its own. */
      workloadId: z.string().optional(),
      provider: ChaosProviderName.optional(),
      trigger: ExperimentRun.shape.trigger.optional(),
    }),
    z.object({ run: ExperimentRun }),
  ),
  /** Ends its fault and checks the recovery; answered when the fault is over. */
  stopExperiment: request(z.strictObject({ runId: z.string() }), z.object({ run: ExperimentRun })),
  /** Checks an experiment without injecting anything: target, provider, guard, and its steady state now. */
  verifyExperiment: request(
    z.strictObject({
      name: z.string().optional(),
      yaml: z.string().max(100_000).optional(),
      path: z.string().optional(),
      workloadId: z.string().optional(),
      provider: ChaosProviderName.optional(),
    }),
    z.object({
      experiment: ExperimentInfo,
      probes: z.array(ProbeResult),
      /** The objects or changes that would be sent, as YAML. */
      manifests: z.array(z.string()),
      /** What would keep it from being run now, in words; empty where nothing would. */
      problems: z.array(z.string()),
    }),
  ),
  /** A run with its whole journal, also one that the state does not carry any more. */
  experimentRun: request(z.strictObject({ runId: z.string() }), z.object({ run: ExperimentRun })),
  /** Of a journal row of kind `decision`, or of a proposal. */
  explainDecision: request(
    z.strictObject({ seq: z.number().int().optional(), proposalId: z.string().optional() }),
    z.object({ explanation: Explanation }),
  ),
  recoveryStatistics: request(
    z.strictObject({ sinceMs: z.number().optional(), workloadId: z.string().optional() }),
    z.object({ statistics: RecoveryStatistics }),
  ),
  /** What the policy that steers a task makes of an observation; the observation's numbers in their spec's order. */
  predict: request(
    z.strictObject({ task: TaskName.default('heal'), state: z.array(z.number()).max(1000) }),
    z.object({
      /** Index and label of the action. */
      action: z.number().int(),
      label: z.string(),
      confidence: z.number(),
      alternatives: z.array(
        z.object({ action: z.number().int(), label: z.string(), confidence: z.number() }),
      ),
      policy: z.string(),
      observationSpec: z.string(),
      outOfDistribution: z.number().nullable(),
    }),
  ),
  /** Adds experience to learn from. Nothing learns from it unless `heal.onlineLearning` is on. */
  addExperience: request(
    z.strictObject({
      task: TaskName.default('heal'),
      transitions: z
        .array(
          z.strictObject({
            state: z.array(z.number()).max(1000),
            action: z.number().int().min(0),
            reward: z.number(),
            nextState: z.array(z.number()).max(1000),
            terminated: z.boolean().default(false),
          }),
        )
        .min(1)
        .max(1000),
    }),
    z.object({ stored: z.number().int(), total: z.number().int() }),
  ),
  /**
   * Fine-tunes a copy of the policy that steers, or of scaling's in shadow, on the stored experience. It takes over only
   * by the rules of online learning.
   */
  learnNow: request(z.strictObject({ task: TaskName.default('heal') }), z.object({ text: z.string() })),
  /**
   * Lets the scaler advise the workload's autoscaler or take it over. It makes a proposal, which waits for a person in
   * mode `approve`; the same request with `confirmed` is the person's yes at once. Refused in mode `observe`.
   */
  takeOver: request(
    z.strictObject({
      workloadId: z.string(),
      how: z.enum(['advise', 'own']),
      confirmed: z.boolean().optional(),
    }),
    z.object({ proposal: Proposal.nullable(), text: z.string() }),
  ),
  /** Makes the autoscaler again what it was, whatever the mode. */
  handBack: request(z.strictObject({ workloadId: z.string() }), z.object({ text: z.string() })),
  /** Decides and does nothing, or does not decide at all. What was taken over is handed back first. */
  setScaling: request(
    z.strictObject({ workloadId: z.string(), steering: z.enum(['off', 'shadow']) }),
    z.object({ scaling: ScalingState.nullable() }),
  ),
  /** Cheaper or safer from the next step on; for all workloads that the scaler looks at where none is named. */
  setViolationPrice: request(
    z.strictObject({ workloadId: z.string().optional(), violationPrice: z.number().min(0.1).max(10_000) }),
    z.object({ violationPrice: z.number() }),
  ),
  /**
   * Begins a calibration of a connected workload, or of a trace file; progress and result come with the state.
   * `priceFor` in words of the slider: the price of a violation that the recommendation is for.
   */
  calibrate: request(
    z.strictObject({
      workloadId: z.string().optional(),
      tracePath: z.string().optional(),
      violationPrice: z.number().min(0.1).max(10_000).optional(),
      /** Of Prometheus' history. */
      sinceSeconds: z.number().positive().optional(),
      /** Also trains a policy on this workload's own history, and keeps it as a version. */
      fineTune: z.boolean().optional(),
    }),
    z.object({ job: CalibrationJob }),
  ),
  cancelCalibration: request(z.strictObject({ id: z.string() }), z.object({ job: CalibrationJob })),
  /**
   * Does something to a release: a proposal in mode `approve`, done at once in mode `auto`, or where it is `confirmed` by
   * the person who asks. `abort` and `rollback` need no confirmation. Refused in mode `observe`.
   */
  releaseOperation: request(
    z.strictObject({
      releaseId: z.string(),
      operation: ReleaseOperation,
      confirmed: z.boolean().optional(),
    }),
    z.object({ proposal: Proposal.nullable(), text: z.string() }),
  ),
  setReleaseSteering: request(
    z.strictObject({ releaseId: z.string(), steering: ReleaseSteering }),
    z.object({ release: ReleaseState }),
  ),
  /**
   * What would make a Deployment a canary: its manifests as YAML for review. With `apply` they are proposed, and with
   * `confirmed` besides made.
   */
  prepareCanary: request(
    z.strictObject({
      workloadId: z.string(),
      kind: CanaryKind,
      /** Host that clients ask for; where absent that of the route that there is. */
      host: z.string().optional(),
      /** HTTPRoute, Ingress or VirtualService to use; found by the Service where absent. */
      route: z.string().optional(),
      /** `namespace/name` of the Gateway of a new route. */
      gateway: z.string().optional(),
      /** Names of analyses (docs/canary.md) that the manifests contain. */
      analyses: z.array(z.string()).optional(),
      apply: z.boolean().optional(),
      confirmed: z.boolean().optional(),
    }),
    z.object({
      manifests: z.array(z.object({ name: z.string(), yaml: z.string() })),
      /** What keeps it from being applied now, in words; empty where nothing does. */
      problems: z.array(z.string()),
      proposal: Proposal.nullable(),
      text: z.string(),
    }),
  ),
  /** Sends real requests through the release's route and counts them by the version that has answered. */
  checkSplit: request(
    z.strictObject({
      releaseId: z.string(),
      requests: z.number().int().min(1).max(10_000).default(100),
      /** Where to send them; found from the route where absent. */
      url: z.url({ protocol: /^https?$/ }).optional(),
      path: z.string().default('/'),
      /** Asks for the canary by its header in place of leaving it to the weights: a smoke test. */
      canaryHeader: z.boolean().optional(),
    }),
    z.object({ count: SplitCount, expectedCanaryShare: z.number().nullable(), text: z.string() }),
  ),
  /** As data, and as the text of the format that was asked for. */
  costReport: request(
    z.strictObject({
      sinceSeconds: z.number().positive(),
      baseline: z.enum(['hpa', 'fixed']).default('hpa'),
      workloadId: z.string().optional(),
      format: z.enum(['md', 'csv', 'html']).default('md'),
    }),
    z.object({ report: CostReport, text: z.string() }),
  ),
  /** Journal rows, newest first. */
  activity: request(
    z.strictObject({
      beforeSeq: z.number().int().optional(),
      limit: z.number().int().min(1).max(1000).default(100),
      workloadId: z.string().optional(),
      kinds: z.array(z.enum(JournalEvent.options.map((option) => option.shape.kind.value))).optional(),
      text: z.string().optional(),
    }),
    z.object({ rows: z.array(JournalRow) }),
  ),
  history: request(z.strictObject({ workloadId: z.string() }), z.object({ samples: z.array(Sample) })),
  logs: request(
    z.strictObject({
      workloadId: z.string(),
      pod: z.string().optional(),
      tailLines: z.number().int().min(1).max(5000).default(200),
    }),
    z.object({ lines: z.array(z.object({ pod: z.string(), text: z.string() })) }),
  ),
  /** The learned policies in the store, read anew. */
  models: request(z.strictObject({}), z.object({ models: z.array(ModelVersion) })),
  /**
   * Makes a version the one that steers its task. Refused where it cannot be used; the one before goes on steering.
   * For a task that acts by itself in mode `auto` it is refused unless `confirmed`. `text` says what it means.
   */
  promoteModel: request(
    z.strictObject({
      task: TaskName,
      version: z.number().int().positive(),
      confirmed: z.boolean().optional(),
    }),
    z.object({ model: ModelVersion, text: z.string() }),
  ),
  /**
   * Back to the version before, or to the rule of the config where there was none: `model` is null. With `toRule`
   * straight to the rule, whatever steered before.
   */
  rollbackModel: request(
    z.strictObject({ task: TaskName, toRule: z.boolean().optional() }),
    z.object({ model: ModelVersion.nullable(), text: z.string() }),
  ),
  /** Runs `coxswain train` as a process of its own. The curve comes with the state. */
  startTraining: request(
    z.strictObject({
      task: TaskName,
      algorithm: Algorithm,
      steps: z.number().int().min(1000).max(1e9),
      envs: z.number().int().min(1).max(4096).optional(),
      seed: z
        .number()
        .int()
        .min(0)
        .max(2 ** 31 - 1)
        .optional(),
      /** Settings, as for `coxswain train --config`. */
      configPath: z.string().optional(),
      /** Version of the same task to go on from. */
      fineTune: z.number().int().positive().optional(),
    }),
    z.object({ training: TrainingStatus }),
  ),
  /** Its best checkpoint is kept as a version. Answered at once; the end comes with the state. */
  cancelTraining: request(z.strictObject({ trainingId: z.string() }), z.object({ training: TrainingStatus })),
  /** Compares a version with its baselines on held-out seeds; the answer comes when that is done. */
  evaluateModel: request(
    z.strictObject({ task: TaskName, version: z.number().int().positive() }),
    z.object({ model: ModelVersion }),
  ),
  diagnose: request(z.strictObject({}), z.object({ report: z.string() })),
} as const;

export type Method = keyof typeof REQUESTS;
export type Params<M extends Method> = z.input<(typeof REQUESTS)[M]['params']>;
export type ParsedParams<M extends Method> = z.output<(typeof REQUESTS)[M]['params']>;
export type Result<M extends Method> = z.infer<(typeof REQUESTS)[M]['result']>;

export function isMethod(name: string): name is Method {
  return Object.hasOwn(REQUESTS, name);
}

function request<P extends z.ZodType, R extends z.ZodType>(params: P, result: R) {
  return { params, result };
}
