import { isCoxswainError, type JournalEvent, type JournalRow, toErrorInfo } from '../../protocol';
import type { PutRightPorts } from './putRight';

type Ports = Pick<PutRightPorts, 'openJournal' | 'log'>;
type OpenJournal = ReturnType<PutRightPorts['openJournal']>;

/** The rows of a keeper: in the journal, or in its log where that cannot be had. Harm does not go on for a journal. */
export class KeeperRows {
  /** Another process has the journal: an agent that is back, or one that hangs. */
  readonly isLocked: boolean;
  readonly #journal: OpenJournal | null;
  readonly #log: Ports['log'];

  static open({ openJournal, log }: Ports): KeeperRows {
    try {
      return new KeeperRows(openJournal(), false, log);
    } catch (error) {
      const isLocked = isCoxswainError(error) && error.code === 'journal-locked';
      if (!isLocked) log(`the journal cannot be written: ${toErrorInfo(error).message}`);
      return new KeeperRows(null, isLocked, log);
    }
  }

  private constructor(journal: OpenJournal | null, isLocked: boolean, log: Ports['log']) {
    this.#journal = journal;
    this.isLocked = isLocked;
    this.#log = log;
  }

  /** Never throws. */
  readonly say = (event: JournalEvent): void => {
    try {
      if (this.#journal) {
        this.#journal.append(event);
        return;
      }
    } catch (error) {
      this.#log(`the journal did not take a row: ${toErrorInfo(error).message}`);
    }
    this.#log(JSON.stringify(event));
  };

  /** The latest row of a kind; null where there is none, or no journal. */
  latest(kind: JournalEvent['kind']): JournalRow | null {
    return this.#journal?.query({ kinds: [kind], limit: 1 })[0] ?? null;
  }

  close(): void {
    this.#journal?.close();
  }
}
