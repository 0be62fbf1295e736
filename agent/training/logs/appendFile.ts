import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { withDiskErrors } from '../diskErrors';

/** A file that only grows. */
export class AppendFile {
  readonly path: string;
  readonly #file: number;
  #isClosed = false;

  constructor(path: string) {
    this.path = path;
    this.#file = withDiskErrors(path, () => {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      return openSync(path, 'a', 0o600);
    });
  }

  /** @throws CoxswainError `disk-full` */
  append(bytes: Uint8Array): void {
    withDiskErrors(this.path, () => {
      for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written);
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    closeSync(this.#file);
  }
}
