import * as vscode from 'vscode';
import type { StatusBarModel, StatusItem } from './statusBarModel';

const KEYS = [
  'context',
  'mode',
  'control',
  'waiting',
  'chaos',
  'release',
] as const satisfies readonly (keyof StatusBarModel)[];
/** Of the first item; the others follow to its right, all of them left of the Problems (50). */
const PRIORITY = 51;

/** The items of the status bar, as the model has them. */
export class StatusBar implements vscode.Disposable {
  readonly #items = KEYS.map((key, index) => {
    const item = vscode.window.createStatusBarItem(
      `coxswain.${key}`,
      vscode.StatusBarAlignment.Left,
      PRIORITY - index / 10,
    );
    item.name = `Coxswain: ${key}`;
    return { key, item };
  });

  render(model: StatusBarModel): void {
    for (const { key, item } of this.#items) show(item, model[key]);
  }

  dispose(): void {
    for (const { item } of this.#items) item.dispose();
  }
}

function show(item: vscode.StatusBarItem, model: StatusItem | null): void {
  if (!model) {
    item.hide();
    return;
  }
  item.text = model.text;
  item.tooltip = model.tooltip;
  item.command = model.command;
  item.accessibilityInformation = { label: model.tooltip, role: 'button' };
  item.backgroundColor = model.alarm ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
  item.show();
}
