import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the agent keeps journals and its endpoint: the platform's place for state of a user. */
export function defaultStateDirectory(env: NodeJS.ProcessEnv = process.env): string {
  if (env.XDG_STATE_HOME) return join(env.XDG_STATE_HOME, 'coxswain');
  switch (process.platform) {
    case 'win32':
      return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'coxswain');
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'coxswain');
    default:
      return join(homedir(), '.local', 'state', 'coxswain');
  }
}

/** Holds one folder for the journal of each context. */
export function journalsDirectory(stateDirectory: string): string {
  return join(stateDirectory, 'journals');
}

/** Holds one folder for the learned policies of each task. */
export function modelsDirectory(stateDirectory: string): string {
  return join(stateDirectory, 'models');
}

/** The journal's folder of a context. */
export function journalDirectory(stateDirectory: string, context: string): string {
  return join(journalsDirectory(stateDirectory), `${folderName(context)}.journal`);
}

/** Holds the JSON journals of the runs of experiments on a context. */
export function runsDirectory(stateDirectory: string, context: string): string {
  return join(stateDirectory, 'chaos', folderName(context), 'runs');
}

/** Contexts may hold any character (`arn:aws:eks:…/name`), folders may not. */
function folderName(context: string): string {
  return encodeURIComponent(context).replaceAll('*', '%2A');
}
