import * as vscode from 'vscode';
import { blockedBy } from './agent/state';
import { COMMANDS, type Command } from './commands';
import type { App } from './context';
import { showError } from './flows/ui';
import type { Target } from './views/target';

/** Registers every command; whatever one throws is shown to the user. */
export function registerCommands(app: App): vscode.Disposable {
  const registrations = COMMANDS.map((command) =>
    vscode.commands.registerCommand(`coxswain.${command.name}`, async (argument: unknown) => {
      try {
        const { targetOf } = await import('./views/target');
        await run(app, command, targetOf(argument));
      } catch (error) {
        showError(error);
      }
    }),
  );
  return vscode.Disposable.from(...registrations);
}

async function run(app: App, command: Command, target: Target): Promise<void> {
  if (command.needs === 'nothing') {
    await command.run(app, target);
    return;
  }
  // A command may be what activated the extension, so an agent that is on its way is waited for.
  const agent = await app.supervisor.whenRunning();
  const blocked = blockedBy(command.needs, app.store.state);
  if (blocked) throw blocked;
  await command.run(app, agent, target);
}
