import * as vscode from 'vscode';
import type { ExperimentInfo, Fault, FaultKind } from '../../agent/protocol';
import type { FaultChoice } from '../../webview/model/faultCatalogue';
import type { RunningAgent } from '../agent/supervisor';
import type { Target } from '../views/target';
import { chosen, notFound, pick } from './ui';
import { pickWorkload } from './workloads';

export async function injectFault(agent: RunningAgent, target: Target): Promise<void> {
  const workload = await pickWorkload(agent, target.workloadId, 'Inject a fault into which workload?');
  const row = await vscode.window.showQuickPick(await faultRows(agent.snapshot.experiments), {
    placeHolder: `Which fault on ${workload.ref.name}?`,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  const { faultKind } = chosen(row);
  if (faultKind === null) return;
  const { fault } = await agent.request('injectFault', { workloadId: workload.id, kind: faultKind });
  vscode.window.setStatusBarMessage(`$(flame) ${fault.text} on ${workload.ref.name}`, 5000);
}

export async function endFault(agent: RunningAgent, target: Target): Promise<void> {
  const faultId = target.faultId ?? (await pickFault(agent)).id;
  await agent.request('endFault', { faultId });
}

type Row = vscode.QuickPickItem & { faultKind: FaultKind | null };

/** Every kind below the heading of its group, with who would do it. */
async function faultRows(experiments: readonly ExperimentInfo[]): Promise<Row[]> {
  // It needs the schemas, which the extension's own start has no use for.
  const { faultChoices } = await import('../../webview/model/faultCatalogue');
  return faultChoices(experiments).flatMap(({ group, choices }): Row[] => [
    { label: group, kind: vscode.QuickPickItemKind.Separator, faultKind: null },
    ...choices.map(faultRow),
  ]);
}

function faultRow({ kind, title, detail, provider, problem }: FaultChoice): Row {
  return {
    label: provider === null ? `$(warning) ${title}` : title,
    description: [kind, provider ?? ''].filter(Boolean).join(' · '),
    detail: problem === null ? detail : `${detail} Not here: ${problem}`,
    faultKind: kind,
  };
}

function pickFault({ snapshot }: RunningAgent): Promise<Fault> {
  return pick(
    snapshot.faults.filter(({ endedAtMs }) => endedAtMs === null),
    ({ text, workloadId, state }) => ({ label: text, description: `${workloadId} · ${state}` }),
    'End which fault?',
    notFound('No fault runs.', 'Inject one with "Coxswain: Inject Fault".'),
  );
}
