import * as vscode from 'vscode';
import { CoxswainError } from '../../agent/protocol/errors';
import { type AgentState, shownSnapshot } from '../agent/state';
import { CONFIG_NAME, configTemplate } from './configTemplate';

/** The first workspace folder's coxswain.yaml that exists, or undefined. */
export async function findConfig(): Promise<vscode.Uri | undefined> {
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    const uri = vscode.Uri.joinPath(folder.uri, CONFIG_NAME);
    if (uri.scheme === 'file' && (await exists(uri))) return uri;
  }
  return undefined;
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

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
