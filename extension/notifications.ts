import * as vscode from 'vscode';
import type { ErrorInfo, Proposal, Training } from '../agent/protocol';
import { isOver } from '../agent/protocol/describeTraining';
import { fromErrorInfo } from '../agent/protocol/errors';
import { type AgentState, pendingProposals, shownSnapshot } from './agent/state';
import type { StateChange } from './agent/stateStore';
import type { RunningAgent } from './agent/supervisor';
import { readSetting } from './config';
import { announceEnd } from './flows/trainingEnd';
import { showError } from './flows/ui';
import { proposalSentence } from './views/approvalsTree';

/** Proposals that wait now and did not before. */
export function newProposals({ previous, current }: StateChange): readonly Proposal[] {
  const known = new Set(shownSnapshot(previous)?.proposals.map(({ id }) => id));
  return pendingProposals(current).filter(({ id }) => !known.has(id));
}

/** The connection's error where it has just been lost for good; a failed attempt is told by who made it. */
export function newConnectionFailure({ previous, current }: StateChange): ErrorInfo | null {
  const before = connectionOf(previous);
  const now = connectionOf(current);
  return before?.kind === 'connected' && now?.kind === 'failed' ? now.error : null;
}

/** Trainings that ran before and are over now. */
export function endedTrainings({ previous, current }: StateChange): readonly Training[] {
  const before = shownSnapshot(previous)?.trainings ?? [];
  const running = new Set(before.filter((training) => !isOver(training)).map(({ id }) => id));
  const now = shownSnapshot(current)?.trainings ?? [];
  return now.filter((training) => running.has(training.id) && isOver(training));
}

/** Tells the user what has changed, where it needs them. */
export function notify(change: StateChange, agent: RunningAgent | null): void {
  const failure = newConnectionFailure(change);
  if (failure) showError(fromErrorInfo(failure));
  for (const training of endedTrainings(change)) announceEnd(training, agent).catch(showError);
  const proposals = newProposals(change);
  const settings = vscode.workspace.getConfiguration('coxswain');
  if (proposals.length > 0 && readSetting(settings, 'notifications.proposals')) void announce(proposals);
}

async function announce(proposals: readonly Proposal[]): Promise<void> {
  const [first, ...others] = proposals;
  if (!first) return;
  const approve = 'Approve';
  const show = 'Show';
  const answer =
    others.length === 0
      ? await vscode.window.showInformationMessage(proposalSentence(first), approve, show, 'Later')
      : await vscode.window.showInformationMessage(
          `${proposals.length} actions wait for approval.`,
          show,
          'Later',
        );
  if (answer === approve) await vscode.commands.executeCommand('coxswain.approve', { proposalId: first.id });
  if (answer === show) await vscode.commands.executeCommand('coxswain.approvals.focus');
}

function connectionOf(state: AgentState) {
  return shownSnapshot(state)?.connection;
}
