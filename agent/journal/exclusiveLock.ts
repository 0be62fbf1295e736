import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { CoxswainError } from '../protocol';
import { createPrivately } from './privateFile';
import { isBusy } from './sqliteErrors';

/** Kept here: a database that is garbage-collected is closed, and its lock with it. */
const held = new Set<DatabaseSync>();

/**
 * Holds a directory for this process until `release`. The lock is an exclusive SQLite transaction on a database of
 * its own: the operating system lets go of it when the process dies, however it dies, so that no lock is ever left
 * behind. The pid beside it only serves the message.
 *
 * @throws what `lockedError` makes, where a living process still holds it after `timeoutMs`
 */
export function holdExclusively(
  directory: string,
  {
    pidFile,
    timeoutMs,
    lockedError,
  }: { pidFile: string; timeoutMs: number; lockedError(pid: string): CoxswainError },
): { release(): void } {
  const pidPath = join(directory, pidFile);
  const lockPath = join(directory, 'lock.db');
  createPrivately(lockPath);
  const database = new DatabaseSync(lockPath, { timeout: timeoutMs });
  try {
    database.exec('BEGIN EXCLUSIVE');
    writeFileSync(pidPath, `${process.pid}\n`, { mode: 0o600 });
  } catch (error) {
    database.close();
    throw isBusy(error) ? lockedError(readPid(pidPath)) : error;
  }
  held.add(database);
  return {
    release: () => {
      held.delete(database);
      database.close();
    },
  };
}

function readPid(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return 'unknown';
  }
}
