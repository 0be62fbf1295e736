import { CoxswainError, isCoxswainError } from '../protocol';

/** Primary result codes of SQLite, https://sqlite.org/rescode.html. */
const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

export function isBusy(error: unknown): boolean {
  return primaryCode(error) === SQLITE_BUSY;
}

/** Runs `body`; what SQLite throws in it becomes a CoxswainError that names the journal. */
export function withJournalErrors<T>(directory: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (isCoxswainError(error)) throw error;
    throw journalError(directory, error);
  }
}

/** @param what what is wrong, and in which row where that is known. */
export function corruptError(directory: string, what: string, cause?: unknown): CoxswainError {
  return new CoxswainError(
    'journal-corrupt',
    `The journal in ${directory} is damaged: ${what}. Nothing was changed.`,
    'Run `coxswain journal verify` to see the first bad row. To go on, move the folder aside and keep it; the agent then starts a new journal.',
    { cause },
  );
}

function journalError(directory: string, error: unknown): unknown {
  const code = primaryCode(error);
  const message = error instanceof Error ? error.message : String(error);
  if (code === SQLITE_CORRUPT || code === SQLITE_NOTADB) return corruptError(directory, message, error);
  if (code === null && !isFileError(error)) return error;
  return new CoxswainError(
    'internal',
    `The journal in ${directory} cannot be used: ${message}.`,
    'Check that the folder belongs to you and that its disk has room. Nothing is done without a journal.',
    { cause: error },
  );
}

/** Extended codes carry the primary one in their low byte. */
function primaryCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error)) return null;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : null;
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
