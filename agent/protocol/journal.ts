import * as z from 'zod';
import { Action } from './action';
import { EffectVerdict, RunVerdict } from './experiment';
import { ChaosProviderName, FaultKind } from './fault';
import { Algorithm, TaskName } from './model';
import { Control, Mode, OutcomeKind, Verdict } from './proposal';
import { AutoscalerRef } from './scaling';

/**
 * Everything that is worth remembering. One union, so that the journal, the CLI, the Activity view and the chart
 * marks all speak of the same things.
 */
export const JournalEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('agent-started'), version: z.string(), pid: z.number() }),
  z.object({ kind: z.literal('agent-stopped'), why: z.string() }),
  z.object({ kind: z.literal('connected'), context: z.string(), server: z.string() }),
  z.object({ kind: z.literal('mode-changed'), mode: Mode, by: z.string() }),
  z.object({ kind: z.literal('control-changed'), control: Control }),
  z.object({ kind: z.literal('config-changed'), path: z.string(), text: z.string() }),
  z.object({ kind: z.literal('warning'), workloadId: z.string().nullable(), text: z.string() }),
  z.object({
    kind: z.literal('incident-opened'),
    workloadId: z.string(),
    incidentId: z.string(),
    symptom: z.string(),
    faultId: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('incident-closed'),
    workloadId: z.string(),
    incidentId: z.string(),
    /** From the fault where it is known, else from detection. */
    recoverySeconds: z.number(),
    detectionSeconds: z.number().nullable(),
    actions: z.number().int(),
  }),
  z.object({
    kind: z.literal('decision'),
    workloadId: z.string(),
    task: z.string(),
    policy: z.string(),
    trigger: z.string(),
    observationSpec: z.string(),
    observation: z.array(z.number()),
    action: Action,
    reason: z.string(),
    confidence: z.number(),
    rewardTerms: z.record(z.string(), z.number()),
    decisionMs: z.number(),
  }),
  z.object({
    kind: z.literal('verdict'),
    workloadId: z.string(),
    proposalId: z.string(),
    action: Action,
    verdict: Verdict,
  }),
  z.object({ kind: z.literal('approved'), workloadId: z.string(), proposalId: z.string(), by: z.string() }),
  z.object({
    kind: z.literal('rejected'),
    workloadId: z.string(),
    proposalId: z.string(),
    by: z.string(),
    why: z.string(),
  }),
  z.object({
    kind: z.literal('lapsed'),
    workloadId: z.string(),
    proposalId: z.string(),
    state: z.enum(['expired', 'outdated']),
    why: z.string(),
  }),
  /** Written and synced before a write is sent. */
  z.object({
    kind: z.literal('intent'),
    workloadId: z.string(),
    transactionId: z.string(),
    proposalId: z.string().nullable(),
    action: Action.nullable(),
    description: z.string(),
    /** The write and its inverse, as `safety/change.ts` defines them. */
    change: z.json(),
  }),
  /** The end of a transaction: the server's answer, or what the settlement at start-up found. */
  z.object({
    kind: z.literal('result'),
    workloadId: z.string(),
    transactionId: z.string(),
    result: z.enum(['done', 'failed', 'not-done', 'reverted', 'unknown']),
    text: z.string(),
  }),
  z.object({
    kind: z.literal('outcome'),
    workloadId: z.string(),
    proposalId: z.string(),
    outcome: OutcomeKind,
    text: z.string(),
  }),
  z.object({
    kind: z.literal('fault-started'),
    workloadId: z.string(),
    faultId: z.string(),
    faultKind: FaultKind,
    text: z.string(),
  }),
  z.object({ kind: z.literal('fault-ended'), workloadId: z.string(), faultId: z.string(), text: z.string() }),
  z.object({
    kind: z.literal('experiment-started'),
    workloadId: z.string(),
    runId: z.string(),
    experiment: z.string(),
    provider: ChaosProviderName,
    by: z.string(),
  }),
  z.object({
    kind: z.literal('experiment-finished'),
    workloadId: z.string(),
    runId: z.string(),
    experiment: z.string(),
    verdict: RunVerdict,
    effect: EffectVerdict.nullable(),
    resilienceScore: z.number().nullable(),
    text: z.string(),
  }),
  /** An autoscaler was taken over or advised for the first time, or is again what it was. */
  z.object({
    kind: z.literal('handover'),
    workloadId: z.string(),
    autoscaler: AutoscalerRef,
    how: z.enum(['advise', 'own', 'handed-back']),
    why: z.string(),
    by: z.string(),
  }),
  /** The circuit breaker of a scaled workload has changed: by its last row it goes on after a new start. */
  z.object({
    kind: z.literal('breaker'),
    workloadId: z.string(),
    /** Of the Deployment: one that was made anew is another one. */
    uid: z.string(),
    /** As `safety/breaker.ts` defines it. */
    breaker: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('closed'), failuresInARow: z.number().int() }),
      z.object({ kind: z.literal('open'), untilMs: z.number() }),
      z.object({ kind: z.literal('half-open'), untilMs: z.number() }),
    ]),
    /** What has opened it; empty where it is not open. */
    why: z.string(),
  }),
  /** Something became of a release: begun, moved, judged, promoted, rolled back, ended. */
  z.object({
    kind: z.literal('release'),
    /** The release's id. */
    workloadId: z.string(),
    what: z.enum([
      'started',
      'weight',
      'held',
      'verdict',
      'analysis',
      'promoted',
      'rolled-back',
      'ended',
      'interfered',
      'hook',
      'alert',
    ]),
    text: z.string(),
    weight: z.number().nullable(),
    by: z.string(),
  }),
  /** The price of a violation was moved. */
  z.object({
    kind: z.literal('price-changed'),
    workloadId: z.string(),
    violationPrice: z.number(),
    by: z.string(),
  }),
  z.object({ kind: z.literal('calibrated'), workloadId: z.string().nullable(), text: z.string() }),
  /** Another policy steers the task from now on; by the names of policies, `learned heal/3` or `runbook 1`. */
  z.object({
    kind: z.literal('policy-switched'),
    task: TaskName,
    from: z.string(),
    to: z.string(),
    by: z.string(),
  }),
  z.object({
    kind: z.literal('training-started'),
    trainingId: z.string(),
    task: TaskName,
    algorithm: Algorithm,
    steps: z.number().int(),
    by: z.string(),
  }),
  /** Also where it was cancelled or has failed: the text says so. */
  z.object({
    kind: z.literal('training-finished'),
    trainingId: z.string(),
    task: TaskName,
    /** What was learned, in the model store. */
    version: z.number().int().nullable(),
    text: z.string(),
  }),
]);
export type JournalEvent = z.infer<typeof JournalEvent>;
export type JournalEventKind = JournalEvent['kind'];

export const JournalRow = z.object({
  seq: z.number().int(),
  /** Cluster time. */
  atMs: z.number(),
  /** Lower-case hex SHA-256 over the previous row's hash and this row. */
  hash: z.string(),
  event: JournalEvent,
});
export type JournalRow = z.infer<typeof JournalRow>;
