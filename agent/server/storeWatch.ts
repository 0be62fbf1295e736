import { statSync } from 'node:fs';
import { join } from 'node:path';
import { TaskName } from '../protocol';
import { modelsDirectory } from './stateDirectory';

const ABSENT = Number.NEGATIVE_INFINITY;
/** Coarser than the clock of any file system: within it two changes may show as one. */
const YOUNG_MS = 2000;

/**
 * Tells whether the model store has changed since the last call, the first one compared with an empty store. Its
 * files are put in place by renaming, so that each change shows in the time of a folder: to ask for three of them
 * every few seconds costs less than watches, which some file systems do not have. A change that has only just been made
 * is told twice, for another one may have come after it was seen.
 */
export function watchStore(stateDirectory: string): () => boolean {
  const folders = TaskName.options.map((task) => join(modelsDirectory(stateDirectory), task));
  let known = folders.map(() => ABSENT);
  return () => {
    const timesMs = folders.map((folder) => statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? ABSENT);
    const hasChanged = timesMs.some((timeMs, index) => timeMs !== known[index]);
    const settledMs = Date.now() - YOUNG_MS;
    known = timesMs.map((timeMs) => (timeMs < settledMs ? timeMs : Number.NaN));
    return hasChanged;
  };
}
