import * as vscode from 'vscode';
import type { TaskName } from '../../agent/protocol';
import { EVALUATED } from '../flows/evaluationChoices';
import { TASKS } from './policiesTree';
import { ReportPanel } from './reportPanel';

/** The report of an evaluation in an editor tab, with its text and its table a click away. */
export class EvaluationPanel implements vscode.Disposable {
  readonly #folder: vscode.Uri;
  readonly #panel = new ReportPanel('coxswain.evaluation', 'beaker');
  #shown: TaskName = 'heal';

  /** @param folder where evaluations write their reports */
  constructor(folder: vscode.Uri) {
    this.#folder = folder;
  }

  get folder(): vscode.Uri {
    return this.#folder;
  }

  /** The tasks that have a report, and when it was written, wall time. */
  async made(): Promise<{ task: TaskName; atMs: number }[]> {
    const found = await Promise.all(
      TASKS.map(async (task) => {
        try {
          return [{ task, atMs: (await vscode.workspace.fs.stat(this.#file(task, 'html'))).mtime }];
        } catch {
          return [];
        }
      }),
    );
    return found.flat();
  }

  async show(task: TaskName): Promise<void> {
    const html = new TextDecoder().decode(await vscode.workspace.fs.readFile(this.#file(task, 'html')));
    this.#shown = task;
    this.#panel.show(`Evaluation of ${EVALUATED[task]}`, html);
  }

  /** Opens the report's file of this kind; absent the task that the panel shows. */
  async open(task: TaskName | null, ending: 'md' | 'csv'): Promise<void> {
    const uri = this.#file(task ?? this.#shown, ending);
    if (ending === 'md') await vscode.commands.executeCommand('markdown.showPreview', uri);
    else await vscode.window.showTextDocument(uri, { preview: true });
  }

  dispose(): void {
    this.#panel.dispose();
  }

  #file(task: TaskName, ending: string): vscode.Uri {
    return vscode.Uri.joinPath(this.#folder, `${task}.${ending}`);
  }
}
