import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CoxswainError, ExperimentRun } from '../../protocol';
import { writeAtomically } from '../../training/atomicFile';

/** Ids are ours; a request may bring anything. */
const ID = /^[0-9a-zA-Z-]{1,64}$/;

/** With the schedule's usual five minutes those of three days. */
const KEPT_FILES = 1000;

/**
 * The journals of the runs on one cluster, a JSON file each. A file is whole at any time, so that a killed agent
 * leaves what it knew.
 */
export class RunStore {
  readonly #directory: string;
  readonly #kept: number;

  /** @param kept so many are kept; the ones that were changed longest ago make room */
  constructor(directory: string, kept = KEPT_FILES) {
    this.#directory = directory;
    this.#kept = kept;
  }

  /** @throws CoxswainError `disk-full` */
  save(run: ExperimentRun): void {
    const path = join(this.#directory, `${run.id}.json`);
    if (!existsSync(path)) this.#makeRoom();
    const text = `${JSON.stringify(run, null, 2)}\n`;
    writeAtomically(path, [new TextEncoder().encode(text)]);
  }

  /** @throws CoxswainError `not-found` */
  get(id: string): ExperimentRun {
    const run = ID.test(id) ? this.#read(`${id}.json`) : null;
    if (run) return run;
    throw new CoxswainError(
      'not-found',
      `There is no run ${id}.`,
      'Look at the runs in `coxswain chaos runs`.',
    );
  }

  /** Newest last; what cannot be read is left out. */
  latest(count: number): ExperimentRun[] {
    return this.#names()
      .flatMap((name) => this.#read(name) ?? [])
      .sort((a, b) => a.startedAtMs - b.startedAtMs)
      .slice(-count);
  }

  #makeRoom(): void {
    const names = this.#names();
    if (names.length < this.#kept) return;
    const dated = names.flatMap((name) => {
      const path = join(this.#directory, name);
      const changedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
      return changedMs === undefined ? [] : [{ path, changedMs }];
    });
    const oldest = dated.sort((a, b) => a.changedMs - b.changedMs).slice(0, 1 + names.length - this.#kept);
    for (const { path } of oldest) rmSync(path, { force: true });
  }

  #names(): string[] {
    try {
      return readdirSync(this.#directory).filter((name) => name.endsWith('.json'));
    } catch {
      return [];
    }
  }

  #read(name: string): ExperimentRun | null {
    try {
      return ExperimentRun.parse(JSON.parse(readFileSync(join(this.#directory, name), 'utf8')));
    } catch {
      return null;
    }
  }
}
