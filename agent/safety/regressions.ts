import type { OutcomeKind } from '../protocol';
import type { BegunTransaction } from './ledger';

/** An action that has made things worse, and was not taken back. */
export interface Regression {
  transaction: BegunTransaction;
  /** What it has made worse, in words. */
  harm: string;
  /** When that was found, cluster time. */
  atMs: number;
}

/**
 * The actions that wait to be taken back, from the journal's rows alone, so that a restart forgets none. Only the last
 * action on a workload counts: after another one nobody knows any more what has led to what.
 */
export class Regressions {
  /** By workload. */
  readonly #last = new Map<
    string,
    { transaction: BegunTransaction; found: Omit<Regression, 'transaction'> | null }
  >();

  /** Something is done to the workload: something new, or what takes the last thing back. */
  begun(workloadId: string): void {
    this.#last.delete(workloadId);
  }

  done(transaction: BegunTransaction): void {
    this.#last.set(transaction.workloadId, { transaction, found: null });
  }

  measured(workloadId: string, proposalId: string, outcome: OutcomeKind, harm: string, atMs: number): void {
    const last = this.#last.get(workloadId);
    if (!last || last.transaction.proposalId !== proposalId) return;
    if (outcome === 'regressed') this.#last.set(workloadId, { ...last, found: { harm, atMs } });
    else this.#last.delete(workloadId);
  }

  /** A person has said no to something on the workload, or has let it lapse. */
  answered(workloadId: string): void {
    this.#last.delete(workloadId);
  }

  /** Everything that waited was withdrawn. */
  withdrawn(): void {
    for (const [id, { found }] of this.#last) if (found) this.#last.delete(id);
  }

  waiting(): readonly Regression[] {
    return [...this.#last.values()].flatMap(({ transaction, found }) =>
      found ? [{ transaction, ...found }] : [],
    );
  }
}
