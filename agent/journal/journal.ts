import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock';
import { JournalEvent, type JournalRow } from '../protocol';
import { canonicalJson } from './canonicalJson';
import { GENESIS_HASH, rowHash } from './hashChain';
import { lockDirectory } from './lock';
import { createPrivately } from './privateFile';
import { checkChain, createReader, type JournalReader, pages } from './reader';
import { redactAll } from './redact';
import { ensureSchema } from './schema';
import { corruptError, withJournalErrors } from './sqliteErrors';

/** The record of everything decided and done. One process writes it; nothing in it is ever changed. */
export interface Journal extends JournalReader {
  /**
   * Adds a row; when it returns, the row is on the disk. Credentials in its texts are blacked out first.
   *
   * @throws CoxswainError `internal` where the disk refuses; then nothing was added.
   */
  append(event: JournalEvent): JournalRow;
  /** Called after each append, by a listener that must not throw; returns a function that ends it. */
  onAppend(listener: (row: JournalRow) => void): () => void;
}

/**
 * WAL lets readers in while the agent writes; `synchronous=FULL` puts each commit on the disk before it returns,
 * and `fullfsync` does so on macOS, where a plain fsync stops at the drive's cache.
 */
const DURABLE = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;';

/** How many of the last rows are checked at the start; `verify` checks all. */
const CHECKED_AT_START = 1000;

/**
 * Opens the journal in `directory`, which is made where it is missing, and holds it for this process.
 *
 * @param clock gives the rows their cluster time.
 * @throws CoxswainError `journal-locked`, `journal-corrupt`.
 */
export function openJournal({ directory, clock }: { directory: string; clock: Clock }): Journal {
  return withJournalErrors(directory, () => {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const lock = lockDirectory(directory);
    try {
      return openLocked(directory, clock, lock.release);
    } catch (error) {
      lock.release();
      throw error;
    }
  });
}

function openLocked(directory: string, clock: Clock, release: () => void): Journal {
  const database = openDatabase(directory);
  try {
    database.exec(DURABLE);
    ensureSchema(database, directory);
    return new SqliteJournal(database, directory, clock, release);
  } catch (error) {
    database.close();
    throw error;
  }
}

class SqliteJournal implements Journal {
  readonly query: JournalReader['query'];
  readonly since: JournalReader['since'];
  readonly verify: JournalReader['verify'];
  readonly export: JournalReader['export'];
  readonly #database: DatabaseSync;
  readonly #directory: string;
  readonly #clock: Clock;
  readonly #release: () => void;
  readonly #insert;
  readonly #listeners = new Set<(row: JournalRow) => void>();
  #last: { seq: number; hash: string };

  constructor(database: DatabaseSync, directory: string, clock: Clock, release: () => void) {
    ({
      query: this.query,
      since: this.since,
      verify: this.verify,
      export: this.export,
    } = createReader(database, directory));
    this.#database = database;
    this.#directory = directory;
    this.#clock = clock;
    this.#release = release;
    this.#last = checkedEnd(database, directory);
    this.#insert = database.prepare('INSERT INTO journal (seq, at_ms, hash, event) VALUES (?, ?, ?, ?)');
  }

  append(event: JournalEvent): JournalRow {
    const seq = this.#last.seq + 1;
    const atMs = this.#clock.nowMs();
    const kept = JournalEvent.parse(redactAll(event));
    const text = canonicalJson(kept);
    const hash = rowHash(this.#last.hash, seq, atMs, text);
    withJournalErrors(this.#directory, () => this.#insert.run(seq, atMs, hash, text));
    this.#last = { seq, hash };
    const row = { seq, atMs, hash, event: kept };
    for (const listener of this.#listeners) listener(row);
    return row;
  }

  onAppend(listener: (row: JournalRow) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#database.close();
    this.#release();
  }
}

function openDatabase(directory: string): DatabaseSync {
  const path = join(directory, 'journal.db');
  createPrivately(path);
  return new DatabaseSync(path, { timeout: 5000 });
}

/** Number and hash of the last row, after a look at the chain of the last rows. */
function checkedEnd(database: DatabaseSync, directory: string): { seq: number; hash: string } {
  const last = Number(database.prepare('SELECT coalesce(max(seq), 0) AS seq FROM journal').get()?.seq);
  const start = Math.max(0, last - CHECKED_AT_START);
  const before = database.prepare('SELECT hash FROM journal WHERE seq = ?').get(start)?.hash;
  const chain = checkChain(pages(database, start), start, String(before ?? GENESIS_HASH));
  if (!chain.ok) throw corruptError(directory, chain.why);
  return { seq: chain.rows, hash: chain.lastHash };
}
