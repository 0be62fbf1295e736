import type { Outcome } from '../loop/task';
import { CoxswainError, type JournalEvent, type Proposal, workloadId } from '../protocol';
import { isActionEntry, type ProposalBook } from './approvals';
import type { GateWorld } from './gateWorld';
import { judge } from './guard';
import type { Judging } from './judging';
import type { Regression } from './regressions';
import { revertOf, revertOfEarlier } from './reverts';
import { settled } from './rules/control';
import { freshData } from './rules/freshness';
import { actionInterval, cooldown, rate } from './rules/pace';
import type { Wish } from './wish';

export interface RevertingPorts {
  world: Pick<GateWorld, 'clock'>;
  book: ProposalBook;
  judging: Judging;
  record(event: JournalEvent): void;
  submit(wish: Wish): Promise<Proposal>;
}

/** Denials that pass with time; a revert waits for them. After a start there are no metrics for a moment. */
const PASSING = [settled, freshData, actionInterval, cooldown, rate].map((rule) => rule.name);

/** What was found longer ago people have had the time to look at, ms of cluster time. */
const REMEMBERED_MS = 3_600_000;

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

  /**
   * Goes on with what an earlier run would have taken back. Each is judged as things are now, and what somebody has
   * changed since is refused: the write tests what the action had left.
   */
  restore(regressions: readonly Regression[]): void {
    const nowMs = this.#ports.world.clock.nowMs();
    for (const regression of regressions) {
      if (nowMs - regression.atMs >= REMEMBERED_MS) continue;
      const revert = revertOfEarlier(regression);
      if (revert) this.#reverts.set(workloadId(revert.workload), revert);
    }
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
    const input = judging.action(wish, Number.POSITIVE_INFINITY, null);
    const verdict = judge(input);
    // A pause passes too; a stop has withdrawn what was planned.
    const passes = PASSING.includes(verdict.rule) || input.control.kind === 'paused';
    if (verdict.outcome === 'deny' && passes) return;
    this.#reverts.delete(id);
    await submit(wish);
  }
}
