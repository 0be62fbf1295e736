import * as vscode from 'vscode';
import type { ModelVersion, Training } from '../../agent/protocol';
import { fromErrorInfo } from '../../agent/protocol/errors';
import { capitalised, sentence } from '../../agent/protocol/format';
import type { RunningAgent } from '../agent/supervisor';
import { scoreOf } from './policies';
import { showError } from './ui';

/** Says how a training ended and what came of it, with what to do next as buttons. */
export async function announceEnd(training: Training, agent: RunningAgent | null): Promise<void> {
  if (training.state.kind === 'failed') {
    showError(fromErrorInfo(training.state.error));
    return;
  }
  const model = await learnedModel(training, agent);
  const promote = 'Promote';
  const curves = 'Show Curves';
  const buttons = model ? [promote, curves] : [curves];
  const answer = await vscode.window.showInformationMessage(endText(training, model), ...buttons);
  const { id: trainingId, task } = training;
  if (answer === curves) await vscode.commands.executeCommand('coxswain.showTraining', { trainingId });
  if (answer === promote)
    await vscode.commands.executeCommand('coxswain.promotePolicy', { task, version: model?.version });
}

/** What was learned and how good it is, in words. */
export function endText({ task, state }: Training, model: ModelVersion | null): string {
  switch (state.kind) {
    case 'finished':
      return [sentence(capitalised(state.text)), ...(model ? scoreOf(model) : [])].join(' ');
    case 'cancelled':
      return state.version === null
        ? `The training for ${task} was cancelled before there was a policy to keep.`
        : `The training for ${task} was cancelled. Its best policy so far is kept as ${task}/${state.version}, not compared with the baselines.`;
    default:
      return '';
  }
}

/** Asked for, because the state may hear of it a moment later than of the end. */
async function learnedModel(
  { task, state }: Training,
  agent: RunningAgent | null,
): Promise<ModelVersion | null> {
  const version = 'version' in state ? state.version : null;
  if (version === null || !agent) return null;
  const { models } = await agent.request('models', {});
  return models.find((model) => model.task === task && model.version === version) ?? null;
}
