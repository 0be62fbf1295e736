import * as vscode from 'vscode';
import { describeAction } from '../../agent/protocol/describeAction';
import { CoxswainError } from '../../agent/protocol/errors';
import {
  autoscalerLine,
  autoscalersText,
  HAND_BACK_PROMISE,
  handedOver,
  TAKE_OVERS,
} from '../../webview/model/scaling';
import type { RunningAgent } from '../agent/supervisor';
import type { App } from '../context';
import type { Target } from '../views/target';
import { askAtOnce } from './proposalQuestion';
import { pickScaled } from './scaledWorkloads';
import { chosen } from './ui';
import { pickWorkload } from './workloads';

/** Asks how much say the scaler gets, shows what that changes, and takes over where the person agrees at once. */
export async function takeOver(agent: RunningAgent, target: Target): Promise<void> {
  requireWritingMode(agent);
  const scaling = await pickScaled(agent, target.workloadId, 'Take over which workload?', {
    which: (candidate) => handedOver(candidate) === null,
    none: 'There is no workload to take over: the scaler looks at none that has not been taken over already.',
    remedy: 'Hand one back first, or set `scale.steering` in coxswain.yaml.',
  });
  const taken = handedOver(scaling);
  if (taken !== null) {
    throw new CoxswainError(
      'usage',
      `${describeAction({ kind: 'take-over', autoscaler: taken })}: that has been done already.`,
      'Hand it back first to choose how much say the scaler has.',
    );
  }
  const { how } = chosen(
    await vscode.window.showQuickPick(
      TAKE_OVERS.map(({ how, title, detail }) => ({ label: title, detail, how })),
      {
        title: `Take Over from ${autoscalersText(scaling)}`,
        placeHolder: scaling.autoscalers.map(autoscalerLine).join('; ') || 'No autoscaler is there',
      },
    ),
  );
  const { proposal, text } = await agent.request('takeOver', { workloadId: scaling.id, how });
  if (proposal?.state.kind === 'pending')
    await askAtOnce(agent, proposal, 'Take Over Now', [HAND_BACK_PROMISE]);
  else void vscode.window.showInformationMessage(text);
}

/** Makes the autoscaler again what it was. */
export async function handBack(agent: RunningAgent, target: Target): Promise<void> {
  const { id } = await pickScaled(agent, target.workloadId, 'Hand back which workload?', {
    which: (scaling) => handedOver(scaling) !== null,
    none: 'Nothing is taken over: the autoscalers are in charge.',
    remedy: 'Take one over with "Coxswain: Take Over".',
  });
  const { text } = await agent.request('handBack', { workloadId: id });
  void vscode.window.showInformationMessage(text);
}

/** Switches the scaler of a workload between deciding in shadow and not deciding at all. */
export async function switchScaler(agent: RunningAgent, target: Target): Promise<void> {
  const { id, ref } = await pickWorkload(agent, target.workloadId, 'The scaler of which workload?');
  const isOn = agent.snapshot.scaling.some((scaling) => scaling.id === id);
  await agent.request('setScaling', { workloadId: id, steering: isOn ? 'off' : 'shadow' });
  const text = isOn
    ? `$(circle-slash) The scaler of ${ref.name} is off`
    : `$(eye) The scaler of ${ref.name} is in shadow`;
  vscode.window.setStatusBarMessage(text, 5000);
}

/** Opens the dashboard on the scaling of a workload. */
export function showScaling(app: App, target: Target): void {
  app.dashboard.openScaling(target.workloadId ?? null);
}

function requireWritingMode({ snapshot }: RunningAgent): void {
  if (snapshot.mode !== 'observe') return;
  throw new CoxswainError(
    'usage',
    'In mode observe nothing is taken over: the scaler only shows what it would do.',
    'Switch to mode approve or auto first.',
  );
}
