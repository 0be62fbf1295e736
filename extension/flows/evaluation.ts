import * as vscode from 'vscode';
import type { TaskName } from '../../agent/protocol';
import { formatAge } from '../../agent/protocol/format';
import type { App } from '../context';
import { TASKS } from '../views/policiesTree';
import type { Target } from '../views/target';
import { runCli } from './cliRun';
import {
  EVALUATED,
  EVALUATION_DETAILS,
  EVALUATION_SIZES,
  type EvaluationSize,
  evaluationArgs,
} from './evaluationChoices';
import { chosen, notFound, pick, showError } from './ui';

const TITLE = 'Evaluate Task';

/** Lets all that can do a task play the same simulated episodes on this machine, and shows the report. */
export async function evaluateTask(app: App, target: Target): Promise<void> {
  const task = target.task ?? (await pickTask());
  const size = await pickSize(task);
  const { folder } = app.evaluation;
  await vscode.workspace.fs.createDirectory(folder);
  const what = EVALUATED[task].toLowerCase();
  const finished = await runCli(app, {
    title: `Evaluating ${what} in the simulator`,
    what: 'evaluation',
    args: evaluationArgs(task, size, folder.fsPath),
  });
  if (!finished) return;
  await app.evaluation.show(task);
  const [markdown, csv] = ['Open Markdown', 'Open CSV'];
  // Not waited for: the report is there, and the message may stay.
  void vscode.window
    .showInformationMessage(`The evaluation of ${what} is done.`, markdown, csv)
    .then(async (answer) => {
      if (answer === markdown) await app.evaluation.open(task, 'md');
      if (answer === csv) await app.evaluation.open(task, 'csv');
    })
    .then(undefined, showError);
}

/** The report of an evaluation that was made before, also in another window. */
export async function openEvaluation(app: App, target: Target): Promise<void> {
  const made = await app.evaluation.made();
  const meant = made.filter(({ task }) => target.task === undefined || task === target.task);
  const [only] = meant.length === 1 ? meant : [];
  const { task } =
    only ??
    (await pick(
      meant,
      ({ task, atMs }) => ({ label: EVALUATED[task], description: `${formatAge(Date.now() - atMs)} ago` }),
      'Open which evaluation?',
      notFound('Nothing has been evaluated yet.', 'Run "Coxswain: Evaluate Task" first.'),
    ));
  await app.evaluation.show(task);
}

async function pickTask(): Promise<TaskName> {
  const rows = TASKS.map((task) => ({ label: task, detail: EVALUATION_DETAILS[task], task }));
  return chosen(
    await vscode.window.showQuickPick(rows, { title: TITLE, placeHolder: 'Evaluate which task?' }),
  ).task;
}

async function pickSize(task: TaskName): Promise<EvaluationSize> {
  const options = { title: TITLE, placeHolder: `How thoroughly is ${task} to be evaluated?` };
  return chosen(await vscode.window.showQuickPick(EVALUATION_SIZES, options)).size;
}
