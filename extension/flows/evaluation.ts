import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import * as vscode from 'vscode';
import { type NodeChild, spawnNode } from '../childProcess';
import type { App } from '../context';
import { exitError } from '../processError';

/** How long it has to end after it was asked to, before it is killed. */
const END_GRACE_MS = 3000;

/** Compares the ways of healing in the simulator on this machine, and shows the report. */
export async function evaluateHealing(app: App): Promise<void> {
  const { folder } = app.evaluation;
  await vscode.workspace.fs.createDirectory(folder);
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: 'Evaluating healing in the simulator (some minutes)',
    cancellable: true,
  };
  const finished = await vscode.window.withProgress(options, (progress, token) =>
    evaluate(app, folder.fsPath, (message) => progress.report({ message }), token),
  );
  if (!finished) return;
  await app.evaluation.show();
  const [markdown, csv] = ['Open Markdown', 'Open CSV'];
  // Not waited for: the report is there, and the message may stay.
  void vscode.window
    .showInformationMessage('The evaluation of healing is done.', markdown, csv)
    .then((answer) => {
      if (answer === markdown) void vscode.commands.executeCommand('coxswain.openEvaluationMarkdown');
      if (answer === csv) void vscode.commands.executeCommand('coxswain.openEvaluationCsv');
    });
}

/** False where it was cancelled. */
async function evaluate(
  app: App,
  folder: string,
  tell: (message: string) => void,
  token: vscode.CancellationToken,
): Promise<boolean> {
  const agentPath = join(app.context.extensionPath, 'dist', 'agent.cjs');
  const args = [agentPath, 'evaluate', 'heal', '--quick', '--output', folder];
  const child = spawnNode(args, (line) => {
    app.output.appendLine(`evaluate: ${line}`);
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
  if (exit.code !== 0) throw exitError('evaluation', 'internal', exit, child.stderrTail);
  return true;
}

async function end(child: NodeChild): Promise<void> {
  child.process.kill('SIGTERM');
  await child.end(END_GRACE_MS);
}
