import type { ActionKind, JournalEvent, OutcomeKind, Verdict } from '../../protocol';

/** What became of one wish to act. */
export interface ActionEnd {
  kind: ActionKind;
  verdict: Verdict['outcome'];
  outcome: OutcomeKind | 'denied' | 'rejected' | 'expired' | 'outdated' | 'failed';
}

interface Wish {
  kind: ActionKind;
  verdict: Verdict['outcome'];
}

/** Wishes that wait at the same time; each is forgotten at its end, so that there are few. */
const KEPT_WISHES = 1000;

/** Follows each wish to act through the journal, to its one end. */
export class ActionEnds {
  /** By proposal. */
  readonly #wishes = new Map<string, Wish>();
  /** Proposal of the transactions that are under way. */
  readonly #transactions = new Map<string, string>();

  /** The end that an event is, or null. */
  observe(event: JournalEvent): ActionEnd | null {
    switch (event.kind) {
      case 'verdict':
        remember(this.#wishes, event.proposalId, { kind: event.action.kind, verdict: event.verdict.outcome });
        return event.verdict.outcome === 'deny' ? this.#end(event.proposalId, 'denied') : null;
      case 'rejected':
        return this.#end(event.proposalId, 'rejected');
      case 'lapsed':
        return this.#end(event.proposalId, event.state);
      case 'intent':
        if (event.proposalId !== null) remember(this.#transactions, event.transactionId, event.proposalId);
        return null;
      case 'result':
        return this.#transactionEnded(event.transactionId, event.result);
      case 'outcome':
        return this.#end(event.proposalId, event.outcome);
      default:
        return null;
    }
  }

  /** What was done is measured later. */
  #transactionEnded(
    id: string,
    result: Extract<JournalEvent, { kind: 'result' }>['result'],
  ): ActionEnd | null {
    const proposalId = this.#transactions.get(id);
    this.#transactions.delete(id);
    const isFailure = result === 'failed' || result === 'not-done';
    return proposalId !== undefined && isFailure ? this.#end(proposalId, 'failed') : null;
  }

  #end(proposalId: string, outcome: ActionEnd['outcome']): ActionEnd | null {
    const wish = this.#wishes.get(proposalId);
    this.#wishes.delete(proposalId);
    return wish ? { ...wish, outcome } : null;
  }
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > KEPT_WISHES && oldest !== undefined) map.delete(oldest);
}
