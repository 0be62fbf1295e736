import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CoxswainError } from '../protocol';
import { createPrivately } from './privateFile';
import { isBusy } from './sqliteErrors';

/**
 * Holds a journal directory for this process until `release`. The lock is an exclusive SQLite transaction on a
 * database of its own: the operating system lets go of it when the process dies, however it dies, so that no lock is
 * ever left behind. The pid beside it only serves the message.
 *
 * @throws CoxswainError `journal-locked` where a living agent holds it.
 */
export function lockDirectory(directory: string): { release(): void } {
  const pidPath = join(directory, 'agent.pid');
  const lockPath = join(directory, 'lock.db');
  createPrivately(lockPath);
  const database = new DatabaseSync(lockPath, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw isBusy(error) ? lockedError(directory, readPid(pidPath)) : error;
  }
  writeFileSync(pidPath, `${process.pid}\n`, { mode: 0o600 });
  return { release: () => database.close() };
}

function lockedError(directory: string, pid: string): CoxswainError {
  return new CoxswainError(
    'journal-locked',
    `The journal in ${directory} is in use by another Coxswain agent (pid ${pid}).`,
    'Use that agent, end it, or set `journal.directory` in coxswain.yaml to another folder.',
  );
}

function readPid(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return 'unknown';
  }
}
