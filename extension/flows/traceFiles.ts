import * as vscode from 'vscode';
import { chosen } from './ui';

const ENDING = 'csv';
const MOST_SHOWN = 50;

/** Path of a file with a load: one of the workspace's, or one from elsewhere. */
export async function pickTrace(): Promise<string> {
  const files = await vscode.workspace.findFiles(`**/*.${ENDING}`, '**/node_modules/**', MOST_SHOWN);
  const onDisk = files.filter(({ scheme }) => scheme === 'file');
  if (onDisk.length === 0) return browse();
  const rows: (vscode.QuickPickItem & { path: string | null })[] = [
    ...onDisk.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), path: uri.fsPath })),
    { label: 'Another file…', path: null },
  ];
  const placeHolder = 'Which trace? A CSV file with t_seconds,requests_per_second';
  return chosen(await vscode.window.showQuickPick(rows, { placeHolder })).path ?? browse();
}

async function browse(): Promise<string> {
  const files = await vscode.window.showOpenDialog({
    title: 'Trace of a load',
    openLabel: 'Use This Trace',
    filters: { CSV: [ENDING] },
  });
  return chosen(chosen(files)[0]).fsPath;
}
