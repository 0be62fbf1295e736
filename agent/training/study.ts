import { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { CoxswainError } from '../protocol';
import { type Observation, suggestPoints } from '../rl/tuning/bayesianOptimiser';
import type { Point, SearchSpace } from '../rl/tuning/searchSpace';

/** One evaluation of a point. */
export interface Trial {
  id: number;
  point: Point;
  state: 'running' | 'done' | 'failed';
  /** Less is better; null until it is done. */
  value: number | null;
  /** Why it failed. */
  problem: string | null;
}

export interface StudyDefinition {
  name: string;
  space: SearchSpace;
  seed: number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS study (name TEXT PRIMARY KEY, definition TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS trial (
    id INTEGER PRIMARY KEY,
    study TEXT NOT NULL REFERENCES study (name),
    point TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    value REAL,
    problem TEXT
  ) STRICT;
`;

const TrialRow = z.object({
  id: z.number().int(),
  point: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  value: z.number().nullable(),
  problem: z.string().nullable(),
});
const StoredPoint = z.record(z.string(), z.number());

/**
 * A search for the best parameters that outlives the process: each trial is in an SQLite file when it begins and
 * when it ends. What ran when the process died is evaluated again, so a resumed study finds the same points as one
 * that was not interrupted.
 */
export class Study {
  readonly #database: DatabaseSync;
  readonly #definition: StudyDefinition;

  /** @throws CoxswainError `config-invalid` where the file holds a study of that name with another space or seed */
  static open(path: string, definition: StudyDefinition): Study {
    const database = openDatabase(path);
    const text = JSON.stringify(definition);
    const row = database.prepare('SELECT definition FROM study WHERE name = ?').get(definition.name);
    if (row && row.definition !== text) {
      database.close();
      throw new CoxswainError(
        'config-invalid',
        `${path} holds a study "${definition.name}" with other parameters, bounds or seed.`,
        'Give the study another name, or use the parameters it was begun with.',
      );
    }
    if (!row) database.prepare('INSERT INTO study VALUES (?, ?)').run(definition.name, text);
    return new Study(database, definition);
  }

  private constructor(database: DatabaseSync, definition: StudyDefinition) {
    this.#database = database;
    this.#definition = definition;
  }

  trials(): Trial[] {
    const rows = this.#database
      .prepare('SELECT id, point, state, value, problem FROM trial WHERE study = ? ORDER BY id')
      .all(this.#definition.name);
    return rows.map((row) => {
      const trial = TrialRow.parse(row);
      return { ...trial, point: StoredPoint.parse(JSON.parse(trial.point)) };
    });
  }

  /** The best that was found, or null. */
  best(): Trial | null {
    const done = this.trials().filter(({ state }) => state === 'done');
    return done.reduce<Trial | null>(
      (best, trial) => (best === null || (trial.value ?? 0) < (best.value ?? 0) ? trial : best),
      null,
    );
  }

  /** Evaluates until `trials` have ended, `parallel` at a time. What fails is kept, and not looked at again. */
  async run(options: {
    trials: number;
    parallel: number;
    evaluate(point: Point, id: number): Promise<number>;
    onTrial?(trial: Trial): void;
    signal?: AbortSignal;
  }): Promise<void> {
    for (;;) {
      options.signal?.throwIfAborted();
      const trials = this.trials();
      const interrupted = trials.filter(({ state }) => state === 'running');
      const left = options.trials - (trials.length - interrupted.length);
      if (left <= 0) return;
      const count = Math.min(options.parallel, left);
      const batch = interrupted.length > 0 ? interrupted.slice(0, count) : this.#begin(count);
      // All of them come to their end, also where one is stopped: nothing runs on behind the study.
      const ended = await Promise.allSettled(batch.map((trial) => this.#evaluate(trial, options)));
      for (const result of ended) if (result.status === 'rejected') throw result.reason;
    }
  }

  close(): void {
    this.#database.close();
  }

  #begin(count: number): Trial[] {
    const trials = this.trials();
    const done = trials.flatMap(({ value }) => value ?? []);
    // What failed counts as the worst that was seen, so that the search stays away from it.
    const worst = done.length > 0 ? Math.max(...done) : 0;
    const known = trials.map(({ point, value }): Observation => ({ point, value: value ?? worst }));
    const { space, seed, name } = this.#definition;
    return suggestPoints(space, known, [], count, { seed }).map((point) => {
      const { lastInsertRowid } = this.#database
        .prepare("INSERT INTO trial (study, point, state) VALUES (?, ?, 'running')")
        .run(name, JSON.stringify(point));
      return { id: Number(lastInsertRowid), point, state: 'running', value: null, problem: null };
    });
  }

  async #evaluate(
    trial: Trial,
    options: {
      evaluate(point: Point, id: number): Promise<number>;
      onTrial?(trial: Trial): void;
      signal?: AbortSignal;
    },
  ): Promise<void> {
    const ended = await options.evaluate(trial.point, trial.id).then(
      (value): Trial =>
        Number.isFinite(value)
          ? { ...trial, state: 'done', value }
          : { ...trial, state: 'failed', problem: `its value is ${value}` },
      (error: unknown): Trial => {
        // Being stopped says nothing about the point.
        if (options.signal?.aborted) throw error;
        return { ...trial, state: 'failed', problem: error instanceof Error ? error.message : String(error) };
      },
    );
    this.#database
      .prepare('UPDATE trial SET state = ?, value = ?, problem = ? WHERE id = ?')
      .run(ended.state, ended.value, ended.problem, ended.id);
    options.onTrial?.(ended);
  }
}

function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA journal_mode = WAL');
    database.exec(SCHEMA);
    return database;
  } catch (error) {
    database.close();
    throw new CoxswainError(
      'config-invalid',
      `${path} cannot be used as a study: ${error instanceof Error ? error.message : String(error)}`,
      'Name a file that does not exist yet, or one that `coxswain tune` has written.',
      { cause: error },
    );
  }
}
