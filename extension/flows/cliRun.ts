import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import * as vscode from 'vscode';
import { type NodeChild, spawnNode } from '../childProcess';
import type { App } from '../context';
import { exitError } from '../processError';

/** How long it has to end after it was asked to, before it is killed. */
const END_GRACE_MS = 3000;

export interface CliRun {
  /** Of the notification while it runs. */
  title: string;
  /** What it is, in messages: `evaluation`. */
  what: string;
  /** Arguments of `coxswain`. */
  args: readonly string[];
  /** Asked where it has not ended well: whether it has done its work all the same, as a test does that has failed. */
  isDone?: () => Promise<boolean>;
}

/**
 * Runs a command of the CLI as a process of its own, with what it says as progress and a Cancel. False where it was
 * cancelled. Throws CoxswainError where it failed.
 */
export async function runCli(app: App, run: CliRun): Promise<boolean> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: run.title,
    cancellable: true,
  };
  return vscode.window.withProgress(options, (progress, token) =>
    untilEnd(app, run, (message) => progress.report({ message }), token),
  );
}

async function untilEnd(
  app: App,
  { what, args, isDone }: CliRun,
  tell: (message: string) => void,
  token: vscode.CancellationToken,
): Promise<boolean> {
  const agentPath = join(app.context.extensionPath, 'dist', 'agent.cjs');
  const child = spawnNode([agentPath, ...args], (line) => {
    app.output.appendLine(`${args[0]}: ${line}`);
    const text = stripVTControlCharacters(line).trim();
    if (text !== '') tell(text);
  });
  // Whatever it prints is in its files as well; the pipe has to be read all the same.
  child.process.stdout.resume();
  const ending = app.whenDisposed(() => end(child));
  token.onCancellationRequested(() => void end(child));
  const exit = await child.exited;
  ending.dispose();
  if (token.isCancellationRequested) return false;
  if (exit.code !== 0 && !(await isDone?.())) throw exitError(what, 'internal', exit, child.stderrTail);
  return true;
}

async function end(child: NodeChild): Promise<void> {
  child.process.kill('SIGTERM');
  await child.end(END_GRACE_MS);
}
