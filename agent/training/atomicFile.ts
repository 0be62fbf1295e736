import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { withDiskErrors } from './diskErrors';

/**
 * Puts a file in place in one step: whoever reads it, at any time and after any crash, finds what was there before or
 * all of what is there now. One process at a time may write to a path.
 *
 * @throws CoxswainError `disk-full`; what was there before is then as it was
 */
export function writeAtomically(path: string, chunks: Iterable<Uint8Array>): void {
  // In the same folder, so that renaming is one step; a file left over from a crash is taken away by the next one.
  const temporary = `${path}.tmp`;
  withDiskErrors(path, () => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    try {
      rmSync(temporary, { force: true });
      writeDurably(temporary, chunks);
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
    syncFolder(dirname(path));
  });
}

/** On the disk, not only in its cache, when it returns. */
function writeDurably(path: string, chunks: Iterable<Uint8Array>): void {
  // Never through a link that somebody else has put there.
  const file = openSync(path, 'wx', 0o600);
  try {
    for (const chunk of chunks) writeWhole(file, chunk);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** The operating system may take less than it is given. */
function writeWhole(file: number, chunk: Uint8Array): void {
  for (let written = 0; written < chunk.length; ) written += writeSync(file, chunk, written);
}

/** A new name is on the disk once its folder is. Windows cannot open folders, and writes names at once. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
