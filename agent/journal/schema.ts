import type { DatabaseSync } from 'node:sqlite';
import { corruptError } from './sqliteErrors';

/** "Coxs" in ASCII: tells our file from any other SQLite database. */
const APPLICATION_ID = 0x436f7873;
const VERSION = 1;

/** `kind` and `workload_id` follow from the event, so that they can never say something else. */
const CREATE = `
  BEGIN IMMEDIATE;
  CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    at_ms REAL NOT NULL,
    hash TEXT NOT NULL,
    event TEXT NOT NULL,
    kind TEXT GENERATED ALWAYS AS (event ->> '$.kind') VIRTUAL,
    workload_id TEXT GENERATED ALWAYS AS (event ->> '$.workloadId') VIRTUAL
  ) STRICT;
  CREATE INDEX journal_kind ON journal (kind, seq);
  CREATE INDEX journal_workload ON journal (workload_id, seq);
  CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
  CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${VERSION};
  COMMIT;
`;

/** Makes the table in an empty database; refuses one that is not ours. */
export function ensureSchema(database: DatabaseSync, directory: string): void {
  const tables = database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get();
  if (tables?.tables === 0) database.exec(CREATE);
  checkSchema(database, directory);
}

/** @throws CoxswainError `journal-corrupt` where the file is no journal that this version reads. */
export function checkSchema(database: DatabaseSync, directory: string): void {
  const application = database.prepare('PRAGMA application_id').get()?.application_id;
  const version = database.prepare('PRAGMA user_version').get()?.user_version;
  if (application !== APPLICATION_ID) throw corruptError(directory, 'journal.db is no Coxswain journal');
  if (version !== VERSION) {
    throw corruptError(directory, `it has format ${version}, and this version reads format ${VERSION}`);
  }
}
