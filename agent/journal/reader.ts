import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import * as z from 'zod';
import {
  CoxswainError,
  describeEvent,
  JournalEvent,
  type JournalEventKind,
  type JournalRow,
  workloadOf,
} from '../protocol';
import { GENESIS_HASH, rowHash } from './hashChain';
import { checkSchema } from './schema';
import { corruptError, withJournalErrors } from './sqliteErrors';

/** Which rows are wanted; what is left out does not restrict. */
export interface JournalFilter {
  /** Only rows before this one. */
  beforeSeq?: number | undefined;
  /** At most so many; 100 where absent. */
  limit?: number | undefined;
  workloadId?: string | undefined;
  kinds?: readonly JournalEventKind[] | undefined;
  /** Case-insensitive part of the row as `describeEvent` puts it, or of its workload. */
  text?: string | undefined;
}

export type Verification =
  | { ok: true; rows: number; lastHash: string }
  | { ok: false; firstBadSeq: number; why: string };

export interface JournalReader {
  /** Matching rows, newest first. */
  query(filter: JournalFilter): readonly JournalRow[];
  /** All rows after `seq`, oldest first. */
  since(seq: number): readonly JournalRow[];
  /** Recomputes the whole hash chain. */
  verify(): Verification;
  /** Every row as one line of JSON with its line feed, oldest first. */
  export(): Iterable<string>;
  close(): void;
}

const PAGE_ROWS = 1000;

const StoredRow = z.object({
  seq: z.number().int(),
  at_ms: z.number(),
  hash: z.string(),
  event: z.string(),
});
export type StoredRow = z.infer<typeof StoredRow>;

/**
 * Opens a journal for reading; the agent that writes it may run meanwhile.
 *
 * @throws CoxswainError `not-found`, `journal-corrupt`.
 */
export function openJournalReader(directory: string): JournalReader {
  const path = join(directory, 'journal.db');
  if (!existsSync(path)) {
    throw new CoxswainError(
      'not-found',
      `There is no journal in ${directory}.`,
      'Start the agent once, or name the folder that it uses (`journal.directory` in coxswain.yaml).',
    );
  }
  return withJournalErrors(directory, () => {
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      // While its writer opens or closes it, it is locked for a moment.
      database.exec('PRAGMA busy_timeout = 2000');
      checkSchema(database, directory);
    } catch (error) {
      database.close();
      throw error;
    }
    return createReader(database, directory);
  });
}

/** The reading half of an open database. */
export function createReader(database: DatabaseSync, directory: string): JournalReader {
  return {
    query: (filter) => withJournalErrors(directory, () => [...matching(database, directory, filter)]),
    since: (seq) =>
      withJournalErrors(directory, () => Array.from(pages(database, seq), (row) => parse(row, directory))),
    verify: () => verify(database),
    *export() {
      for (const row of pages(database, 0)) yield `${JSON.stringify(parse(row, directory))}\n`;
    },
    close: () => database.close(),
  };
}

/** The stored rows after `seq`, oldest first. Read page by page, so that no read keeps the log from being folded in. */
export function* pages(database: DatabaseSync, seq: number): Generator<StoredRow, void> {
  const statement = database.prepare(`SELECT * FROM journal WHERE seq > ? ORDER BY seq LIMIT ${PAGE_ROWS}`);
  let lastSeq = seq;
  for (;;) {
    const rows = z.array(StoredRow).parse(statement.all(lastSeq));
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < PAGE_ROWS) return;
    lastSeq = last.seq;
  }
}

/** Checks the chain over `rows`, of which the first comes after a row with that number and hash. */
export function checkChain(rows: Iterable<StoredRow>, afterSeq: number, afterHash: string): Verification {
  let seq = afterSeq;
  let hash = afterHash;
  for (const row of rows) {
    seq += 1;
    if (row.seq !== seq) return { ok: false, firstBadSeq: seq, why: `row ${seq} is missing` };
    hash = rowHash(hash, row.seq, row.at_ms, row.event);
    if (row.hash !== hash) return { ok: false, firstBadSeq: seq, why: `the hash of row ${seq} does not fit` };
  }
  return { ok: true, rows: seq, lastHash: hash };
}

function verify(database: DatabaseSync): Verification {
  let lastRead = 0;
  function* counted() {
    for (const row of pages(database, 0)) {
      lastRead = row.seq;
      yield row;
    }
  }
  try {
    return checkChain(counted(), 0, GENESIS_HASH);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, firstBadSeq: lastRead + 1, why };
  }
}

function* matching(database: DatabaseSync, directory: string, filter: JournalFilter): Generator<JournalRow> {
  const conditions = ['seq < :beforeSeq'];
  const values: Record<string, SQLInputValue> = { beforeSeq: filter.beforeSeq ?? Number.MAX_SAFE_INTEGER };
  if (filter.workloadId !== undefined) {
    conditions.push('workload_id = :workloadId');
    values.workloadId = filter.workloadId;
  }
  if (filter.kinds !== undefined) {
    conditions.push('kind IN (SELECT value FROM json_each(:kinds))');
    values.kinds = JSON.stringify(filter.kinds);
  }
  const statement = database.prepare(
    `SELECT seq, at_ms, hash, event FROM journal WHERE ${conditions.join(' AND ')} ORDER BY seq DESC`,
  );
  let wanted = filter.limit ?? 100;
  for (const stored of statement.iterate(values)) {
    if (wanted === 0) return;
    const row = parse(StoredRow.parse(stored), directory);
    if (filter.text !== undefined && !contains(row, filter.text)) continue;
    wanted -= 1;
    yield row;
  }
}

function contains(row: JournalRow, text: string): boolean {
  const line = describeEvent(row.event);
  const haystack = `${line.label} ${line.text} ${workloadOf(row.event) ?? ''}`;
  return haystack.toLowerCase().includes(text.toLowerCase());
}

function parse(stored: StoredRow, directory: string): JournalRow {
  try {
    const event = JournalEvent.parse(JSON.parse(stored.event));
    return { seq: stored.seq, atMs: stored.at_ms, hash: stored.hash, event };
  } catch (error) {
    throw corruptError(directory, `row ${stored.seq} cannot be read by this version`, error);
  }
}
