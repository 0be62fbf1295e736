import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { CoxswainError, type TaskName } from '../../protocol';

/** One step of a workload under a policy, in the numbers of its contract. */
export interface Transition {
  /** Of state and next state, for example `heal/54` or `scale/36`. */
  spec: string;
  state: readonly number[];
  /** Index of the action space. */
  action: number;
  reward: number;
  nextState: readonly number[];
  /** Nothing comes after it. A mere end of looking is none. */
  terminated: boolean;
  /** The workload that it is of, or who has sent it. */
  source: string;
  /** Cluster time of its end. */
  atMs: number;
}

/** Of the file; another one is set aside. */
const SCHEMA_VERSION = 1;
const MOST_TRANSITIONS = 100_000;
/** Cut down to the most only now and then. */
const TRIM_EVERY = 1000;

/**
 * Experience to learn from, the newest 100,000 transitions of each contract, in one SQLite file for all tasks and all
 * clusters of a user. Numbers are kept as 32-bit floats. It is no record of anything: what is lost with a crash is lost.
 */
export class ExperienceStore {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #most: number;
  #untrimmed = 0;

  /** @throws CoxswainError `disk-full` or `model-invalid` where it cannot be opened */
  constructor(stateDirectory: string, most = MOST_TRANSITIONS) {
    const path = join(stateDirectory, 'experience.sqlite');
    this.#most = most;
    try {
      mkdirSync(stateDirectory, { recursive: true, mode: 0o700 });
      this.#database = open(path);
    } catch (cause) {
      throw new CoxswainError(
        'model-invalid',
        `The experience in ${path} cannot be opened: ${(cause as Error).message}.`,
        'Move the file aside: what was learned from is lost, no policy is.',
        { cause },
      );
    }
    this.#insert = this.#database.prepare(
      'INSERT INTO transitions (spec, state, action, reward, next_state, terminated, source, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
  }

  /** All of them or none. @throws Error of SQLite, for example where the disk is full */
  add(transitions: readonly Transition[]): void {
    this.#database.exec('BEGIN');
    try {
      for (const { spec, state, action, reward, nextState, terminated, source, atMs } of transitions) {
        const row = [
          spec,
          toBlob(state),
          action,
          reward,
          toBlob(nextState),
          terminated ? 1 : 0,
          source,
          atMs,
        ];
        this.#insert.run(...row);
      }
      this.#database.exec('COMMIT');
    } catch (error) {
      // A transaction that stays open would refuse all that comes later, and lock the file for other agents.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
    this.#untrimmed += transitions.length;
    if (this.#untrimmed >= Math.min(TRIM_EVERY, this.#most)) this.#trim();
  }

  /** Of these contracts. */
  count(...specs: readonly string[]): number {
    const one = this.#database.prepare('SELECT COUNT(*) AS count FROM transitions WHERE spec = ?');
    return specs.reduce((sum, spec) => sum + Number(one.get(spec)?.count ?? 0), 0);
  }

  /** Oldest first, at most so many of the newest. */
  newest(spec: string, limit: number): Transition[] {
    const rows = this.#database
      .prepare('SELECT * FROM transitions WHERE spec = ? ORDER BY id DESC LIMIT ?')
      .all(spec, limit);
    return rows.reverse().map((row) => ({
      spec: String(row.spec),
      state: fromBlob(row.state),
      action: Number(row.action),
      reward: Number(row.reward),
      nextState: fromBlob(row.next_state),
      terminated: Number(row.terminated) === 1,
      source: String(row.source),
      atMs: Number(row.at_ms),
    }));
  }

  /** What the learner of a task has to remember from one start to the next, as JSON. */
  readNote(task: TaskName): string | null {
    const row = this.#database.prepare('SELECT text FROM notes WHERE name = ?').get(task);
    return row ? String(row.text) : null;
  }

  writeNote(task: TaskName, text: string): void {
    this.#database.prepare('INSERT OR REPLACE INTO notes (name, text) VALUES (?, ?)').run(task, text);
  }

  close(): void {
    this.#database.close();
  }

  /** By contract, so that a task which makes more experience than another does not push that one's out. */
  #trim(): void {
    this.#untrimmed = 0;
    const specs = this.#database.prepare('SELECT DISTINCT spec FROM transitions').all();
    const oldest = 'SELECT id FROM transitions WHERE spec = ? ORDER BY id DESC LIMIT 1 OFFSET ?';
    const trim = this.#database.prepare(`DELETE FROM transitions WHERE spec = ? AND id <= (${oldest})`);
    for (const { spec } of specs) trim.run(String(spec), String(spec), this.#most);
  }
}

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 3000;');
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
  if (version > SCHEMA_VERSION) {
    database.close();
    throw new Error(`it was written by a later version of Coxswain (schema ${version})`);
  }
  database.exec(`
    CREATE TABLE IF NOT EXISTS transitions (
      id INTEGER PRIMARY KEY AUTOINCREMENT, spec TEXT NOT NULL, state BLOB NOT NULL, action INTEGER NOT NULL,
      reward REAL NOT NULL, next_state BLOB NOT NULL, terminated INTEGER NOT NULL, source TEXT NOT NULL, at_ms REAL NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS transitions_by_spec ON transitions (spec, id);
    CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
    PRAGMA user_version = ${SCHEMA_VERSION};
  `);
  return database;
}

function toBlob(values: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

function fromBlob(blob: unknown): number[] {
  if (!(blob instanceof Uint8Array)) return [];
  return Array.from(new Float32Array(blob.slice().buffer));
}
