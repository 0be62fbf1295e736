import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { Calibration, CoxswainError, KEPT_CALIBRATIONS } from '../protocol';
import { writeAtomically } from '../training/atomicFile';

const Stored = z.array(Calibration);

/** The results of calibrations, in one file of the state directory. */
export class CalibrationFile {
  readonly #path: string;

  constructor(stateDirectory: string) {
    this.#path = join(stateDirectory, 'calibrations.json');
  }

  /** Newest last. @throws CoxswainError `config-invalid` where the file is not what was written */
  read(): Calibration[] {
    if (!existsSync(this.#path)) return [];
    try {
      return Stored.parse(JSON.parse(readFileSync(this.#path, 'utf8')));
    } catch (error) {
      const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
      throw new CoxswainError(
        'config-invalid',
        `The results of earlier calibrations in ${this.#path} cannot be read: ${why}`,
        'Remove the file, or calibrate again: the next result takes its place.',
        { cause: error },
      );
    }
  }

  /** In the place of the one of the same workload or trace. @throws CoxswainError `disk-full` */
  add(calibration: Calibration): void {
    const others = this.#readOrNone().filter(({ title }) => title !== calibration.title);
    const kept = [...others, calibration].slice(-KEPT_CALIBRATIONS);
    writeAtomically(this.#path, [Buffer.from(`${JSON.stringify(kept)}\n`)]);
  }

  #readOrNone(): Calibration[] {
    try {
      return this.read();
    } catch {
      return [];
    }
  }
}
