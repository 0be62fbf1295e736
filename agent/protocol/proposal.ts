import * as z from 'zod';
import { Action } from './action';
import { WorkloadRef } from './workload';

/** The modes in which Coxswain runs, from the most careful to the most free. */
export const Mode = z.enum(['observe', 'approve', 'auto']);
export type Mode = z.infer<typeof Mode>;

/** Whether the loop may act at all, whatever the mode. */
export const Control = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('running') }),
  z.object({ kind: z.literal('paused'), by: z.string(), atMs: z.number() }),
  z.object({ kind: z.literal('stopped'), by: z.string(), atMs: z.number() }),
]);
export type Control = z.infer<typeof Control>;

export const Verdict = z.object({
  outcome: z.enum(['allow', 'needs-approval', 'deny']),
  /** The rule that decided, for example `action-interval`. */
  rule: z.string(),
  reason: z.string(),
});
export type Verdict = z.infer<typeof Verdict>;

/** What became of an action, measured against what was promised. */
export const OutcomeKind = z.enum(['recovered', 'improved', 'ineffective', 'regressed', 'unknown']);
export type OutcomeKind = z.infer<typeof OutcomeKind>;

export const ProposalState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pending') }),
  z.object({ kind: z.literal('denied'), atMs: z.number() }),
  z.object({ kind: z.literal('rejected'), atMs: z.number(), by: z.string(), why: z.string() }),
  z.object({ kind: z.literal('expired'), atMs: z.number() }),
  z.object({ kind: z.literal('outdated'), atMs: z.number(), why: z.string() }),
  z.object({ kind: z.literal('executing'), atMs: z.number(), by: z.string() }),
  z.object({ kind: z.literal('failed'), atMs: z.number(), why: z.string() }),
  z.object({ kind: z.literal('acted'), atMs: z.number(), by: z.string() }),
  z.object({ kind: z.literal('measured'), atMs: z.number(), outcome: OutcomeKind, text: z.string() }),
]);
export type ProposalState = z.infer<typeof ProposalState>;

export const Proposal = z.object({
  id: z.string(),
  workload: WorkloadRef,
  task: z.string(),
  policy: z.object({ name: z.string(), version: z.string() }),
  action: Action,
  /** Why, in words that name the evidence. */
  reason: z.string(),
  /** 0…1. */
  confidence: z.number(),
  alternatives: z.array(z.object({ text: z.string(), confidence: z.number() })),
  /** What moved the decision, strongest first; positive speaks for the action. */
  contributions: z.array(z.object({ name: z.string(), value: z.number() })),
  /** What will be different, as two small YAML texts to diff. */
  change: z.object({ summary: z.string(), before: z.string(), after: z.string() }),
  /** What the action promises, to be measured. */
  promise: z.string(),
  createdAtMs: z.number(),
  expiresAtMs: z.number(),
  verdict: Verdict,
  state: ProposalState,
});
export type Proposal = z.infer<typeof Proposal>;

/** A policy as people call it: `runbook 1`, `learned heal/3`. */
export function policyText({ name, version }: Proposal['policy']): string {
  return `${name} ${version}`;
}
