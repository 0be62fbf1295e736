import { canonicalJson } from '../journal/canonicalJson';
import type { ProposalDraft } from '../loop/ports';
import type { Action, Proposal, Verdict } from '../protocol';
import type { ReversibleChange } from './change';
import type { ActingAction } from './guardInput';

/** What somebody wants to write and why, before it has been judged. */
export interface Wish
  extends Pick<
    Proposal,
    'workload' | 'task' | 'policy' | 'reason' | 'confidence' | 'alternatives' | 'contributions' | 'promise'
  > {
  action: ActingAction;
  /** See `GuardInput`. */
  outOfDistribution: number | null;
  change: ReversibleChange;
  /** For people: what the change changes, as two small YAML texts. */
  before: string;
  after: string;
}

/** A policy's decision as a wish. It cannot pass for a revert. */
export function wishOf({ workload, task, policy, decision, plan }: ProposalDraft): Wish {
  const { action, reason, confidence, alternatives, contributions, outOfDistribution = null } = decision;
  if (action.kind === 'none' || action.kind === 'release') {
    throw new RangeError(`${action.kind} is no wish to write to a workload`);
  }
  const { description, write, inverse } = plan.change;
  return {
    workload,
    task,
    policy,
    action,
    change: { description, write, inverse },
    reason,
    confidence,
    outOfDistribution,
    alternatives: [...alternatives],
    contributions: [...contributions],
    promise: plan.promise,
    before: plan.before,
    after: plan.after,
  };
}

/** The wish as people see it, with the guard's word on it. */
export function toProposal(
  { before, after, change, outOfDistribution: _, ...wish }: Wish,
  verdict: Verdict,
  identity: Pick<Proposal, 'id' | 'createdAtMs' | 'expiresAtMs'>,
  nowMs: number,
): Proposal {
  return {
    ...wish,
    ...identity,
    change: { summary: change.description, before, after },
    verdict,
    state: verdict.outcome === 'deny' ? { kind: 'denied', atMs: nowMs } : { kind: 'pending' },
  };
}

export function isSameAction(a: Action, b: Action): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
