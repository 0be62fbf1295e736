import * as vscode from 'vscode';
import type { Params, Result } from '../../agent/protocol';
import { formatShare } from '../../webview/format';
import type { RunningAgent } from '../agent/supervisor';
import type { Target } from '../views/target';
import { pickRelease } from './pickRelease';
import { chosen } from './ui';

const SMOKE_REQUESTS = 20;
const MOST_REQUESTS = 10_000;

/** Sends real requests through the route, and says which version has answered how many. */
export async function checkSplit(agent: RunningAgent, target: Target): Promise<void> {
  const { id, ref } = await pickRelease(agent, target, 'Check the traffic of which release?');
  const title = `Check Traffic Split of ${ref.namespace}/${ref.name}`;
  const requests = chosen(
    await vscode.window.showInputBox({
      title: `${title} (1/2)`,
      prompt: 'How many requests?',
      value: '100',
      ignoreFocusOut: true,
      validateInput: (text) => requestsProblem(text) ?? undefined,
    }),
  );
  const where = chosen(
    await vscode.window.showInputBox({
      title: `${title} (2/2)`,
      prompt: 'Path, or a whole address where the one of the route cannot be reached from here.',
      value: '/',
      ignoreFocusOut: true,
      validateInput: (text) => addressProblem(text) ?? undefined,
    }),
  );
  const params = { releaseId: id, requests: Number(requests), ...whereOf(where.trim()) };
  await check(agent, `Checking the traffic of ${ref.name}`, params);
}

/** Asks for the canary by its header, without sending it any traffic of others. */
export async function smokeTest(agent: RunningAgent, target: Target): Promise<void> {
  const { id, ref } = await pickRelease(agent, target, 'Test the canary of which release?');
  const params = { releaseId: id, requests: SMOKE_REQUESTS, canaryHeader: true };
  await check(agent, `Testing the canary of ${ref.name}`, params);
}

async function check(agent: RunningAgent, title: string, params: Params<'checkSplit'>): Promise<void> {
  const result = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title },
    () => agent.request('checkSplit', params),
  );
  const text = splitText(result);
  if (result.count.other > 0) void vscode.window.showWarningMessage(text);
  else void vscode.window.showInformationMessage(text);
}

/** `Of 100 requests 89 were answered by stable and 11 by the canary (11 %, expected 10 %). …` */
export function splitText({ count, expectedCanaryShare, text }: Result<'checkSplit'>): string {
  const { requests, stable, canary, other } = count;
  const share = formatShare(requests === 0 ? 0 : canary / requests, 0);
  const expected = expectedCanaryShare === null ? '' : `, expected ${formatShare(expectedCanaryShare, 0)}`;
  const failed = other === 0 ? '' : ` ${other} failed, or were answered by neither.`;
  return `Of ${requests} requests ${stable} were answered by stable and ${canary} by the canary (${share}${expected}).${failed} ${text}`.trim();
}

/** What is wrong with a text as a number of requests, or null. */
export function requestsProblem(text: string): string | null {
  const requests = Number(text);
  const isFine = Number.isInteger(requests) && requests >= 1 && requests <= MOST_REQUESTS;
  return isFine ? null : `A whole number from 1 to ${MOST_REQUESTS}.`;
}

/** What is wrong with a text as a path or a whole address, or null. */
export function addressProblem(text: string): string | null {
  const wanted = text.trim();
  if (wanted.startsWith('/') || (/^https?:\/\//.test(wanted) && URL.canParse(wanted))) return null;
  return 'A path such as /health, or a whole address such as http://shop.example/health.';
}

/** Of an address the path is asked for, too. */
export function whereOf(where: string): Pick<Params<'checkSplit'>, 'path' | 'url'> {
  if (where.startsWith('/')) return { path: where };
  const { origin, pathname, search } = new URL(where);
  return { url: origin, path: `${pathname}${search}` };
}
