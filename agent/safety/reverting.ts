import type { Outcome } from '../loop/task';
import { CoxswainError, type JournalEvent, type Proposal, workloadId } from '../protocol';
import { isActionEntry, type ProposalBook } from './approvals';
import type { GateWorld } from './gateWorld';
import { judge } from './guard';
import type { Judging } from './judging';
import { revertOf } from './reverts';
import { actionInterval, cooldown, rate } from './rules/pace';
import type { Wish } from './wish';

export interface RevertingPorts {
  world: Pick<GateWorld, 'clock'>;
  book: ProposalBook;
  judging: Judging;
  record(event: JournalEvent): void;
  submit(wish: Wish): Promise<Proposal>;
}

/** Denials that pass with time; a revert waits for them. */
const PACE = [actionInterval, cooldown, rate].map((rule) => rule.name);

/** Measures what was carried out by what it has led to, and takes back what did harm, as soon as pace allows. */
export class Reverting {
  readonly #ports: RevertingPorts;
  /** By workload. */
  readonly #reverts = new Map<string, Wish>();

  constructor(ports: RevertingPorts) {
    this.#ports = ports;
  }

  /** See `ActionGate.recordOutcome`. */
  async recordOutcome(proposalId: string, { kind, text }: Outcome): Promise<void> {
    const { book, record, world } = this.#ports;
    const entry = book.get(proposalId);
    if (entry.proposal.state.kind !== 'acted') {
      throw new CoxswainError(
        'conflict',
        `Proposal ${proposalId} has no outcome to measure: it is ${entry.proposal.state.kind}.`,
        'Measure each action that was carried out once.',
      );
    }
    const id = workloadId(entry.wish.workload);
    record({ kind: 'outcome', workloadId: id, proposalId, outcome: kind, text });
    book.setState(entry, { kind: 'measured', atMs: world.clock.nowMs(), outcome: kind, text });
    const revert = kind === 'regressed' && isActionEntry(entry) ? revertOf(entry, text) : null;
    if (!revert) return;
    this.#reverts.set(id, revert);
    await this.#tryRevert(id);
  }

  async tick(): Promise<void> {
    await Promise.all([...this.#reverts.keys()].map((id) => this.#tryRevert(id)));
  }

  clear(): void {
    this.#reverts.clear();
  }

  async #tryRevert(id: string): Promise<void> {
    const wish = this.#reverts.get(id);
    if (!wish) return;
    const { judging, submit } = this.#ports;
    const verdict = judge(judging.action(wish, Number.POSITIVE_INFINITY, null));
    if (verdict.outcome === 'deny' && PACE.includes(verdict.rule)) return;
    this.#reverts.delete(id);
    await submit(wish);
  }
}
