import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import type { WorkloadRef } from '../../agent/protocol';
import { shownSnapshot } from '../agent/state';
import type { RunningAgent } from '../agent/supervisor';
import type { App } from '../context';
import type { Target } from '../views/target';
import { findConfig } from './configFile';
import { EXPERIMENT_FOLDER } from './experimentPlaces';
import { adapted, descriptionOf, freeName, isExperiment, nameOf, titleOf } from './experimentText';
import { chosen, notFound, pick } from './ui';

/** Where the build puts the experiments that come with the extension. */
const SHIPPED = ['dist', 'chaos'];

/** The text of an experiment as the editor has it, saved or not. */
export async function textOf(uri: vscode.Uri): Promise<string> {
  return (await vscode.workspace.openTextDocument(uri)).getText();
}

/** Opens the file of an experiment; of a shipped one a read-only copy. */
export async function openExperiment(
  app: App,
  agent: RunningAgent,
  { experiment: name }: Target,
): Promise<void> {
  const experiment =
    agent.snapshot.experiments.find((known) => known.name === name) ??
    (await pick(
      agent.snapshot.experiments,
      ({ title, path }) => ({ label: title, description: path ?? 'shipped with Coxswain' }),
      'Open which experiment?',
      notFound('No experiment is known.', 'Write one with "Coxswain: New Experiment".'),
    ));
  if (experiment.path !== null && isAbsolute(experiment.path)) {
    await vscode.window.showTextDocument(vscode.Uri.file(experiment.path), { preview: true });
    return;
  }
  const shipped = (await shippedExperiments(app)).find(
    ({ name: shippedName }) => shippedName === experiment.name,
  );
  if (!shipped) {
    throw notFound(
      `The file of ${experiment.title} was not found.`,
      'Write one of your own with "Coxswain: New Experiment".',
    );
  }
  await app.reports.show(`/${experiment.name}.yaml`, shipped.text);
}

/** A new experiment from a shipped one, not saved yet, in the folder where the agent looks for them. */
export async function newExperiment(app: App): Promise<void> {
  const { text } = await pick(
    await shippedExperiments(app),
    (shipped) => ({
      label: titleOf(shipped.text),
      description: shipped.name,
      detail: descriptionOf(shipped.text),
    }),
    'What is the experiment to do?',
    notFound('The shipped experiments were not found.', 'Install the extension again.'),
  );
  const target = await pickTarget(app);
  const folder = await experimentFolder();
  const name = freeName(nameOf(text) ?? 'experiment', await takenNames(app, folder));
  const document = await vscode.workspace.openTextDocument(
    folder === null
      ? vscode.Uri.from({ scheme: 'untitled', path: `${name}.chaos.yaml` })
      : vscode.Uri.joinPath(folder, `${name}.yaml`).with({ scheme: 'untitled' }),
  );
  const editor = await vscode.window.showTextDocument(document);
  await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), adapted(text, name, target)));
}

/** The workload that it is for; null where it is for any, or none is known. */
async function pickTarget({ store }: App): Promise<WorkloadRef | null> {
  const workloads = shownSnapshot(store.state)?.workloads ?? [];
  if (workloads.length === 0) return null;
  const rows = [
    ...workloads.map(({ ref }) => ({ label: ref.name, description: ref.namespace, ref })),
    {
      label: '$(question) Any workload',
      description: 'asked for when it is run; not in the Test Explorer',
      ref: null,
    },
  ];
  return chosen(await vscode.window.showQuickPick(rows, { placeHolder: 'For which workload?' })).ref;
}

/** Beside coxswain.yaml, else in the first folder of the workspace; null where no folder is open. */
async function experimentFolder(): Promise<vscode.Uri | null> {
  const config = await findConfig();
  const root = config
    ? vscode.Uri.joinPath(config, '..')
    : vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri;
  return root ? vscode.Uri.joinPath(root, EXPERIMENT_FOLDER) : null;
}

/** Names of experiments and of files, saved or not, without their ending. */
async function takenNames({ store }: App, folder: vscode.Uri | null): Promise<string[]> {
  const known = shownSnapshot(store.state)?.experiments.map(({ name }) => name) ?? [];
  const open = vscode.workspace.textDocuments.map(({ uri }) => uri.path.split('/').at(-1) ?? '');
  const files = [...open, ...(folder ? await names(folder) : [])];
  return [...known, ...files.map((file) => file.replace(/\.ya?ml$/, ''))];
}

/** In alphabetical order; whatever in the folder is no experiment of ours is left out. */
async function shippedExperiments(app: App): Promise<{ name: string; text: string }[]> {
  const folder = vscode.Uri.joinPath(app.context.extensionUri, ...SHIPPED);
  const found = [];
  for (const file of await names(folder)) {
    if (!file.endsWith('.yaml')) continue;
    const text = new TextDecoder().decode(
      await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, file)),
    );
    if (isExperiment(text)) found.push({ name: nameOf(text) ?? file, text });
  }
  return found;
}

async function names(folder: vscode.Uri): Promise<string[]> {
  try {
    return (await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name).sort();
  } catch {
    return [];
  }
}
