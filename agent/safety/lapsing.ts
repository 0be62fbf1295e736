import { type JournalEvent, workloadId } from '../protocol';
import type { Entry, ProposalBook } from './approvals';
import type { GateWorld } from './gateWorld';
import { whyOutdated } from './outdated';
import { whyReleaseOutdated } from './releaseOutdated';
import { isReleaseWish, type ReleaseWish, type Wish } from './wish';

/** Lets proposals lapse that nobody has decided in time, or that no longer fit. */
export class Lapsing {
  readonly #world: GateWorld;
  readonly #book: ProposalBook;
  readonly #record: (event: JournalEvent) => void;

  constructor(world: GateWorld, book: ProposalBook, record: (event: JournalEvent) => void) {
    this.#world = world;
    this.#book = book;
    this.#record = record;
  }

  /** Lets a pending proposal lapse if it is time. */
  tick(entry: Entry): void {
    const { proposal, wish, workloadUid } = entry;
    if (this.#nowMs() >= proposal.expiresAtMs) {
      this.#lapse([entry], 'expired', 'nobody has decided in time');
      return;
    }
    const why = isReleaseWish(wish)
      ? this.#whyRelease(wish, workloadUid)
      : this.#whyAction(wish, workloadUid);
    if (why !== null) this.outdate([entry], why);
  }

  #whyAction({ workload: ref, action }: Wish, uid: string | null): string | null {
    const workload = this.#world.snapshot().workloads.get(workloadId(ref));
    const recreated = workload !== undefined && workload.uid !== uid;
    return recreated ? 'the workload was made anew' : whyOutdated(action, workload);
  }

  #whyRelease({ workload: ref, action }: ReleaseWish, uid: string | null): string | null {
    const { releases, workloads } = this.#world.snapshot();
    const id = workloadId(ref);
    const seen = releases.get(id) ?? workloads.get(id);
    if (seen !== undefined && uid !== null && seen.uid !== uid) return 'the release was made anew';
    return whyReleaseOutdated(action.operation, releases.get(id), workloads.get(id));
  }

  outdate(entries: readonly Entry[], why: string): void {
    this.#lapse(entries, 'outdated', why);
  }

  /** All lapse before the first is recorded: a journal that fails leaves none of them open. */
  #lapse(entries: readonly Entry[], state: 'expired' | 'outdated', why: string): void {
    const atMs = this.#nowMs();
    for (const entry of entries) {
      this.#book.setState(entry, state === 'expired' ? { kind: state, atMs } : { kind: state, atMs, why });
    }
    for (const { proposal, wish } of entries) {
      const id = workloadId(wish.workload);
      this.#record({ kind: 'lapsed', workloadId: id, proposalId: proposal.id, state, why });
    }
  }

  #nowMs(): number {
    return this.#world.clock.nowMs();
  }
}
