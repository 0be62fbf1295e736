import * as vscode from 'vscode';
import { shownSnapshot } from '../agent/state';
import type { App } from '../context';
import { shippedLast } from '../views/policiesTree';
import type { Target } from '../views/target';
import { notFound, pick } from './ui';

/** Where the build puts the policies that come with the extension. */
const SHIPPED = ['dist', 'policies'];

/** What a shipped policy observes, how good it is, and when not to use it, as a page. */
export async function showModelCard(app: App, { task, version }: Target): Promise<void> {
  const models = shippedLast(shownSnapshot(app.store.state)?.models ?? []);
  const cards = models.flatMap((model) =>
    model.shippedAs === null ? [] : { ...model, name: model.shippedAs },
  );
  const { name } =
    cards.find((model) => model.task === task && model.version === version) ??
    (await pick(
      cards,
      (model) => ({ label: model.name, description: `${model.algorithm} · ${model.observationSpec}` }),
      'Show the card of which policy?',
      notFound('No policy has come with Coxswain.', 'Install the packaged extension.'),
    ));
  const file = vscode.Uri.joinPath(app.context.extensionUri, ...SHIPPED, `${name}.md`);
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  await app.reports.showMarkdown(`/${name}.md`, text);
}
