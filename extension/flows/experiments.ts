import * as vscode from 'vscode';
import type { ExperimentInfo, ExperimentRun, Fault, Params } from '../../agent/protocol';
import { isRunning, runProgress, runResult, workloadName } from '../../webview/model/runs';
import type { RunningAgent } from '../agent/supervisor';
import type { App } from '../context';
import { runReport, verifyReport } from '../views/runReport';
import type { Target } from '../views/target';
import { textOf } from './experimentFiles';
import { namesTarget } from './experimentText';
import { followRun } from './runFollow';
import { notFound, pick, showError } from './ui';
import { pickWorkload } from './workloads';

type Subject = Pick<Params<'runExperiment'>, 'name' | 'yaml' | 'path' | 'workloadId'>;

const NO_EXPERIMENTS = notFound(
  'No experiment is known.',
  'Write one with "Coxswain: New Experiment", in the folder `chaos` beside coxswain.yaml.',
);

/** Runs an experiment of the view, the palette or an editor, whose text is sent as it is there. */
export async function runExperiment(app: App, agent: RunningAgent, target: Target): Promise<void> {
  const subject = await pickSubject(agent, target, 'Run which experiment?');
  const { run } = await agent.request('runExperiment', { ...subject, trigger: 'person' });
  // Not waited for: it goes on whatever this window does, and its end is announced by what the state says.
  void showProgress(app, run);
}

/** Says what would be done and whether it could be, without doing it. */
export async function verifyExperiment(app: App, agent: RunningAgent, target: Target): Promise<void> {
  const subject = await pickSubject(agent, target, 'Check which experiment?');
  const result = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: 'Checking the experiment; nothing is injected' },
    () => agent.request('verifyExperiment', subject),
  );
  await app.reports.showMarkdown(`/Check of ${result.experiment.name}.md`, verifyReport(result));
}

/** Ends a run; answered when its fault is over. */
export async function stopExperiment(agent: RunningAgent, target: Target): Promise<void> {
  const runId = target.runId ?? (await pickRunning(agent)).id;
  const { run } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: 'Ending the experiment and its fault' },
    () => agent.request('stopExperiment', { runId }),
  );
  vscode.window.setStatusBarMessage(`$(debug-stop) ${run.title} was stopped`, 5000);
}

/** Pauses a fault or takes it up again: one by itself, or those of a run. */
export async function pauseFaults(agent: RunningAgent, target: Target, paused: boolean): Promise<void> {
  const wanted = paused ? 'running' : 'paused';
  const faults = agent.snapshot.faults.filter(({ state }) => state === wanted);
  const meant = faults.filter(
    ({ id, runId }) => id === target.faultId || (runId !== null && runId === target.runId),
  );
  const ids = meant.length > 0 ? meant.map(({ id }) => id) : [(await pickFault(faults, paused)).id];
  for (const faultId of ids) await agent.request('pauseFault', { faultId, paused });
}

/** The run's whole journal as a page. */
export async function showRun(app: App, agent: RunningAgent, target: Target): Promise<void> {
  const runId = target.runId ?? (await pickRun(agent)).id;
  const { run } = await agent.request('experimentRun', { runId });
  await app.reports.showMarkdown(`/Run ${run.id} of ${run.experiment}.md`, runReport(run));
}

/** Reads the experiment files anew; what is different comes with the state. */
export async function refreshExperiments(agent: RunningAgent): Promise<void> {
  await agent.request('experiments', {});
}

/** What is sent of the experiment that is meant, with the workload that it is asked for where it names none. */
async function pickSubject(agent: RunningAgent, target: Target, placeHolder: string): Promise<Subject> {
  if (target.uri !== undefined) return fileSubject(agent, vscode.Uri.parse(target.uri, true));
  const experiment = await pickExperiment(agent, target.experiment, placeHolder);
  if (experiment.workloadId !== null) return { name: experiment.name };
  return { name: experiment.name, workloadId: await askForTarget(agent, experiment.title) };
}

async function fileSubject(agent: RunningAgent, uri: vscode.Uri): Promise<Subject> {
  const yaml = await textOf(uri);
  const path = uri.scheme === 'file' ? { path: uri.fsPath } : {};
  if (namesTarget(yaml)) return { yaml, ...path };
  const name = uri.path.split('/').at(-1) ?? 'the experiment';
  return { yaml, ...path, workloadId: await askForTarget(agent, name) };
}

async function askForTarget(agent: RunningAgent, what: string): Promise<string> {
  return (await pickWorkload(agent, undefined, `${what} names no target. Which workload is it for?`)).id;
}

function pickExperiment(
  { snapshot }: RunningAgent,
  name: string | undefined,
  placeHolder: string,
): Promise<ExperimentInfo> {
  const named = snapshot.experiments.find((experiment) => experiment.name === name);
  if (named) return Promise.resolve(named);
  return pick(
    // Those that can be run come first.
    snapshot.experiments.toSorted((a, b) => Number(a.problem !== null) - Number(b.problem !== null)),
    ({ title, problem, description, workloadId, provider }) => ({
      label: `${problem === null ? '$(beaker)' : '$(warning)'} ${title}`,
      description: [workloadId ? workloadName(workloadId) : 'any workload', provider ?? '']
        .filter(Boolean)
        .join(' · '),
      detail: problem === null ? description : `Cannot be run: ${problem}`,
    }),
    placeHolder,
    NO_EXPERIMENTS,
  );
}

function pickRunning({ snapshot }: RunningAgent): Promise<ExperimentRun> {
  return pick(
    snapshot.runs.filter(isRunning),
    (run) => ({ label: run.title, description: `${workloadName(run.workloadId)} · ${runProgress(run)}` }),
    'Stop which experiment?',
    notFound('No experiment runs.', 'Start one with "Coxswain: Run Experiment".'),
  );
}

function pickRun({ snapshot }: RunningAgent): Promise<ExperimentRun> {
  return pick(
    snapshot.runs.toReversed(),
    (run) => ({
      label: run.title,
      description: `${workloadName(run.workloadId)} · ${isRunning(run) ? runProgress(run) : runResult(run)}`,
      detail: run.text,
    }),
    'Show which run?',
    notFound('No experiment was run yet.', 'Start one with "Coxswain: Run Experiment".'),
  );
}

function pickFault(faults: readonly Fault[], paused: boolean): Promise<Fault> {
  return pick(
    faults,
    ({ text, workloadId, provider }) => ({
      label: text,
      description: `${workloadName(workloadId)} · ${provider}`,
    }),
    paused ? 'Pause which fault?' : 'Resume which fault?',
    paused
      ? notFound('No fault runs that could be paused.', 'Inject one with "Coxswain: Inject Fault".')
      : notFound('No fault is paused.', 'The Chaos view shows what runs.'),
  );
}

/** Shows what a run does until it is over. Hiding it changes nothing; its Cancel ends the run. */
function showProgress({ store, supervisor }: App, begun: ExperimentRun) {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: `${begun.title} on ${workloadName(begun.workloadId)}`,
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (progress, token) => {
    token.onCancellationRequested(() => {
      supervisor.running?.request('stopExperiment', { runId: begun.id }).catch(showError);
    });
    let told = '';
    const end = await followRun(store, begun, (run) => {
      const message = run.verdict === null ? runProgress(run) : runResult(run);
      if (message !== told) progress.report({ message });
      told = message;
    });
    if (end.kind === 'lost')
      showError(notFound(`${begun.title} has no verdict: ${end.why}`, CHECK_LEFTOVERS));
  });
}

const CHECK_LEFTOVERS = 'The next agent ends what it has left behind; the Chaos view shows what runs.';
