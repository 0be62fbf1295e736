import { statSync } from 'node:fs';
import { join } from 'node:path';
import { TaskName } from '../protocol';
import { modelsDirectory } from './stateDirectory';

/**
 * Tells whether the model store has changed since the last call, the first one compared with an empty store. Its
 * files are put in place by renaming, so that each change shows in the time of a folder: to ask for three of them
 * every few seconds costs less than watches, which some file systems do not have.
 */
export function watchStore(stateDirectory: string): () => boolean {
  const folders = TaskName.options.map((task) => join(modelsDirectory(stateDirectory), task));
  const timesOf = () =>
    folders.map((folder) => statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 'absent').join(' ');
  let known = folders.map(() => 'absent').join(' ');
  return () => {
    const times = timesOf();
    const hasChanged = times !== known;
    known = times;
    return hasChanged;
  };
}
