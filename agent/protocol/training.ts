import * as z from 'zod';
import { ErrorInfoSchema } from './errorInfo';
import { Algorithm, TaskName } from './model';

/** One point of a learning curve; the names of the metrics are those of the log files (docs/learning.md). */
export const TrainingPoint = z.object({
  steps: z.number().int(),
  /** Wall seconds since the start. */
  seconds: z.number(),
  metrics: z.record(z.string(), z.number()),
});
export type TrainingPoint = z.infer<typeof TrainingPoint>;

/** What `coxswain train --json` prints, one JSON object per line, and the agent passes on. */
export const TrainingEvent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('started'),
    task: TaskName,
    algorithm: Algorithm,
    totalSteps: z.number().int(),
    seed: z.number().int(),
    /** The run's folder: config, logs, checkpoints. */
    folder: z.string(),
  }),
  z.object({
    kind: z.literal('progress'),
    point: TrainingPoint,
    stepsPerSecond: z.number(),
    /** Null until it can be told. */
    etaSeconds: z.number().nullable(),
  }),
  /** The learned policy is being compared with its baselines on held-out seeds. */
  z.object({ kind: z.literal('evaluating'), done: z.number().int(), total: z.number().int() }),
  z.object({
    kind: z.literal('finished'),
    /** In the model store; null where nothing worth keeping was learned before it was cancelled. */
    version: z.number().int().nullable(),
    cancelled: z.boolean(),
    text: z.string(),
  }),
  z.object({ kind: z.literal('failed'), error: ErrorInfoSchema }),
]);
export type TrainingEvent = z.infer<typeof TrainingEvent>;

/** A training that runs or has run in this agent. */
export const Training = z.object({
  id: z.string(),
  task: TaskName,
  algorithm: Algorithm,
  totalSteps: z.number().int(),
  seed: z.number().int(),
  folder: z.string().nullable(),
  /** Wall time. */
  startedAtMs: z.number(),
  /** At most 400, thinned out evenly. */
  points: z.array(TrainingPoint),
  stepsPerSecond: z.number().nullable(),
  etaSeconds: z.number().nullable(),
  state: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('starting') }),
    z.object({ kind: z.literal('training') }),
    z.object({ kind: z.literal('evaluating'), done: z.number().int(), total: z.number().int() }),
    z.object({ kind: z.literal('cancelling') }),
    z.object({ kind: z.literal('finished'), version: z.number().int().nullable(), text: z.string() }),
    z.object({ kind: z.literal('cancelled'), version: z.number().int().nullable(), text: z.string() }),
    z.object({ kind: z.literal('failed'), error: ErrorInfoSchema }),
  ]),
});
export type Training = z.infer<typeof Training>;

/** A training without its curve, which comes point by point. */
export const TrainingStatus = Training.omit({ points: true });
export type TrainingStatus = z.infer<typeof TrainingStatus>;
