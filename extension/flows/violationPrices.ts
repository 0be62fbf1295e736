import * as vscode from 'vscode';
import type { ScalingState } from '../../agent/protocol';
import { formatPrice, PRICES, parsePrice, priceText } from '../../webview/model/violationPrice';
import type { RunningAgent } from '../agent/supervisor';
import type { Target } from '../views/target';
import { pickScaled } from './scaledWorkloads';
import { chosen } from './ui';

const TITLE = 'Set Price of a Violation';
const DEFAULT_PRICE = 20;

/** Cheaper or safer from the next step on, for one workload or for all. */
export async function setViolationPrice(agent: RunningAgent, target: Target): Promise<void> {
  const workloadId = target.workloadId ?? (await pickWhose(agent));
  const wanted = await pickPrice(agent, workloadId ?? undefined, TITLE);
  const { violationPrice } = await agent.request('setViolationPrice', {
    violationPrice: wanted,
    ...(workloadId === null ? {} : { workloadId }),
  });
  vscode.window.setStatusBarMessage(`$(law) From now on ${priceText(violationPrice)}`, 5000);
}

/** The price of a violation that is asked for; what is in force comes first. */
export async function pickPrice(
  { snapshot }: RunningAgent,
  workloadId: string | undefined,
  title: string,
): Promise<number> {
  const current =
    snapshot.scaling.find(({ id }) => id === workloadId)?.violationPrice ??
    snapshot.scaling[0]?.violationPrice ??
    DEFAULT_PRICE;
  const named = PRICES.map(({ name, price, detail }) => ({
    label: `${name} ${price}`,
    description: [priceText(price), price === current ? 'current' : ''].filter(Boolean).join(' · '),
    detail,
    price,
  }));
  const other = {
    label: 'Other…',
    description: named.some(({ price }) => price === current) ? '' : `now ${formatPrice(current)}`,
    detail: 'A number of your own.',
    price: null,
  };
  const placeHolder = 'What does a late or failed request cost? So many pods for one pod’s load.';
  const row = chosen(await vscode.window.showQuickPick([...named, other], { title, placeHolder }));
  return row.price ?? askForPrice(title, current);
}

async function askForPrice(title: string, current: number): Promise<number> {
  const given = await vscode.window.showInputBox({
    title,
    prompt: 'Serving one pod’s load too late costs as much as so many pods. 2 is cheap, 100 is safe.',
    value: formatPrice(current),
    validateInput: (text) => {
      const parsed = parsePrice(text);
      return 'problem' in parsed ? parsed.problem : undefined;
    },
  });
  const parsed = parsePrice(chosen(given));
  if ('problem' in parsed) throw new vscode.CancellationError();
  return parsed.price;
}

/** Null for all of them. */
async function pickWhose(agent: RunningAgent): Promise<string | null> {
  const { scaling } = agent.snapshot;
  if (scaling.length <= 1) return (await pickScaled(agent, undefined, '')).id;
  const rows: (vscode.QuickPickItem & { id: string | null })[] = [
    { label: 'All workloads', id: null },
    ...scaling.map(priceRow),
  ];
  const placeHolder = 'The price for which workload?';
  return chosen(await vscode.window.showQuickPick(rows, { title: TITLE, placeHolder })).id;
}

function priceRow({ id, violationPrice }: ScalingState): vscode.QuickPickItem & { id: string } {
  const [namespace = '', , name = id] = id.split('/');
  return { label: name, description: `${namespace} · ${priceText(violationPrice)}`, id };
}
