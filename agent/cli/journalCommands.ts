import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type JournalReader, openJournalReader } from '../journal/reader';
import { CoxswainError } from '../protocol';
import { journalDirectory, journalsDirectory } from '../server/stateDirectory';
import { print } from './output';

export interface JournalOptions {
  stateDir: string;
  context?: string;
  directory?: string;
}

export function verifyJournal(options: JournalOptions): void {
  const { reader, directory } = open(options);
  const verification = withReader(reader, () => reader.verify());
  if (verification.ok) {
    print(`${directory}: ${verification.rows} rows, the chain is whole; last hash ${verification.lastHash}`);
    return;
  }
  throw new CoxswainError(
    'journal-corrupt',
    `${directory}: row ${verification.firstBadSeq}: ${verification.why}`,
    'Keep the file as evidence. Move its folder away to start a new journal.',
  );
}

/** One JSON object per line, oldest first. */
export function exportJournal(options: JournalOptions): void {
  const { reader } = open(options);
  withReader(reader, () => {
    for (const line of reader.export()) {
      // The reader has seen enough.
      if (process.stdout.errored) return;
      process.stdout.write(line);
    }
  });
}

function open(options: JournalOptions): { reader: JournalReader; directory: string } {
  const directory = options.directory ?? directoryOf(options);
  return { reader: openJournalReader(directory), directory };
}

function directoryOf({ stateDir, context }: JournalOptions): string {
  if (context !== undefined) return journalDirectory(stateDir, context);
  const names = journalNames(journalsDirectory(stateDir));
  const [only, ...others] = names;
  if (only !== undefined && others.length === 0) return join(journalsDirectory(stateDir), only);
  throw new CoxswainError(
    'usage',
    names.length === 0 ? `There is no journal in ${stateDir}.` : `There are journals of several contexts.`,
    names.length === 0
      ? 'Name the state directory with --state-dir, or the journal’s folder with --directory.'
      : `Name one with --context: ${names.map((name) => decodeURIComponent(name.replace(/\.journal$/, ''))).join(', ')}.`,
  );
}

function journalNames(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => name.endsWith('.journal'));
  } catch {
    return [];
  }
}

function withReader<T>(reader: JournalReader, use: () => T): T {
  try {
    return use();
  } finally {
    reader.close();
  }
}
