import * as vscode from 'vscode';
import { addressProblem, wantedAddresses } from '../alertAddresses';
import type { App } from '../context';
import { findConfig } from './configFile';
import { chosen } from './ui';

const TITLE = 'Set Alert Address';

/** Keeps a secret address in VS Code's secret storage, where the agent asks for it by its name. */
export async function setAlertAddress(app: App): Promise<void> {
  const name = await pickName();
  const address = chosen(
    await vscode.window.showInputBox({
      title: `${TITLE} "${name}"`,
      prompt:
        'The address that alerts are sent to; empty to forget it. It is kept in VS Code’s secret storage.',
      password: true,
      ignoreFocusOut: true,
      validateInput: (text) => addressProblem(text) ?? undefined,
    }),
  ).trim();
  await app.alertAddresses.set(name, address);
  const text =
    address === ''
      ? `The alert address "${name}" is forgotten.`
      : `The alert address "${name}" is stored. Use it in coxswain.yaml with \`urlFrom: vscode:${name}\`.`;
  void vscode.window.showInformationMessage(text);
}

/** One that coxswain.yaml asks for, or a new one. */
async function pickName(): Promise<string> {
  const wanted = wantedAddresses(await configText());
  if (wanted.length === 0) return askForName();
  const other = { label: 'Another name…', name: null };
  const rows: (vscode.QuickPickItem & { name: string | null })[] = [
    ...wanted.map((name) => ({ label: name, description: 'in coxswain.yaml', name })),
    other,
  ];
  const row = chosen(
    await vscode.window.showQuickPick(rows, { title: TITLE, placeHolder: 'The address of which name?' }),
  );
  return row.name ?? askForName();
}

async function askForName(): Promise<string> {
  const name = await vscode.window.showInputBox({
    title: TITLE,
    prompt: 'A name for it, which coxswain.yaml uses: canary.alerts.urlFrom: vscode:name',
    value: 'alerts',
    ignoreFocusOut: true,
    validateInput: (text) =>
      /^[\w.-]+$/.test(text.trim()) ? undefined : 'Letters, digits, dots and dashes.',
  });
  return chosen(name).trim();
}

async function configText(): Promise<string> {
  const uri = await findConfig();
  return uri ? new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)) : '';
}
