import * as z from 'zod';

/** The tasks that policies are learned for. */
export const TaskName = z.enum(['heal', 'scale', 'canary']);
export type TaskName = z.infer<typeof TaskName>;

export const Algorithm = z.enum(['dqn', 'ppo', 'hybrid']);
export type Algorithm = z.infer<typeof Algorithm>;

const Interval = { mean: z.number(), low: z.number(), high: z.number() };

/** One version of a learned policy in the store. */
export const ModelVersion = z.object({
  task: TaskName,
  /** Counts from 1 within the task. */
  version: z.number().int(),
  algorithm: z.string(),
  /** Contract of its observation, for example `heal/9`. */
  observationSpec: z.string(),
  /** Wall time. */
  createdAtMs: z.number(),
  codeVersion: z.string(),
  seed: z.number(),
  steps: z.number(),
  /** `task/version` that it was fine-tuned from. */
  parent: z.string().nullable(),
  /** Mean return of its evaluation episodes with a 95 % interval, beside its baselines. */
  evaluation: z
    .object({
      episodes: z.number().int(),
      ...Interval,
      baselines: z.array(z.object({ name: z.string(), ...Interval })),
    })
    .nullable(),
  /**
   * `active` steers; `previous` is what a roll back returns to; `shipped` comes with Coxswain and is copied into the
   * store when it is promoted; a damaged file can be seen, not used.
   */
  state: z.enum(['active', 'previous', 'stored', 'shipped', 'damaged']),
  /** Name of the shipped policy that it is, or is a copy of, for example `heal-54-ppo`: its model card goes by it. */
  shippedAs: z.string().nullable(),
  /** Why a damaged one cannot be used. */
  problem: z.string().nullable(),
});
export type ModelVersion = z.infer<typeof ModelVersion>;

/** What steers a task where nobody has promoted anything: its rule, or a shipped policy by its name. */
export const DefaultSteering = z.object({
  steers: z.string(),
  /** Why, with the figures of the evaluation, for people. */
  reason: z.string(),
});
export type DefaultSteering = z.infer<typeof DefaultSteering>;
