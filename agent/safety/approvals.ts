import {
  type Action,
  CoxswainError,
  describeAction,
  formatAge,
  type Proposal,
  type ProposalState,
  type Verdict,
  workloadId,
} from '../protocol';
import { isReleaseWish, isSameAction, type ReleaseWish, type Wish } from './wish';

/** A proposal with what its execution needs. */
export interface Entry<Wanted extends Wish | ReleaseWish = Wish | ReleaseWish> {
  proposal: Proposal;
  wish: Wanted;
  /** Of the workload at the time of the proposal; a workload of the same name made anew is another one. */
  workloadUid: string | null;
  /** Set once it is executed. */
  transactionId: string | null;
}

/** Decided proposals are kept so long that a late click learns what became of them. */
const KEPT = 500;

/** All proposals of this run, the state of each, and the one road from pending to decided. */
export class ProposalBook {
  readonly #entries = new Map<string, Entry>();
  readonly #onChange: (proposal: Proposal) => void;

  constructor(onChange: (proposal: Proposal) => void) {
    this.#onChange = onChange;
  }

  put<Wanted extends Wish | ReleaseWish>(entry: Entry<Wanted>): Entry<Wanted> {
    const { id } = entry.proposal;
    this.#entries.set(id, entry);
    if (this.#entries.size > KEPT) this.#dropOldest();
    this.#onChange(entry.proposal);
    return entry;
  }

  setState<Wanted extends Wish | ReleaseWish>(entry: Entry<Wanted>, state: ProposalState): Entry<Wanted> {
    return this.put({ ...entry, proposal: { ...entry.proposal, state } });
  }

  get(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry) return entry;
    throw new CoxswainError(
      'not-found',
      `There is no proposal ${id}.`,
      'Proposals end with the agent that made them; wait for the next one.',
    );
  }

  pending(): readonly Entry[] {
    return [...this.#entries.values()].filter((entry) => entry.proposal.state.kind === 'pending');
  }

  /** The newest proposal of a task for a workload. */
  newest(workload: string, task: string): Entry | undefined {
    return [...this.#entries.values()].findLast(
      ({ proposal }) => proposal.task === task && workloadId(proposal.workload) === workload,
    );
  }

  /** When a person last said no to this action on this workload. */
  rejectedAtMs(workload: string, action: Action): number | null {
    const times = [...this.#entries.values()].flatMap(({ proposal }) =>
      proposal.state.kind === 'rejected' &&
      workloadId(proposal.workload) === workload &&
      isSameAction(proposal.action, action)
        ? [proposal.state.atMs]
        : [],
    );
    return times.length === 0 ? null : Math.max(...times);
  }

  /**
   * The entry if it can still be decided.
   *
   * @throws CoxswainError `not-found`, `proposal-expired`, `proposal-outdated`, `proposal-decided`.
   */
  decidable(id: string, nowMs: number): Entry {
    const entry = this.get(id);
    const { state } = entry.proposal;
    if (state.kind === 'pending') return entry;
    throw undecidable(entry.proposal, state, nowMs);
  }

  #dropOldest(): void {
    for (const [id, { proposal }] of this.#entries) {
      if (proposal.state.kind === 'pending' || proposal.state.kind === 'executing') continue;
      this.#entries.delete(id);
      return;
    }
  }
}

/** A pending proposal is refreshed by the same wish; a denied one too, until its time is over. */
export function isRefreshedBy(
  { proposal, wish: before }: Entry,
  wish: Wish | ReleaseWish,
  nowMs: number,
): boolean {
  const { kind } = proposal.state;
  const open = kind === 'pending' || (kind === 'denied' && nowMs < proposal.expiresAtMs);
  return open && isSameAction(before.action, wish.action) && revertedBy(before) === revertedBy(wish);
}

/** The transaction that it takes back, where it is a revert. */
export function revertedBy(wish: Wish | ReleaseWish): string | undefined {
  return isReleaseWish(wish) ? undefined : wish.change.reverts;
}

/** What is wished of a workload, and not of a release. */
export function isActionEntry(entry: Entry): entry is Entry<Wish> {
  return !isReleaseWish(entry.wish);
}

export function isReleaseEntry(entry: Entry): entry is Entry<ReleaseWish> {
  return isReleaseWish(entry.wish);
}

export function isSameVerdict(a: Verdict, b: Verdict): boolean {
  return a.outcome === b.outcome && a.rule === b.rule;
}

function undecidable(
  proposal: Proposal,
  state: Exclude<ProposalState, { kind: 'pending' }>,
  nowMs: number,
): CoxswainError {
  const what = `"${describeAction(proposal.action)}" for ${proposal.workload.name}`;
  const ago = `${formatAge(nowMs - state.atMs)} ago`;
  switch (state.kind) {
    case 'expired':
      return new CoxswainError('proposal-expired', `The proposal ${what} expired ${ago}.`, NEXT);
    case 'outdated':
      return new CoxswainError('proposal-outdated', `The proposal ${what} is outdated: ${state.why}.`, NEXT);
    default: {
      const by = 'by' in state ? ` by ${state.by}` : '';
      return new CoxswainError(
        'proposal-decided',
        `The proposal ${what} was decided already: ${state.kind}${by}, ${ago}.`,
        'Nothing is left to decide; the activity view shows what became of it.',
      );
    }
  }
}

const NEXT = 'Wait for the next proposal: if it is still needed, it comes by itself.';
