import * as vscode from 'vscode';

/** The user wants to see the question before this one again. */
export const BACK = Symbol('back');

/** Where a question stands among several. */
export interface StepPosition {
  title: string;
  /** From 1. */
  step: number;
  totalSteps: number;
}

type Answer<T> = Promise<T | typeof BACK>;

/** One of the rows. Throws `CancellationError` where the user leaves. */
export function askRow<T extends vscode.QuickPickItem>(
  position: StepPosition,
  rows: readonly T[],
  placeholder: string,
  active?: T,
): Answer<T> {
  const input = vscode.window.createQuickPick<T>();
  input.items = rows;
  input.placeholder = placeholder;
  input.matchOnDescription = true;
  input.matchOnDetail = true;
  if (active) input.activeItems = [active];
  return ask(input, position, () => input.selectedItems[0]);
}

/** Any number of the rows; `picked` are chosen at first. */
export function askRows<T extends vscode.QuickPickItem>(
  position: StepPosition,
  rows: readonly T[],
  placeholder: string,
  picked: readonly T[],
): Answer<readonly T[]> {
  const input = vscode.window.createQuickPick<T>();
  input.canSelectMany = true;
  input.items = rows;
  input.placeholder = placeholder;
  input.selectedItems = picked;
  return ask(input, position, () => input.selectedItems);
}

/** A text that `problemOf` finds nothing wrong with. */
export function askText(
  position: StepPosition,
  prompt: string,
  value: string,
  problemOf: (text: string) => string | null,
): Answer<string> {
  const input = vscode.window.createInputBox();
  input.prompt = prompt;
  input.value = value;
  input.onDidChangeValue((text) => {
    input.validationMessage = problemOf(text) ?? undefined;
  });
  return ask(input, position, () => {
    const problem = problemOf(input.value);
    input.validationMessage = problem ?? undefined;
    return problem === null ? input.value.trim() : undefined;
  });
}

type Asked = vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox;

/** Shows it until it is answered: `read` gives the answer, or undefined where it is none yet. */
function ask<T>(
  input: Pick<Asked, 'title' | 'step' | 'totalSteps' | 'ignoreFocusOut' | 'buttons' | 'show' | 'dispose'> & {
    onDidAccept: vscode.Event<void>;
    onDidHide: vscode.Event<void>;
    onDidTriggerButton: vscode.Event<vscode.QuickInputButton>;
  },
  { title, step, totalSteps }: StepPosition,
  read: () => T | undefined,
): Answer<T> {
  input.title = title;
  input.step = step;
  input.totalSteps = totalSteps;
  input.ignoreFocusOut = true;
  input.buttons = step > 1 ? [vscode.QuickInputButtons.Back] : [];
  return new Promise<T | typeof BACK>((resolve, reject) => {
    input.onDidAccept(() => {
      const answer = read();
      if (answer !== undefined) resolve(answer);
    });
    input.onDidTriggerButton(() => resolve(BACK));
    input.onDidHide(() => reject(new vscode.CancellationError()));
    input.show();
  }).finally(() => input.dispose());
}
