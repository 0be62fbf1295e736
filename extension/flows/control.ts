import * as vscode from 'vscode';
import type { Mode } from '../../agent/protocol';
import { fromErrorInfo } from '../../agent/protocol/errors';
import { workloadName } from '../../webview/model/runs';
import { isToBeTakenOver } from '../../webview/model/scaling';
import type { RunningAgent } from '../agent/supervisor';
import { stopText } from './stopText';
import { chosen, showError } from './ui';

const MODES: readonly { mode: Mode; detail: string }[] = [
  { mode: 'observe', detail: 'Watches, recommends and records. Nothing is ever written.' },
  { mode: 'approve', detail: 'Each action waits for your approval.' },
  { mode: 'auto', detail: 'Acts by itself within its guard.' },
];

export async function setMode(agent: RunningAgent): Promise<void> {
  const current = agent.snapshot.mode;
  const row = await vscode.window.showQuickPick(
    MODES.map(({ mode, detail }) => ({
      label: mode,
      description: mode === current ? 'current' : '',
      detail,
      mode,
    })),
    { placeHolder: 'What may Coxswain do?' },
  );
  const { mode } = chosen(row);
  if (mode === current) return;
  if (mode !== 'auto') await agent.request('setMode', { mode });
  else if (await confirmAuto(agent)) await agent.request('setMode', { mode, confirmed: true });
}

export async function pause(agent: RunningAgent): Promise<void> {
  await agent.request('pause', {});
}

export async function resume(agent: RunningAgent): Promise<void> {
  if (agent.snapshot.control.kind !== 'stopped') {
    await agent.request('resume', {});
    return;
  }
  const clear = 'Clear and Resume';
  const answer = await vscode.window.showWarningMessage(
    'Clear the emergency stop?',
    { modal: true, detail: `Coxswain then acts again, in mode ${agent.snapshot.mode}.` },
    clear,
  );
  if (answer === clear) await agent.request('resume', { clearStop: true });
}

/** Without a question first: seconds count. */
export async function emergencyStop(agent: RunningAgent): Promise<void> {
  const result = await agent.request('emergencyStop', {});
  for (const error of result.failed) showError(fromErrorInfo(error));
  const resumeTitle = 'Clear and Resume';
  const show = 'Show';
  void vscode.window
    .showWarningMessage(stopText(agent.snapshot, result), resumeTitle, show)
    .then((answer) => {
      if (answer === resumeTitle) void vscode.commands.executeCommand('coxswain.resume');
      if (answer === show) void vscode.commands.executeCommand('coxswain.chaos.focus');
    });
}

/** Names what it may do to what, so that nobody grants more than they know. */
async function confirmAuto({ snapshot }: RunningAgent): Promise<boolean> {
  const steered = snapshot.workloads.filter(({ steering }) => steering.kind === 'act');
  const names = steered.map(({ ref }) => `${ref.namespace}/${ref.name}`);
  const where = snapshot.connection.kind === 'connected' ? ` in ${snapshot.connection.context}` : '';
  const objects =
    names.length === 0
      ? 'No workload is in an allow-listed namespace at the moment.'
      : `It may do so to: ${names.slice(0, 10).join(', ')}${names.length > 10 ? ` and ${names.length - 10} more` : ''}.`;
  const taken = snapshot.scaling.filter(isToBeTakenOver).map(({ id }) => workloadName(id));
  const released = snapshot.releases.filter(({ steering }) => steering === 'own').map(({ ref }) => ref.name);
  const accept = 'Let It Act';
  const answer = await vscode.window.showWarningMessage(
    `Let Coxswain act by itself${where}?`,
    {
      modal: true,
      detail: [
        'It may restart pods, scale Deployments up and down, and drain pods, without asking, within the guard’s bounds and rates.',
        objects,
        ...(taken.length === 0
          ? []
          : [`It takes over from the autoscalers of ${taken.join(', ')}, as \`scale.steering\` says.`]),
        ...(released.length === 0
          ? []
          : [
              `It sets the pace of the releases of ${released.join(', ')}, promotes them and rolls them back.`,
            ]),
        'Pause is one click in the status bar; emergency stop is one command.',
      ].join('\n\n'),
    },
    accept,
  );
  return answer === accept;
}
