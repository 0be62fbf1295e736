import { isCoxswainError, type JournalEvent, toErrorInfo } from '../../protocol';
import type { PutRightPorts } from './putRight';

type Ports = Pick<PutRightPorts, 'openJournal' | 'readJournal' | 'log'>;
type OpenJournal = ReturnType<PutRightPorts['openJournal']>;

/** So many of the last connections are looked at. */
const REMEMBERED_CONNECTIONS = 1000;

/** The rows of a keeper: in the journal, or in its log where that cannot be had. Harm does not go on for a journal. */
export class KeeperRows {
  /** Another process has the journal: an agent that is back, or one that hangs. */
  readonly isLocked: boolean;
  readonly #journal: OpenJournal | null;
  readonly #ports: Ports;

  static open(ports: Ports): KeeperRows {
    const { openJournal, log } = ports;
    try {
      return new KeeperRows(openJournal(), false, ports);
    } catch (error) {
      const isLocked = isCoxswainError(error) && error.code === 'journal-locked';
      if (!isLocked) log(`the journal cannot be written: ${toErrorInfo(error).message}`);
      return new KeeperRows(null, isLocked, ports);
    }
  }

  private constructor(journal: OpenJournal | null, isLocked: boolean, ports: Ports) {
    this.#journal = journal;
    this.isLocked = isLocked;
    this.#ports = ports;
  }

  /** Never throws. */
  readonly say = (event: JournalEvent): void => {
    try {
      if (this.#journal) {
        this.#journal.append(event);
        return;
      }
    } catch (error) {
      this.#ports.log(`the journal did not take a row: ${toErrorInfo(error).message}`);
    }
    this.#ports.log(JSON.stringify(event));
  };

  /**
   * Whether another agent that has connected to a context since a row is there, or has ended in order: of one that has
   * died nobody knows how far it got. One journal may be that of several clusters. Of one that another process has, and
   * that cannot be read, it is taken for granted.
   */
  hasSuccessor(context: string, sinceSeq: number): boolean {
    try {
      if (this.#journal) return hasEnded(this.#journal, connectedSeq(this.#journal, context, sinceSeq));
      if (!this.isLocked) return false;
      const reader = this.#ports.readJournal();
      try {
        return connectedSeq(reader, context, sinceSeq) !== null;
      } finally {
        reader.close();
      }
    } catch (error) {
      this.#ports.log(`the journal cannot be read: ${toErrorInfo(error).message}`);
      return this.isLocked;
    }
  }

  close(): void {
    this.#journal?.close();
  }
}

type Query = Pick<OpenJournal, 'query'>;

/** The last connection to a context since a row; null without one. */
function connectedSeq({ query }: Query, context: string, sinceSeq: number): number | null {
  const rows = query({ kinds: ['connected'], limit: REMEMBERED_CONNECTIONS });
  const last = rows.find(({ event }) => event.kind === 'connected' && event.context === context);
  return last && last.seq > sinceSeq ? last.seq : null;
}

/** The agent that has connected by a row has ended in order: the journal is its own for as long as it is there. */
function hasEnded({ query }: Query, seq: number | null): boolean {
  if (seq === null) return false;
  const next = query({ kinds: ['agent-started', 'agent-stopped'], limit: REMEMBERED_CONNECTIONS })
    .filter((row) => row.seq > seq)
    .at(-1);
  return next?.event.kind === 'agent-stopped';
}
