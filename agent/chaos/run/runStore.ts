import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CoxswainError, ExperimentRun } from '../../protocol';
import { writeAtomically } from '../../training/atomicFile';

/** Ids are ours; a request may bring anything. */
const ID = /^[0-9a-zA-Z-]{1,64}$/;

/**
 * The journals of the runs on one cluster, a JSON file each. A file is whole at any time, so that a killed agent
 * leaves what it knew.
 */
export class RunStore {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** @throws CoxswainError `disk-full` */
  save(run: ExperimentRun): void {
    const text = `${JSON.stringify(run, null, 2)}\n`;
    writeAtomically(join(this.#directory, `${run.id}.json`), [new TextEncoder().encode(text)]);
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
