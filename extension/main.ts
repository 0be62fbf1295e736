import type * as vscode from 'vscode';
import { registerCommands } from './commandRunner';
import { App } from './context';
import { showError } from './flows/ui';

let app: App | undefined;

/** Called by VS Code when a view, a command or a coxswain.yaml is first there. */
export function activate(context: vscode.ExtensionContext): void {
  try {
    app = new App(context);
    context.subscriptions.push(registerCommands(app));
    // Not waited for: activation has to be quick, and commands wait for the agent themselves.
    void app.supervisor.restart();
  } catch (error) {
    showError(error);
    throw error;
  }
}

/** Called before the window closes; resolves when no process of ours is left. */
export async function deactivate(): Promise<void> {
  await app?.dispose();
  app = undefined;
}
