import { canonicalJson } from '../journal/canonicalJson';
import type { ProposalDraft } from '../loop/ports';
import type { Action, Proposal, Verdict } from '../protocol';
import type { ReversibleChange } from './change';
import type { ActingAction, ReleaseAction } from './guardInput';
import type { ReleaseDraft, ReleaseEvidenceFacts } from './releaseDraft';

interface AnyWish
  extends Pick<
    Proposal,
    'workload' | 'task' | 'policy' | 'reason' | 'confidence' | 'alternatives' | 'contributions' | 'promise'
  > {
  /** For people: what the change changes, as two small YAML texts. */
  before: string;
  after: string;
}

/** What somebody wants to write and why, before it has been judged. */
export interface Wish extends AnyWish {
  action: ActingAction;
  /** See `GuardInput`. */
  outOfDistribution: number | null;
  change: ReversibleChange;
}

/** What somebody wants to do to a release, in one or several writes. */
export interface ReleaseWish extends AnyWish {
  action: ReleaseAction;
  changes: readonly ReversibleChange[];
  evidence: ReleaseEvidenceFacts | null;
  orderedBy: string | null;
  /** For the note of a release that it begins. */
  noteId: string;
  /** Why it makes no sense as things are now, in words; null where it does. */
  impossible: string | null;
}

export function isReleaseWish(wish: Wish | ReleaseWish): wish is ReleaseWish {
  return wish.action.kind === 'release';
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

/** A draft as a wish. */
export function releaseWishOf(draft: ReleaseDraft, noteId: string): ReleaseWish {
  const { release, policy, operation, decision, plan, evidence, orderedBy } = draft;
  const { reason, confidence, alternatives, contributions } = decision;
  const { changes, before, after, promise } = plan;
  return {
    workload: release,
    task: 'canary',
    policy,
    action: { kind: 'release', operation },
    changes: changes.map(({ description, write, inverse }) => ({ description, write, inverse })),
    reason,
    confidence,
    alternatives: [...alternatives],
    contributions: [...contributions],
    promise,
    before,
    after,
    evidence,
    orderedBy,
    noteId,
    impossible: null,
  };
}

/** The wish as people see it, with the guard's word on it. */
export function toProposal(
  wish: Wish | ReleaseWish,
  verdict: Verdict,
  identity: Pick<Proposal, 'id' | 'createdAtMs' | 'expiresAtMs'>,
  nowMs: number,
): Proposal {
  const { workload, task, policy, action, reason, confidence, before, after, promise } = wish;
  const { alternatives, contributions } = wish;
  const changes = isReleaseWish(wish) ? wish.changes : [wish.change];
  const summary = changes.map(({ description }) => description).join('; ');
  return {
    ...{ workload, task, policy, action, reason, confidence, alternatives, contributions, promise },
    ...identity,
    change: { summary, before, after },
    verdict,
    state: verdict.outcome === 'deny' ? { kind: 'denied', atMs: nowMs } : { kind: 'pending' },
  };
}

export function isSameAction(a: Action, b: Action): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
