import * as z from 'zod';
import { Connection } from './connection';
import { ErrorInfoSchema } from './errorInfo';
import { ChaosSchedule, ExperimentInfo, ExperimentRun } from './experiment';
import { Fault } from './fault';
import { JournalRow } from './journal';
import { DefaultSteering, ModelVersion, TaskName } from './model';
import { Control, Mode, Proposal } from './proposal';
import { ReleasePoint, ReleaseState } from './release';
import { Calibration, CalibrationJob, ScalingPoint, ScalingState } from './scaling';
import { Training, TrainingPoint, TrainingStatus } from './training';
import { PROTOCOL_VERSION } from './version';
import { Sample, WorkloadState } from './workload';

/** The whole state that a view needs; everything after it arrives as deltas with consecutive sequence numbers. */
export const AgentSnapshot = z.object({
  protocolVersion: z.literal(PROTOCOL_VERSION),
  sequence: z.number().int(),
  agentVersion: z.string(),
  pid: z.number().int(),
  /** Cluster time follows from wall time: `originMs + (wall − wallOriginMs) × rate`. */
  clock: z.object({ originMs: z.number(), wallOriginMs: z.number(), rate: z.number() }),
  connection: Connection,
  mode: Mode,
  control: Control,
  workloads: z.array(WorkloadState),
  proposals: z.array(Proposal),
  faults: z.array(Fault),
  /** What can be run on the connected cluster, by name. */
  experiments: z.array(ExperimentInfo),
  /** Newest last. */
  runs: z.array(ExperimentRun),
  chaosSchedule: ChaosSchedule,
  samples: z.record(z.string(), z.array(Sample)),
  /** Of the workloads that the scaler looks at. */
  scaling: z.array(ScalingState),
  scalingPoints: z.record(z.string(), z.array(ScalingPoint)),
  /** Finished ones, newest last; one per workload. */
  calibrations: z.array(Calibration),
  calibrationJobs: z.array(CalibrationJob),
  /** Releases, and what could be released: by id. */
  releases: z.array(ReleaseState),
  releasePoints: z.record(z.string(), z.array(ReleasePoint)),
  /** Newest last. */
  activity: z.array(JournalRow),
  /** All versions of all learned policies, by task, newest first. */
  models: z.array(ModelVersion),
  /** By task; empty until the agent has read what came with it. */
  defaultSteering: z.partialRecord(TaskName, DefaultSteering),
  /** Newest last. */
  trainings: z.array(Training),
  /** The latest errors, newest last; shown by diagnose. */
  errors: z.array(ErrorInfoSchema.extend({ atMs: z.number() })),
});
export type AgentSnapshot = z.infer<typeof AgentSnapshot>;

/** One change to the snapshot. `applyChange` is its meaning. */
export const Change = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('reset'), snapshot: AgentSnapshot }),
  z.object({ kind: z.literal('connection'), connection: Connection }),
  z.object({ kind: z.literal('mode'), mode: Mode }),
  z.object({ kind: z.literal('control'), control: Control }),
  z.object({ kind: z.literal('workload'), workload: WorkloadState }),
  z.object({ kind: z.literal('workload-gone'), id: z.string() }),
  z.object({ kind: z.literal('proposal'), proposal: Proposal }),
  z.object({ kind: z.literal('fault'), fault: Fault }),
  z.object({ kind: z.literal('experiments'), experiments: z.array(ExperimentInfo) }),
  z.object({ kind: z.literal('run'), run: ExperimentRun }),
  z.object({ kind: z.literal('chaos-schedule'), chaosSchedule: ChaosSchedule }),
  z.object({ kind: z.literal('sample'), sample: Sample }),
  z.object({ kind: z.literal('scaling'), scaling: ScalingState }),
  z.object({ kind: z.literal('scaling-gone'), id: z.string() }),
  z.object({ kind: z.literal('scaling-point'), point: ScalingPoint }),
  z.object({ kind: z.literal('calibration'), calibration: Calibration }),
  z.object({ kind: z.literal('calibration-job'), job: CalibrationJob }),
  z.object({ kind: z.literal('release'), release: ReleaseState }),
  z.object({ kind: z.literal('release-gone'), id: z.string() }),
  z.object({ kind: z.literal('release-point'), point: ReleasePoint }),
  z.object({ kind: z.literal('activity'), row: JournalRow }),
  /** All versions of one task, newest first; what steers by default stays as it was where it is not told. */
  z.object({
    kind: z.literal('models'),
    task: TaskName,
    models: z.array(ModelVersion),
    defaultSteering: DefaultSteering.optional(),
  }),
  /** New or different; the points that it has stay. */
  z.object({ kind: z.literal('training'), training: TrainingStatus }),
  z.object({
    kind: z.literal('training-point'),
    trainingId: z.string(),
    point: TrainingPoint,
    stepsPerSecond: z.number(),
    etaSeconds: z.number().nullable(),
  }),
  z.object({ kind: z.literal('error'), error: ErrorInfoSchema.extend({ atMs: z.number() }) }),
]);
export type Change = z.infer<typeof Change>;

export const Delta = z.object({ sequence: z.number().int(), changes: z.array(Change) });
export type Delta = z.infer<typeof Delta>;
