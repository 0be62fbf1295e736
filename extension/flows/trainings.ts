import * as vscode from 'vscode';
import type { Algorithm, Params, TaskName, Training } from '../../agent/protocol';
import { describeProgress, isOver } from '../../agent/protocol/describeTraining';
import { formatAge } from '../../agent/protocol/format';
import type { RunningAgent } from '../agent/supervisor';
import type { App } from '../context';
import { TASKS } from '../views/policiesTree';
import type { Target } from '../views/target';
import { findInFolders } from './configFile';
import { pickVersion } from './policies';
import { ALGORITHM_DETAILS, budgets, parseSteps, TASK_DETAILS } from './trainingChoices';
import { followTraining } from './trainingProgress';
import { chosen, notFound, pick } from './ui';

const SETTINGS_NAME = 'train.yaml';
const ALGORITHMS = Object.keys(ALGORITHM_DETAILS) as Algorithm[];

export async function trainPolicy(app: App, agent: RunningAgent, target: Target): Promise<void> {
  const title = 'Train Policy';
  const task = target.task ?? (await pickTask(title));
  const algorithm = await pickAlgorithm(title, task);
  const steps = await pickSteps(title, agent, task, algorithm);
  const configPath = await pickSettings(title);
  await start(app, agent, { task, algorithm, steps, ...(configPath === null ? {} : { configPath }) });
}

/** Learns on from a version, by the algorithm that it was learned by. */
export async function fineTunePolicy(app: App, agent: RunningAgent, target: Target): Promise<void> {
  const { task, version, algorithm: learnedBy } = await pickVersion(agent, target, 'Fine-tune which policy?');
  const title = `Fine-Tune ${task}/${version}`;
  const algorithm = ALGORITHMS.find((name) => name === learnedBy) ?? (await pickAlgorithm(title, task));
  const steps = await pickSteps(title, agent, task, algorithm);
  await start(app, agent, { task, algorithm, steps, fineTune: version });
}

/** Its best policy so far is kept. */
export async function cancelTraining(agent: RunningAgent, target: Target): Promise<void> {
  const trainingId = target.trainingId ?? (await pickTraining(agent)).id;
  await agent.request('cancelTraining', { trainingId });
}

async function start(app: App, agent: RunningAgent, params: Params<'startTraining'>): Promise<void> {
  const { training } = await agent.request('startTraining', params);
  // Not waited for: it goes on whatever this window does, and the end is announced by what the state says.
  void followTraining(app, training);
}

async function pickTask(title: string): Promise<TaskName> {
  const rows = TASKS.map((task) => ({ label: task, detail: TASK_DETAILS[task], task }));
  return chosen(await vscode.window.showQuickPick(rows, { title, placeHolder: 'What is to be learned?' }))
    .task;
}

async function pickAlgorithm(title: string, task: TaskName): Promise<Algorithm> {
  const rows = ALGORITHMS.map((algorithm) => ({
    label: algorithm,
    detail: ALGORITHM_DETAILS[algorithm],
    algorithm,
  }));
  const placeHolder = `How is ${task} to be learned?`;
  return chosen(await vscode.window.showQuickPick(rows, { title, placeHolder })).algorithm;
}

async function pickSteps(
  title: string,
  agent: RunningAgent,
  task: TaskName,
  algorithm: Algorithm,
): Promise<number> {
  const rows: (vscode.QuickPickItem & { steps: number | null })[] = [
    ...budgets(task, algorithm, agent.snapshot.trainings),
    { label: 'Other…', steps: null },
  ];
  const placeHolder = `For how long is ${algorithm} to learn ${task}?`;
  const { steps } = chosen(await vscode.window.showQuickPick(rows, { title, placeHolder }));
  return steps ?? askForSteps(title);
}

async function askForSteps(title: string): Promise<number> {
  const given = await vscode.window.showInputBox({
    title,
    prompt: 'Steps of the simulated environment.',
    value: '200,000',
    validateInput: (text) => {
      const parsed = parseSteps(text);
      return 'problem' in parsed ? parsed.problem : undefined;
    },
  });
  const parsed = parseSteps(chosen(given));
  if ('problem' in parsed) throw new vscode.CancellationError();
  return parsed.steps;
}

/** The absolute path of a train.yaml of the workspace, where it has one and the user wants it. */
async function pickSettings(title: string): Promise<string | null> {
  if (!vscode.workspace.isTrusted) return null;
  const files = await findInFolders(SETTINGS_NAME);
  if (files.length === 0) return null;
  const rows: (vscode.QuickPickItem & { path: string | null })[] = [
    { label: 'Defaults of the task', path: null },
    ...files.map(({ fsPath }) => ({
      label: SETTINGS_NAME,
      description: fsPath,
      detail: 'Its hyper-parameters, environment and logs; task, algorithm and steps stay as chosen.',
      path: fsPath,
    })),
  ];
  return chosen(await vscode.window.showQuickPick(rows, { title, placeHolder: 'With which settings?' })).path;
}

function pickTraining({ snapshot }: RunningAgent): Promise<Training> {
  return pick(
    snapshot.trainings.filter((training) => !isOver(training)),
    (training) => ({
      label: `${training.task} by ${training.algorithm}`,
      description: describeProgress(training),
      detail: `Began ${formatAge(Date.now() - training.startedAtMs)} ago; its best policy so far is kept.`,
    }),
    'Cancel which training?',
    notFound('No training is running.', 'Start one with "Coxswain: Train Policy".'),
  );
}
