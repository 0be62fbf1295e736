import * as vscode from 'vscode';
import type { ModelVersion, TaskName } from '../../agent/protocol';
import { describeScore, modelName } from '../../agent/protocol/describeModel';
import { isCoxswainError } from '../../agent/protocol/errors';
import { formatAge } from '../../agent/protocol/format';
import type { RunningAgent } from '../agent/supervisor';
import { shippedLast } from '../views/policiesTree';
import type { Target } from '../views/target';
import { notFound, pick } from './ui';

/** One click, except where it would act by itself at once: that is confirmed. */
export async function promotePolicy(agent: RunningAgent, target: Target): Promise<void> {
  const model = await pickVersion(agent, target, 'Promote which policy?', ({ state }) => state !== 'active');
  const text = await promote(agent, model);
  if (text === null) return;
  const rollBack = 'Roll Back';
  const answer = await vscode.window.showInformationMessage([text, ...scoreOf(model)].join(' '), rollBack);
  if (answer === rollBack)
    await vscode.commands.executeCommand('coxswain.rollbackPolicy', { task: model.task });
}

/** Back to what decided before: a version, or the task's rule. */
export async function rollbackPolicy(agent: RunningAgent, target: Target): Promise<void> {
  const task = target.task ?? (await pickActive(agent)).task;
  const { text } = await agent.request('rollbackModel', { task });
  void vscode.window.showInformationMessage(text);
}

/** Lets it and the baselines of its task play the same held-out episodes. */
export async function evaluatePolicy(agent: RunningAgent, target: Target): Promise<void> {
  const { task, version } = await pickVersion(
    agent,
    target,
    'Evaluate which policy?',
    ({ state }) => state !== 'shipped',
  );
  const { model } = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `Comparing ${task}/${version} with the baselines of ${task}`,
    },
    () => agent.request('evaluateModel', { task, version }),
  );
  const promoteTitle = 'Promote';
  const answer = await vscode.window.showInformationMessage(
    [`${modelName(model)}:`, ...scoreOf(model)].join(' '),
    ...(model.state === 'active' ? [] : [promoteTitle]),
  );
  if (answer === promoteTitle) await promotePolicy(agent, { task, version });
}

/** The version that the command is about, else one that the user picks of those that can be used. */
export function pickVersion(
  { snapshot: { models } }: RunningAgent,
  { task, version }: Target,
  placeHolder: string,
  fits: (model: ModelVersion) => boolean = () => true,
): Promise<ModelVersion> {
  const named = models.find((model) => model.task === task && model.version === version);
  if (named) return Promise.resolve(named);
  return pick(
    shippedLast(models).filter(
      (model) => (task === undefined || model.task === task) && isUsable(model) && fits(model),
    ),
    (model) => ({
      label: (model.state === 'shipped' && model.shippedAs) || modelName(model),
      description: [model.state === 'stored' ? '' : model.state, `${age(model)} ago`]
        .filter(Boolean)
        .join(' · '),
      detail: [model.algorithm, ...scoreOf(model)].join(' · '),
    }),
    placeHolder,
    notFound('There is no learned policy for this.', 'Learn one with "Coxswain: Train Policy".'),
  );
}

/** What the score says; nothing where it was never compared. */
export function scoreOf({ evaluation }: ModelVersion): string[] {
  return evaluation === null ? [] : [describeScore(evaluation)];
}

/** What the agent says it means, or null where the user did not want it after all. */
async function promote(agent: RunningAgent, model: ModelVersion): Promise<string | null> {
  const { task, version } = model;
  try {
    return (await agent.request('promoteModel', { task, version })).text;
  } catch (error) {
    if (!isCoxswainError(error) || error.code !== 'confirmation-needed') throw error;
  }
  if (!(await confirmActing(agent, model))) return null;
  return (await agent.request('promoteModel', { task, version, confirmed: true })).text;
}

/** What a policy of a task does by itself in mode auto. */
const DECIDES: Record<TaskName, string> = {
  heal: 'decides when pods are restarted, drained and scaled',
  scale: 'sets the replicas of the workloads that are taken over',
  canary: 'decides how releases go on',
};

async function confirmActing({ snapshot }: RunningAgent, model: ModelVersion): Promise<boolean> {
  const name = modelName(model);
  const where = snapshot.connection.kind === 'connected' ? ` in ${snapshot.connection.context}` : '';
  const accept = 'Let It Act';
  const answer = await vscode.window.showWarningMessage(
    `Let ${name} act by itself${where}?`,
    {
      modal: true,
      detail: [
        `Coxswain is in mode auto: from now on ${name} ${DECIDES[model.task]}, without asking, within the guard’s bounds and rates.`,
        ...scoreOf(model),
        'Roll Back is one click. To watch it first, switch to mode approve before you promote it.',
      ].join('\n\n'),
    },
    accept,
  );
  return answer === accept;
}

function pickActive({ snapshot: { models } }: RunningAgent): Promise<{ task: TaskName }> {
  return pick(
    models.filter(({ state }) => state === 'active'),
    (model) => ({ label: modelName(model), description: `active · learned ${age(model)} ago` }),
    'Roll back which policy?',
    notFound('No learned policy is active.', 'Promote one in the Policies view.'),
  );
}

function isUsable({ state }: ModelVersion): boolean {
  return state !== 'damaged';
}

function age({ createdAtMs }: ModelVersion): string {
  return formatAge(Date.now() - createdAtMs);
}
