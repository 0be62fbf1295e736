import * as vscode from 'vscode';
import type { ReleaseOperation, ReleaseState, Result } from '../../agent/protocol';
import { isCoxswainError } from '../../agent/protocol/errors';
import { sentence } from '../../agent/protocol/format';
import { PLAIN_OPERATIONS, type PlainOperationKind } from '../../webview/model/releaseOperations';
import { formatWeight, shortImage } from '../../webview/model/releases';
import type { RunningAgent } from '../agent/supervisor';
import type { Target } from '../views/target';
import { pickRelease } from './pickRelease';
import { askAtOnce } from './proposalQuestion';
import { imageProblem, weightProblem } from './releaseTexts';
import { chosen, notFound } from './ui';

/** Does one of the operations that need no more to be known. */
export async function operateRelease(
  agent: RunningAgent,
  target: Target,
  kind: PlainOperationKind,
): Promise<void> {
  const { title, question, atOnce } = PLAIN_OPERATIONS[kind];
  const release = await pickRelease(agent, target, `${title} of which release?`, kind);
  if (question !== null) await confirm(`${title} of ${releaseName(release)}?`, question, title);
  // What a person has been asked about, or what does no harm, is their yes.
  await send(agent, release, { kind }, question !== null || atOnce);
}

/** Begins a release of another image; the one that runs is proposed, to be changed. */
export async function startCanary(agent: RunningAgent, target: Target): Promise<void> {
  const release = await pickRelease(agent, target, 'Start a canary of which release?', 'start');
  const images: { container: string; image: string }[] = [];
  for (const container of await pickContainers(release)) {
    images.push({ container: container.name, image: await askForImage(release, container) });
  }
  await send(agent, release, { kind: 'start', images }, false);
}

/** Goes back to the revision before, or to one that the user picks. */
export async function undoRelease(agent: RunningAgent, target: Target): Promise<void> {
  const release = await pickRelease(agent, target, 'Undo which release?', 'undo');
  const { toRevision } = chosen(
    await vscode.window.showQuickPick(revisionRows(release), {
      title: `Undo ${releaseName(release)}`,
      placeHolder: 'Back to which revision?',
      matchOnDescription: true,
    }),
  );
  await send(agent, release, { kind: 'undo', ...(toRevision === undefined ? {} : { toRevision }) }, false);
}

/** Sends another share of the traffic to the canary, of a release that Coxswain moves. */
export async function setReleaseWeight(agent: RunningAgent, target: Target): Promise<void> {
  const release = await pickRelease(agent, target, 'Set the weight of which canary?', 'weight');
  const from = release.weight ?? 0;
  const given = await vscode.window.showInputBox({
    title: `Weight of the canary of ${releaseName(release)}`,
    prompt: `Percent of the traffic on the canary; now ${formatWeight(from)}`,
    value: String(from),
    ignoreFocusOut: true,
    validateInput: (text) => weightProblem(text) ?? undefined,
  });
  await send(agent, release, { kind: 'weight', from, to: Number(chosen(given)) }, false);
}

/** The revisions of a release, the one before first. */
export function revisionRows({
  revisions,
}: Pick<ReleaseState, 'revisions'>): (vscode.QuickPickItem & { toRevision?: number })[] {
  const newestFirst = revisions.toSorted((a, b) => b.revision - a.revision);
  return [
    { label: 'The revision before', description: 'whichever that is' },
    ...newestFirst.map(({ revision, images }) => ({
      label: `Revision ${revision}`,
      description: images.map(shortImage).join(', '),
      toRevision: revision,
    })),
  ];
}

async function pickContainers({ containers }: ReleaseState): Promise<ReleaseState['containers']> {
  if (containers.length <= 1) {
    if (containers.length === 1) return containers;
    throw notFound('Its containers are not known.', 'The Canaries view says what is wrong with it.');
  }
  const rows = containers.map((container) => ({
    label: container.name,
    description: container.image,
    container,
  }));
  const picked = chosen(
    await vscode.window.showQuickPick(rows, {
      title: 'Start Canary',
      placeHolder: 'New images for which containers?',
      canPickMany: true,
      ignoreFocusOut: true,
    }),
  );
  if (picked.length === 0) throw new vscode.CancellationError();
  return picked.map(({ container }) => container);
}

/** What comes after the name is selected: mostly only that is another. */
async function askForImage(
  release: ReleaseState,
  { name, image }: ReleaseState['containers'][number],
): Promise<string> {
  const given = await vscode.window.showInputBox({
    title: `Start Canary of ${releaseName(release)}`,
    prompt: `Image for the container ${name}; now ${image}`,
    value: image,
    valueSelection: [image.lastIndexOf(':') + 1, image.length],
    ignoreFocusOut: true,
    validateInput: (text) => imageProblem(text, image) ?? undefined,
  });
  return chosen(given).trim();
}

async function send(
  agent: RunningAgent,
  release: ReleaseState,
  operation: ReleaseOperation,
  confirmed: boolean,
): Promise<void> {
  const { proposal, text } = await answered(agent, release, operation, confirmed);
  const state = proposal?.state.kind;
  if (proposal && state === 'pending') await askAtOnce(agent, proposal, 'Do It Now');
  else if (state === 'failed') void vscode.window.showErrorMessage(text);
  else void vscode.window.showInformationMessage(text);
}

/** Where something speaks against it, the agent says what: the person decides with that before their eyes. */
async function answered(
  agent: RunningAgent,
  release: ReleaseState,
  operation: ReleaseOperation,
  confirmed: boolean,
): Promise<Result<'releaseOperation'>> {
  const params = { releaseId: release.id, operation };
  try {
    return await agent.request('releaseOperation', confirmed ? { ...params, confirmed } : params);
  } catch (error) {
    if (confirmed || !isCoxswainError(error) || error.code !== 'confirmation-needed') throw error;
    await confirm(sentence(error.message), error.remedy, 'Do It Anyway');
    return agent.request('releaseOperation', { ...params, confirmed: true });
  }
}

async function confirm(message: string, detail: string, accept: string): Promise<void> {
  const answer = await vscode.window.showWarningMessage(message, { modal: true, detail }, accept);
  if (answer !== accept) throw new vscode.CancellationError();
}

function releaseName({ ref }: ReleaseState): string {
  return `${ref.namespace}/${ref.name}`;
}
