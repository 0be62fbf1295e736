import * as vscode from 'vscode';
import type { ErrorCode } from '../../agent/protocol';
import { CoxswainError, errorText, toErrorInfo } from '../../agent/protocol/errors';

/** A button under a message, and the command that it runs. */
interface Button {
  title: string;
  command: string;
}

const CONNECT: Button = { title: 'Choose Context', command: 'coxswain.connect' };
const EMBEDDED: Button = { title: 'Start Embedded Cluster', command: 'coxswain.startEmbeddedCluster' };
const OUTPUT: Button = { title: 'Show Output', command: 'coxswain.showOutput' };
const RESTART: Button = { title: 'Restart Agent', command: 'coxswain.restartAgent' };
const CONFIG: Button = { title: 'Open coxswain.yaml', command: 'coxswain.openConfig' };
const DIAGNOSE: Button = { title: 'Diagnose', command: 'coxswain.diagnose' };
const POLICIES: Button = { title: 'Show Policies', command: 'coxswain.policies.focus' };
const CURVES: Button = { title: 'Show Curves', command: 'coxswain.showTraining' };
const TRUST: Button = { title: 'Manage Trust', command: 'workbench.trust.manage' };

/** What helps against an error; `Diagnose` where nothing more fitting is known. */
export function buttonsFor(code: ErrorCode): readonly Button[] {
  switch (code) {
    case 'kubeconfig-missing':
    case 'kubeconfig-invalid':
    case 'not-connected':
      return [CONNECT, EMBEDDED];
    case 'context-unknown':
    case 'api-unreachable':
    case 'credentials-expired':
      return [CONNECT, DIAGNOSE];
    case 'untrusted-workspace':
      return [TRUST, EMBEDDED];
    case 'config-invalid':
    case 'port-in-use':
      return [CONFIG];
    case 'model-invalid':
    case 'model-incompatible':
      return [POLICIES];
    case 'training-failed':
      return [CURVES, OUTPUT];
    case 'agent-not-running':
      return [RESTART, OUTPUT];
    case 'internal':
      return [DIAGNOSE, OUTPUT];
    case 'proposal-expired':
    case 'proposal-decided':
    case 'proposal-outdated':
    case 'guard-denied':
      return [];
    default:
      return [DIAGNOSE];
  }
}

/** Tells the user what happened, where and what to do. Does not wait for the answer. */
export function showError(error: unknown): void {
  if (error instanceof vscode.CancellationError) return;
  const info = toErrorInfo(error);
  const buttons = buttonsFor(info.code);
  void vscode.window
    .showErrorMessage(errorText(info), ...buttons.map(({ title }) => title))
    .then((chosen) => {
      const button = buttons.find(({ title }) => title === chosen);
      if (button) void vscode.commands.executeCommand(button.command);
    });
}

/** What the user chose; throws `CancellationError`, which nobody is shown, where they chose nothing. */
export function chosen<T>(value: T | undefined): T {
  if (value === undefined) throw new vscode.CancellationError();
  return value;
}

/** One of the items by a quick pick. Throws `nothing` where there are none. */
export async function pick<T>(
  items: readonly T[],
  describe: (item: T) => { label: string; description?: string; detail?: string },
  placeHolder: string,
  nothing: CoxswainError,
): Promise<T> {
  if (items.length === 0) throw nothing;
  const rows = items.map((item) => ({ ...describe(item), item }));
  const row = await vscode.window.showQuickPick(rows, { placeHolder, matchOnDescription: true });
  return chosen(row).item;
}

export function notFound(message: string, remedy: string): CoxswainError {
  return new CoxswainError('not-found', message, remedy);
}
