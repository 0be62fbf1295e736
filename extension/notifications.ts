import * as vscode from 'vscode';
import type { ErrorInfo, Proposal } from '../agent/protocol';
import { fromErrorInfo } from '../agent/protocol/errors';
import { type AgentState, pendingProposals, shownSnapshot } from './agent/state';
import type { StateChange } from './agent/stateStore';
import { readSetting } from './config';
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

/** Tells the user what has changed, where it needs them. */
export function notify(change: StateChange): void {
  const failure = newConnectionFailure(change);
  if (failure) showError(fromErrorInfo(failure));
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
