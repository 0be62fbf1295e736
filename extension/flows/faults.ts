import * as vscode from 'vscode';
import type { Fault, FaultKind } from '../../agent/protocol';
import type { RunningAgent } from '../agent/supervisor';
import type { Target } from '../views/target';
import { chosen, notFound, pick } from './ui';
import { pickWorkload } from './workloads';

const FAULTS: readonly (readonly [kind: FaultKind, detail: string])[] = [
  ['pod-kill', 'Deletes a pod without grace.'],
  ['cpu-stress', 'Burns CPU in a pod until its limit throttles it.'],
  ['memory-stress', 'Fills the memory of a pod.'],
  ['network-delay', 'Delays the packets of a pod.'],
];

export async function injectFault(agent: RunningAgent, target: Target): Promise<void> {
  const workload = await pickWorkload(agent, target.workloadId, 'Inject a fault into which workload?');
  const row = await vscode.window.showQuickPick(
    FAULTS.map(([faultKind, detail]) => ({ label: faultKind, detail, faultKind })),
    { placeHolder: `Which fault on ${workload.ref.name}?` },
  );
  const { faultKind } = chosen(row);
  const { fault } = await agent.request('injectFault', { workloadId: workload.id, kind: faultKind });
  vscode.window.setStatusBarMessage(`$(flame) ${fault.text} on ${workload.ref.name}`, 5000);
}

export async function endFault(agent: RunningAgent, target: Target): Promise<void> {
  const faultId = target.faultId ?? (await pickFault(agent)).id;
  await agent.request('endFault', { faultId });
}

function pickFault({ snapshot }: RunningAgent): Promise<Fault> {
  return pick(
    snapshot.faults.filter(({ endedAtMs }) => endedAtMs === null),
    ({ text, workloadId, state }) => ({ label: text, description: `${workloadId} · ${state}` }),
    'End which fault?',
    notFound('No fault runs.', 'Inject one with "Coxswain: Inject Fault".'),
  );
}
