import * as vscode from 'vscode';
import type { App } from '../context';
import { describePage } from './describePage';
import { chosen } from './ui';

/** One of the pages that come with the extension. */
export async function openDocumentation({ context }: App): Promise<void> {
  const { page } = chosen(
    await vscode.window.showQuickPick(pages(vscode.Uri.joinPath(context.extensionUri, 'docs')), {
      title: 'Open Documentation',
      placeHolder: 'Which page?',
      matchOnDescription: true,
      matchOnDetail: true,
    }),
  );
  await vscode.commands.executeCommand('markdown.showPreview', page);
}

/** In the order of their names, by which the README of the package is the first. */
async function pages(folder: vscode.Uri): Promise<(vscode.QuickPickItem & { page: vscode.Uri })[]> {
  const names = (await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name);
  return Promise.all(
    names
      .filter((name) => name.endsWith('.md'))
      .sort()
      .map(async (name) => {
        const page = vscode.Uri.joinPath(folder, name);
        const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(page));
        return { ...describePage(text), description: name, page };
      }),
  );
}
