import { type JournalEvent, workloadId } from '../protocol';
import type { Entry, ProposalBook } from './approvals';
import type { GateWorld } from './gateWorld';
import { whyOutdated } from './outdated';

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
    const workload = this.#world.snapshot().workloads.get(workloadId(wish.workload));
    const recreated = workload !== undefined && workload.uid !== workloadUid;
    const why = recreated ? 'the workload was made anew' : whyOutdated(wish.action, workload);
    if (why !== null) this.outdate([entry], why);
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
