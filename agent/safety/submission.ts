import { type JournalEvent, type Proposal, type Verdict, workloadId } from '../protocol';
import { type Entry, isRefreshedBy, isSameVerdict, type ProposalBook } from './approvals';
import type { GateWorld } from './gateWorld';
import type { Lapsing } from './lapsing';
import { type ReleaseWish, toProposal, type Wish } from './wish';

export interface SubmissionPorts {
  world: GateWorld;
  book: ProposalBook;
  lapsing: Lapsing;
  record(event: JournalEvent): void;
}

export interface Submitted<Wanted extends Wish | ReleaseWish> {
  wish: Wanted;
  /** Of what it is about, as it is now; null where that is gone. */
  uid: string | null;
  judge(expiresAtMs: number): Verdict;
  run(entry: Entry<Wanted>): Promise<Proposal>;
}

/** Makes a proposal of a wish: one that is allowed is carried out, another waits for a person or is denied. */
export class Submission {
  readonly #ports: SubmissionPorts;

  constructor(ports: SubmissionPorts) {
    this.#ports = ports;
  }

  async submit<Wanted extends Wish | ReleaseWish>({
    wish,
    uid,
    judge,
    run,
  }: Submitted<Wanted>): Promise<Proposal> {
    const { world, book } = this.#ports;
    const nowMs = world.clock.nowMs();
    const expiresAtMs = nowMs + world.config().guard.proposalExpiry;
    const verdict = judge(expiresAtMs);
    const before = this.#openProposal(wish, nowMs);
    const identity = {
      id: before?.id ?? world.newId(),
      createdAtMs: before?.createdAtMs ?? nowMs,
      // A denial that lasts is recorded again now and then.
      expiresAtMs: before && verdict.outcome === 'deny' ? before.expiresAtMs : expiresAtMs,
    };
    if (!before || !isSameVerdict(before.verdict, verdict)) this.recordVerdict(identity.id, wish, verdict);
    const entry: Entry<Wanted> = {
      wish,
      workloadUid: uid,
      transactionId: null,
      proposal: toProposal(wish, verdict, identity, nowMs),
    };
    return verdict.outcome === 'allow' ? run(entry) : book.put(entry).proposal;
  }

  recordVerdict(proposalId: string, { workload, action }: Wish | ReleaseWish, verdict: Verdict): void {
    this.#ports.record({ kind: 'verdict', workloadId: workloadId(workload), proposalId, action, verdict });
  }

  /** The proposal that this wish refreshes, if any; one that waits for something else is outdated by it. */
  #openProposal(wish: Wish | ReleaseWish, nowMs: number): Proposal | null {
    const { book, lapsing } = this.#ports;
    const before = book.newest(workloadId(wish.workload), wish.task);
    if (!before) return null;
    if (isRefreshedBy(before, wish, nowMs)) return before.proposal;
    if (before.proposal.state.kind === 'pending') {
      lapsing.outdate([before], 'a newer proposal takes its place');
    }
    return null;
  }
}
