import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../clock';
import { CoxswainError, type JournalEvent } from '../protocol';
import { type Journal, openJournal } from './journal';
import { openJournalReader } from './reader';

let directory: string;
let nowMs: number;
const open: { close(): void }[] = [];
const clock: Clock = { rate: 1, nowMs: () => nowMs, schedule: () => () => {} };

beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'coxswain-journal-')), 'journal');
  nowMs = 1000;
});

afterEach(() => {
  for (const handle of open.splice(0)) handle.close();
  rmSync(join(directory, '..'), { recursive: true, force: true });
});

function start(): Journal {
  const journal = openJournal({ directory, clock });
  open.push(journal);
  return journal;
}

function stop(journal: Journal): void {
  open.splice(open.indexOf(journal), 1);
  journal.close();
}

/** Changes the file as somebody with an editor would. */
function tamper(sql: string): void {
  const database = new DatabaseSync(join(directory, 'journal.db'));
  database.exec(`DROP TRIGGER journal_no_update; DROP TRIGGER journal_no_delete; ${sql}`);
  database.close();
}

function warning(text: string, workloadId: string | null = null): JournalEvent {
  return { kind: 'warning', workloadId, text };
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof CoxswainError) return error.code;
    throw error;
  }
  return 'nothing thrown';
}

describe('the journal', () => {
  it('numbers rows from one, gives them the time of the cluster and tells its listeners', () => {
    const journal = start();
    const heard: number[] = [];
    const stopListening = journal.onAppend((row) => heard.push(row.seq));
    const first = journal.append(warning('one'));
    nowMs = 2000.5;
    journal.append(warning('two'));
    stopListening();
    journal.append(warning('three'));
    expect(first).toMatchObject({ seq: 1, atMs: 1000, event: warning('one') });
    expect(journal.since(1).map((row) => [row.seq, row.atMs])).toEqual([
      [2, 2000.5],
      [3, 2000.5],
    ]);
    expect(heard).toEqual([1, 2]);
  });

  it('goes on with the chain after a restart', () => {
    const before = start();
    const rows = [before.append(warning('one')), before.append(warning('two'))];
    stop(before);
    const after = start();
    rows.push(after.append(warning('three')));
    expect(after.since(0)).toEqual(rows);
    expect(after.verify()).toEqual({ ok: true, rows: 3, lastHash: rows[2]?.hash });
  });

  it('filters by workload, kind, text and position, newest first', () => {
    const journal = start();
    journal.append(warning('slow', 'shop/Deployment/cart'));
    journal.append({ kind: 'mode-changed', mode: 'auto', by: 'ada' });
    journal.append(warning('Slow again', 'shop/Deployment/web'));
    const seqs = (filter: Parameters<Journal['query']>[0]) => journal.query(filter).map((row) => row.seq);
    expect(seqs({})).toEqual([3, 2, 1]);
    expect(seqs({ limit: 2 })).toEqual([3, 2]);
    expect(seqs({ beforeSeq: 3 })).toEqual([2, 1]);
    expect(seqs({ workloadId: 'shop/Deployment/cart' })).toEqual([1]);
    expect(seqs({ kinds: ['mode-changed'] })).toEqual([2]);
    expect(seqs({ text: 'SLOW' })).toEqual([3, 1]);
    expect(seqs({ text: 'slow', limit: 1 })).toEqual([3]);
    expect(seqs({ text: 'by ada' })).toEqual([2]);
  });

  it('refuses to change or delete a row', () => {
    const journal = start();
    journal.append(warning('one'));
    const database = new DatabaseSync(join(directory, 'journal.db'));
    open.push(database);
    expect(() => database.exec("UPDATE journal SET event = '{}'")).toThrow('append-only');
    expect(() => database.exec('DELETE FROM journal')).toThrow('append-only');
  });

  it('names the first row that was changed, removed or put in', () => {
    const journal = start();
    for (const text of ['one', 'two', 'three', 'four']) journal.append(warning(text));
    tamper(`UPDATE journal SET event = replace(event, 'two', 'ten') WHERE seq = 2`);
    expect(journal.verify()).toMatchObject({ ok: false, firstBadSeq: 2 });
  });

  it('names a row that is missing', () => {
    const journal = start();
    for (const text of ['one', 'two', 'three']) journal.append(warning(text));
    tamper('DELETE FROM journal WHERE seq = 2');
    expect(journal.verify()).toEqual({ ok: false, firstBadSeq: 2, why: 'row 2 is missing' });
  });

  it('does not start on a chain that is broken', () => {
    const journal = start();
    for (const text of ['one', 'two', 'three']) journal.append(warning(text));
    stop(journal);
    const database = new DatabaseSync(join(directory, 'journal.db'));
    database.exec('DROP TRIGGER journal_no_update; UPDATE journal SET at_ms = 5 WHERE seq = 3');
    database.close();
    expect(codeOf(start)).toBe('journal-corrupt');
  });

  it('reports a file that is no journal and leaves it as it is', () => {
    stop(start());
    const path = join(directory, 'journal.db');
    const garbage = Buffer.from('this is not a database, but somebody may still need it\n'.repeat(40));
    writeFileSync(path, garbage);
    expect(codeOf(start)).toBe('journal-corrupt');
    expect(codeOf(() => openJournalReader(directory))).toBe('journal-corrupt');
    expect(readFileSync(path)).toEqual(garbage);
  });

  it('reports another program’s database and leaves it as it is', () => {
    stop(start());
    const path = join(directory, 'journal.db');
    rmSync(path);
    const other = new DatabaseSync(path);
    other.exec('CREATE TABLE notes (text TEXT)');
    other.close();
    expect(codeOf(start)).toBe('journal-corrupt');
    const again = new DatabaseSync(path);
    expect(again.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'notes' }]);
    again.close();
  });

  it('lets a reader in while the agent writes, and after it has ended', () => {
    const journal = start();
    journal.append(warning('one'));
    const reader = openJournalReader(directory);
    open.push(reader);
    journal.append(warning('two'));
    expect(reader.query({}).map((row) => row.seq)).toEqual([2, 1]);
    stop(journal);
    const later = openJournalReader(directory);
    open.push(later);
    expect(later.verify()).toMatchObject({ ok: true, rows: 2 });
  });

  it('says that there is no journal where there is none', () => {
    expect(codeOf(() => openJournalReader(directory))).toBe('not-found');
  });

  it('exports one line of JSON for each row, over more than one page', () => {
    const journal = start();
    const rows = Array.from({ length: 1001 }, (_, index) => journal.append(warning(`row ${index}`)));
    const lines = [...journal.export()];
    expect(lines.map((line) => JSON.parse(line))).toEqual(rows);
  });

  it('belongs to its user alone', () => {
    start().append(warning('one'));
    const mode = (name: string) => statSync(join(directory, name)).mode & 0o777;
    expect(mode('.')).toBe(0o700);
    for (const name of ['journal.db', 'journal.db-wal', 'lock.db', 'agent.pid'])
      expect(mode(name), name).toBe(0o600);
  });

  it('keeps credentials in an error message out of the file', () => {
    const journal = start();
    const token = 'sk-planted-0123456789abcdef';
    const row = journal.append(warning(`GET https://api failed: Authorization: Bearer ${token}`));
    expect(row.event).toEqual(warning('GET https://api failed: Authorization: Bearer [redacted]'));
    stop(journal);
    expect(readFileSync(join(directory, 'journal.db')).includes(token)).toBe(false);
  });

  it('refuses an event that could not be read back', () => {
    const journal = start();
    const broken: JournalEvent = {
      kind: 'incident-closed',
      workloadId: 'shop/Deployment/cart',
      incidentId: 'i',
      recoverySeconds: Number.NaN,
      detectionSeconds: null,
      actions: 0,
    };
    expect(() => journal.append(broken)).toThrow();
    expect(journal.append(warning('one')).seq).toBe(1);
  });
});
