import * as z from 'zod';
import { ChaosProviderName, FaultKind } from './fault';

/** Whether the effect that an experiment expects was there once its fault was injected. */
export const EffectVerdict = z.enum(['confirmed', 'mismatch', 'inconclusive']);
export type EffectVerdict = z.infer<typeof EffectVerdict>;

/**
 * How a run has ended. `passed`: the effect was there and the steady state held or came back in time. `failed`: it did
 * not. `aborted`: by its abort condition, by a person, or by the end of the agent. `inconclusive`: the effect was not
 * shown to be there, or there was no data, so that nothing follows. `error`: it could not be injected, or not be ended.
 */
export const RunVerdict = z.enum(['passed', 'failed', 'aborted', 'inconclusive', 'error']);
export type RunVerdict = z.infer<typeof RunVerdict>;

/** One reading of one probe of the steady-state hypothesis. */
export const ProbeResult = z.object({
  name: z.string(),
  when: z.enum(['before', 'during', 'after']),
  atMs: z.number(),
  outcome: z.enum(['passed', 'failed', 'no-data']),
  /** What was asked, as it was sent: the resolved query, URL or field. */
  asked: z.string(),
  /** What was found and what was expected, in words. */
  found: z.string(),
  expected: z.string(),
});
export type ProbeResult = z.infer<typeof ProbeResult>;

/** In this order; a run that ends early goes on with `recovering`, so that nothing is left behind. */
export const RunPhase = z.enum([
  'checking',
  'injecting',
  'verifying',
  'running',
  'recovering',
  'rechecking',
  'finished',
]);
export type RunPhase = z.infer<typeof RunPhase>;

/** One run of an experiment; its JSON journal is this object. */
export const ExperimentRun = z.object({
  id: z.string(),
  /** Name of the experiment. */
  experiment: z.string(),
  title: z.string(),
  /** The file it came from; null for one that is shipped with Coxswain or was sent as text. */
  path: z.string().nullable(),
  workloadId: z.string(),
  provider: ChaosProviderName,
  kind: FaultKind,
  trigger: z.enum(['person', 'schedule', 'rest', 'test']),
  by: z.string(),
  phase: RunPhase,
  startedAtMs: z.number(),
  injectedAtMs: z.number().nullable(),
  /** When the effect was confirmed. */
  confirmedAtMs: z.number().nullable(),
  /** When the fault was over, its objects included. */
  endedAtMs: z.number().nullable(),
  /** When the steady state was back; null where it never left, or did not come back. */
  recoveredAtMs: z.number().nullable(),
  finishedAtMs: z.number().nullable(),
  effect: z.object({ verdict: EffectVerdict, text: z.string() }).nullable(),
  probes: z.array(ProbeResult),
  faultIds: z.array(z.string()),
  /** What happened, in words, oldest first. */
  log: z.array(z.object({ atMs: z.number(), text: z.string() })),
  verdict: RunVerdict.nullable(),
  /** 0…100: the weighted share of the steady state's probes that held during and after the fault; null without any. */
  resilienceScore: z.number().nullable(),
  /** The verdict in words; empty while it runs. */
  text: z.string(),
});
export type ExperimentRun = z.infer<typeof ExperimentRun>;

/** An experiment that can be run. */
export const ExperimentInfo = z.object({
  /** Unique. */
  name: z.string(),
  title: z.string(),
  description: z.string(),
  /** The file it comes from; null for one that is shipped with Coxswain. */
  path: z.string().nullable(),
  kind: FaultKind.nullable(),
  /** The workload that it aims at; null where it takes any, which is then asked for. */
  workloadId: z.string().nullable(),
  /** Who would carry it out here; null where nobody can. */
  provider: ChaosProviderName.nullable(),
  durationMs: z.number().nullable(),
  /** Why it cannot be run, in words; null where it can. */
  problem: z.string().nullable(),
});
export type ExperimentInfo = z.infer<typeof ExperimentInfo>;

/** The chaos loop. */
export const ChaosSchedule = z.object({
  enabled: z.boolean(),
  nextAtMs: z.number().nullable(),
  /** Why the last turn was left out, or what it ran; empty before the first. */
  text: z.string(),
});
export type ChaosSchedule = z.infer<typeof ChaosSchedule>;
