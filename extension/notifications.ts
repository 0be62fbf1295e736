import * as vscode from 'vscode';
import type { ErrorInfo, ExperimentRun, Proposal, ScalingState, Training } from '../agent/protocol';
import { isOver } from '../agent/protocol/describeTraining';
import { fromErrorInfo } from '../agent/protocol/errors';
import { sentence } from '../agent/protocol/format';
import { isRunning, runResult, workloadName } from '../webview/model/runs';
import { autoscalersText } from '../webview/model/scaling';
import { type AgentState, pendingProposals, shownSnapshot } from './agent/state';
import type { StateChange } from './agent/stateStore';
import type { RunningAgent } from './agent/supervisor';
import { readSetting } from './config';
import {
  announceCalibration,
  failedCalibrations,
  newCalibrations,
  showFailedCalibration,
} from './flows/calibrations';
import { announceEnd } from './flows/trainingEnd';
import { showError } from './flows/ui';
import { announceReleaseEvent, newReleaseEvents } from './releaseNotifications';
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

/**
 * Runs that are over now and ran before. Those that nobody has begun here are told only where they went wrong, and
 * those of the Test Explorer not at all, because it tells them itself.
 */
export function endedRuns({ previous, current }: StateChange): readonly ExperimentRun[] {
  const before = shownSnapshot(previous)?.runs ?? [];
  const running = new Set(before.filter(isRunning).map(({ id }) => id));
  const now = shownSnapshot(current)?.runs ?? [];
  return now
    .filter((run) => running.has(run.id) && !isRunning(run))
    .filter(({ trigger, verdict }) => trigger === 'person' || (trigger !== 'test' && isBad(verdict)));
}

/** By whom the agent hands back what nobody has asked it to. */
const AGENT = 'Coxswain';

/** Workloads that have just been handed back without a person asking for it: the breaker, the data, somebody's edit. */
export function newHandBacks({ previous, current }: StateChange): readonly ScalingState[] {
  const before = new Map(shownSnapshot(previous)?.scaling.map((scaling) => [scaling.id, scaling]));
  const now = shownSnapshot(current);
  return (now?.scaling ?? []).filter(({ id, handedBack }) => {
    const known = before.get(id);
    if (known === undefined || handedBack === null || handedBack.atMs === known.handedBack?.atMs)
      return false;
    const row = now?.activity.findLast(({ event }) => event.kind === 'handover' && event.workloadId === id);
    return row?.event.kind !== 'handover' || row.event.how !== 'handed-back' || row.event.by === AGENT;
  });
}

/** Tells the user what has changed, where it needs them. */
export function notify(change: StateChange, agent: RunningAgent | null): void {
  const failure = newConnectionFailure(change);
  if (failure) showError(fromErrorInfo(failure));
  for (const training of endedTrainings(change)) announceEnd(training, agent).catch(showError);
  for (const run of endedRuns(change)) announceRun(run).catch(showError);
  const { previous, current } = change;
  for (const calibration of newCalibrations(previous, current)) {
    announceCalibration(calibration).catch(showError);
  }
  for (const job of failedCalibrations(previous, current)) showFailedCalibration(job);
  for (const scaling of newHandBacks(change)) announceHandBack(scaling).catch(showError);
  for (const event of newReleaseEvents(change)) announceReleaseEvent(event).catch(showError);
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

async function announceRun(run: ExperimentRun): Promise<void> {
  const { id: runId, title, workloadId, verdict, text } = run;
  const message = `${title} on ${workloadName(workloadId)}: ${sentence(runResult(run))} ${text}`.trim();
  const show = 'Show Report';
  const answer = isBad(verdict)
    ? await vscode.window.showErrorMessage(message, show)
    : await vscode.window.showInformationMessage(message, show);
  if (answer === show) await vscode.commands.executeCommand('coxswain.showRun', { runId });
}

async function announceHandBack({ id, handedBack, autoscalers }: ScalingState): Promise<void> {
  if (handedBack === null) return;
  const show = 'Show';
  const name = workloadName(id);
  const answer = await vscode.window.showWarningMessage(
    `${name} was handed back to ${autoscalersText({ autoscalers })}: ${sentence(handedBack.why)}`,
    show,
  );
  if (answer === show) await vscode.commands.executeCommand('coxswain.showScaling', { workloadId: id });
}

function isBad(verdict: ExperimentRun['verdict']): boolean {
  return verdict === 'failed' || verdict === 'error';
}

function connectionOf(state: AgentState) {
  return shownSnapshot(state)?.connection;
}
