import * as vscode from 'vscode';
import { CoxswainError } from '../../agent/protocol/errors';
import { type AgentState, shownSnapshot } from '../agent/state';
import { CONFIG_NAME, configTemplate } from './configTemplate';

/** The first workspace folder's coxswain.yaml that exists, or undefined. */
export async function findConfig(): Promise<vscode.Uri | undefined> {
  return (await findInFolders(CONFIG_NAME))[0];
}

/** The files of this name at the top of the workspace's folders, as far as they are on disk. */
export async function findInFolders(name: string): Promise<vscode.Uri[]> {
  const found: vscode.Uri[] = [];
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    const uri = vscode.Uri.joinPath(folder.uri, name);
    if (uri.scheme === 'file' && (await exists(uri))) found.push(uri);
  }
  return found;
}

/** Opens coxswain.yaml, written from the template where the workspace has none. */
export async function openConfig(state: AgentState): Promise<void> {
  const uri = (await findConfig()) ?? (await createConfig(state));
  await vscode.window.showTextDocument(uri);
}

async function createConfig(state: AgentState): Promise<vscode.Uri> {
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
  if (!folder) {
    throw new CoxswainError(
      'config-invalid',
      `No folder is open that could hold ${CONFIG_NAME}.`,
      'Open a folder first; without the file the defaults apply.',
    );
  }
  const uri = vscode.Uri.joinPath(folder.uri, CONFIG_NAME);
  const snapshot = shownSnapshot(state);
  const steered = snapshot?.workloads.filter(({ steering }) => steering.kind === 'act') ?? [];
  const text = configTemplate({
    mode: snapshot?.mode ?? 'observe',
    namespaces: [...new Set(steered.map(({ ref }) => ref.namespace))].sort(),
  });
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return uri;
}

export async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
