import * as vscode from 'vscode';
import type { App } from '../context';
import { runCli } from './cliRun';

/** Compares the ways of healing in the simulator on this machine, and shows the report. */
export async function evaluateHealing(app: App): Promise<void> {
  const { folder } = app.evaluation;
  await vscode.workspace.fs.createDirectory(folder);
  const finished = await runCli(app, {
    title: 'Evaluating healing in the simulator (some minutes)',
    what: 'evaluation',
    args: ['evaluate', 'heal', '--quick', '--output', folder.fsPath],
  });
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
