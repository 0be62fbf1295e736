import * as vscode from 'vscode';
import type { App } from '../context';
import { runCli } from './cliRun';
import { exists } from './configFile';
import { LOADS, SIMULATIONS, type SimulationLoad, simulationArgs, stagesProblem } from './simulationChoices';
import { pickTrace } from './traceFiles';
import { chosen } from './ui';

const TITLE = 'Simulate';
const REPORT = 'simulation.html';

/** Plays a load against an app in an embedded cluster of its own, and shows the report. */
export async function simulate(app: App): Promise<void> {
  const rows = SIMULATIONS.map(({ kind, title, detail }) => ({ label: title, detail, simulation: kind }));
  const placeHolder = 'What is to be played?';
  const { simulation, label } = chosen(
    await vscode.window.showQuickPick(rows, { title: TITLE, placeHolder, ignoreFocusOut: true }),
  );
  const load = await pickLoad();
  const folder = vscode.Uri.joinPath(app.context.globalStorageUri, 'simulation');
  await vscode.workspace.fs.createDirectory(folder);
  const report = vscode.Uri.joinPath(folder, REPORT);
  await removeFile(report);
  const finished = await runCli(app, {
    title: `Simulating: ${label}`,
    what: 'simulation',
    args: simulationArgs(simulation, load, report.fsPath),
    // A rehearsal that has not shown what it had to has a report, too.
    isDone: () => exists(report),
  });
  if (!finished) return;
  const html = new TextDecoder().decode(await vscode.workspace.fs.readFile(report));
  app.simulations.show(`Simulation: ${label}`, html);
}

/** What an earlier simulation has said is not to be taken for what this one says. */
async function removeFile(uri: vscode.Uri): Promise<void> {
  if (await exists(uri)) await vscode.workspace.fs.delete(uri);
}

async function pickLoad(): Promise<SimulationLoad> {
  const rows: (vscode.QuickPickItem & { load: () => Promise<SimulationLoad> })[] = [
    ...LOADS.map(({ name, detail }) => ({
      label: name,
      detail,
      load: async () => ({ by: 'name' as const, name }),
    })),
    { label: 'Stages…', detail: 'Written as k6 has them: 2m:10,5m:50,2m:0', load: askForStages },
    {
      label: 'Trace file…',
      detail: 'A CSV file with t_seconds,requests_per_second',
      load: async () => ({ by: 'trace' as const, path: await pickTrace() }),
    },
  ];
  const placeHolder = 'Under which load?';
  return chosen(
    await vscode.window.showQuickPick(rows, { title: TITLE, placeHolder, ignoreFocusOut: true }),
  ).load();
}

async function askForStages(): Promise<SimulationLoad> {
  const stages = await vscode.window.showInputBox({
    title: TITLE,
    prompt: 'Duration and virtual users of each stage.',
    value: '2m:10,5m:50,2m:0',
    validateInput: (text) => stagesProblem(text) ?? undefined,
  });
  return { by: 'stages', stages: chosen(stages).replaceAll(/\s/g, '') };
}
