import * as vscode from 'vscode';
import type { Calibration, CalibrationJob, Params } from '../../agent/protocol';
import { formatAge } from '../../agent/protocol/format';
import { isRunningJob, jobShare, jobText } from '../../webview/model/calibration';
import { workloadName } from '../../webview/model/runs';
import { formatPrice } from '../../webview/model/violationPrice';
import { type AgentState, shownSnapshot } from '../agent/state';
import type { RunningAgent } from '../agent/supervisor';
import type { App } from '../context';
import type { Target } from '../views/target';
import { pickTrace } from './traceFiles';
import { chosen, notFound, pick, showError } from './ui';
import { pickPrice } from './violationPrices';
import { pickWorkload } from './workloads';

const TITLE = 'Calibrate';
const NONE = notFound('Nothing has been calibrated yet.', 'Run "Coxswain: Calibrate" first.');

/** Replays a workload's own load, or that of a file, and compares the ways to scale on it. */
export async function calibrate(app: App, agent: RunningAgent, target: Target): Promise<void> {
  const subject = await pickSubject(agent, target);
  const price = await pickPrice(agent, subject.workloadId, TITLE);
  const fineTune = await pickEffort(subject);
  const { job } = await agent.request('calibrate', {
    ...subject,
    violationPrice: price,
    ...(fineTune ? { fineTune } : {}),
  });
  // Not waited for: it goes on whatever this window does, and its end is announced by what the state says.
  void followCalibration(app, job);
}

/** Opens the dashboard on a calibration that is finished, or on what runs. */
export async function openCalibration(app: App, target: Target): Promise<void> {
  const snapshot = shownSnapshot(app.store.state);
  const calibrations = snapshot?.calibrations ?? [];
  const known = calibrations.find(
    ({ id, workloadId }) =>
      id === target.calibrationId || (workloadId !== null && workloadId === target.workloadId),
  );
  if (known || calibrations.length === 1 || (snapshot?.calibrationJobs ?? []).some(isRunningJob)) {
    app.dashboard.openCalibration(known?.id ?? calibrations.at(-1)?.id ?? null);
    return;
  }
  const { id } = await pickCalibration(calibrations, 'Open which calibration?');
  app.dashboard.openCalibration(id);
}

/** The manifest that a calibration recommends, as a document to review and save. */
export async function openCalibrationPatch(app: App, target: Target): Promise<void> {
  const calibrations = (shownSnapshot(app.store.state)?.calibrations ?? []).filter(
    ({ recommendation }) => recommendation.patch !== null,
  );
  const calibration =
    calibrations.find(({ id }) => id === target.calibrationId) ??
    (await pickCalibration(calibrations, 'Open the patch of which calibration?'));
  const { patch, text } = calibration.recommendation;
  const document = await vscode.workspace.openTextDocument({
    language: 'yaml',
    content: `# ${text}\n${patch ?? ''}`,
  });
  await vscode.window.showTextDocument(document);
}

export async function cancelCalibration(agent: RunningAgent, target: Target): Promise<void> {
  const id = target.calibrationId ?? (await pickJob(agent)).id;
  await agent.request('cancelCalibration', { id });
}

/** Those that this agent has just finished; what earlier ones have left is known, and not told again. */
export function newCalibrations(previous: AgentState, current: AgentState): readonly Calibration[] {
  const known = new Set(shownSnapshot(previous)?.calibrations.map(({ id }) => id));
  const now = shownSnapshot(current);
  const asked = now?.calibrationJobs ?? [];
  return (now?.calibrations ?? []).filter(
    ({ id, workloadId, title }) =>
      !known.has(id) && asked.some((job) => job.workloadId === workloadId || job.title === title),
  );
}

/** Jobs that ran before and have failed. */
export function failedCalibrations(previous: AgentState, current: AgentState): readonly CalibrationJob[] {
  const before = shownSnapshot(previous)?.calibrationJobs ?? [];
  const running = new Set(before.filter(isRunningJob).map(({ id }) => id));
  const now = shownSnapshot(current)?.calibrationJobs ?? [];
  return now.filter(({ id, state }) => running.has(id) && state.kind === 'failed');
}

/** Says what a calibration recommends. */
export async function announceCalibration({ id, title, recommendation }: Calibration): Promise<void> {
  const [open, patch] = ['Open Calibration', 'Open Patch'];
  const answer = await vscode.window.showInformationMessage(
    `Calibration of ${title}: ${recommendation.text}`,
    open,
    ...(recommendation.patch === null ? [] : [patch]),
  );
  const target = { calibrationId: id };
  if (answer === open) await vscode.commands.executeCommand('coxswain.openCalibration', target);
  if (answer === patch) await vscode.commands.executeCommand('coxswain.openCalibrationPatch', target);
}

export function showFailedCalibration({ title, state }: CalibrationJob): void {
  if (state.kind !== 'failed') return;
  showError(notFound(`The calibration of ${title} has failed: ${state.message}`, state.remedy));
}

type Subject = Pick<Params<'calibrate'>, 'workloadId' | 'tracePath'>;

async function pickSubject(agent: RunningAgent, target: Target): Promise<Subject> {
  if (target.workloadId !== undefined) {
    return { workloadId: (await pickWorkload(agent, target.workloadId, '')).id };
  }
  const connected = agent.snapshot.connection.kind === 'connected';
  const rows: (vscode.QuickPickItem & { subject: () => Promise<Subject> })[] = [
    ...(connected ? agent.snapshot.workloads : []).map(({ id, ref }) => ({
      label: ref.name,
      description: ref.namespace,
      detail: 'Its own load, from Prometheus',
      subject: async () => ({ workloadId: id }),
    })),
    {
      label: 'Trace file…',
      detail: 'A CSV file with t_seconds,requests_per_second; needs no cluster',
      subject: async () => ({ tracePath: await pickTrace() }),
    },
  ];
  const placeHolder = 'Whose load is to be replayed?';
  return chosen(
    await vscode.window.showQuickPick(rows, { title: TITLE, placeHolder, ignoreFocusOut: true }),
  ).subject();
}

/** Whether a policy of the workload's own is learned as well. */
async function pickEffort({ workloadId }: Subject): Promise<boolean> {
  const rows = [
    {
      label: 'Compare',
      detail: 'The HPA as it is and tuned, the rules, and the policies that there are. About a minute.',
      fineTune: false,
    },
    {
      label: 'Compare and fine-tune',
      detail: `Also trains a policy on ${workloadId === undefined ? 'this trace' : 'this workload’s history'}, and keeps it as a version. Takes longer.`,
      fineTune: true,
    },
  ];
  const placeHolder = 'How thoroughly?';
  return chosen(await vscode.window.showQuickPick(rows, { title: TITLE, placeHolder, ignoreFocusOut: true }))
    .fineTune;
}

function pickCalibration(calibrations: readonly Calibration[], placeHolder: string): Promise<Calibration> {
  return pick(
    calibrations.toReversed(),
    ({ title, atMs, recommendation }) => ({
      label: title,
      description: `${formatAge(Date.now() - atMs)} ago, W ${formatPrice(recommendation.violationPrice)}`,
      detail: recommendation.text,
    }),
    placeHolder,
    NONE,
  );
}

function pickJob({ snapshot }: RunningAgent): Promise<CalibrationJob> {
  return pick(
    snapshot.calibrationJobs.filter(isRunningJob),
    (job) => ({ label: job.title, description: jobText(job) }),
    'Cancel which calibration?',
    notFound('No calibration is running.', 'Start one with "Coxswain: Calibrate".'),
  );
}

/** Shows how far it is until it is over. Hiding it changes nothing; its Cancel ends the calibration. */
function followCalibration({ store, supervisor }: App, begun: CalibrationJob): Thenable<void> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: `Calibrating ${begun.workloadId === null ? begun.title : workloadName(begun.workloadId)}`,
    cancellable: true,
  };
  return vscode.window.withProgress(options, (progress, token) => {
    token.onCancellationRequested(() => {
      supervisor.running?.request('cancelCalibration', { id: begun.id }).catch(showError);
    });
    let percent = 0;
    const tell = (job: CalibrationJob) => {
      const now = 100 * (jobShare(job) ?? percent / 100);
      progress.report({ message: jobText(job), increment: now - percent });
      percent = now;
    };
    return new Promise<void>((resolve) => {
      let seen = isRunningJob(begun);
      tell(begun);
      const look = (state: AgentState) => {
        const job = shownSnapshot(state)?.calibrationJobs.find(({ id }) => id === begun.id);
        if (job && isRunningJob(job)) {
          seen = true;
          tell(job);
          return false;
        }
        // The state hears of it a moment after it was begun.
        return job !== undefined || !seen || state.kind !== 'running';
      };
      const subscription = store.changed.on(({ current }) => {
        if (!look(current)) return;
        subscription.dispose();
        resolve();
      });
    });
  });
}
